import { IconDownload } from '@tabler/icons-react'

import { icon } from '../ui/marks'
import { failed } from '../ui/notify'
import { save } from '../ui/save'
import type { Entry } from './entries'
import { schemaCsv, type Scope } from './queries'

/** What was seen, as Segment's source schema has it: of one event, or of all track calls. */
export function Csv({ of, scope }: { of?: Entry; scope: Scope }) {
  const { call, name } = of?.covered ?? { call: 'track', name: '' }
  const run = () => void schemaCsv(scope, call, name || undefined).then((blob) => save(blob, 'schema.csv'), failed('Not exported.'))
  return (
    <button type="button" className="btn s tab-act" title={of ? `The properties of ${of.name}` : 'The properties of all track events'} onClick={run}>
      <IconDownload {...icon} />
      CSV
    </button>
  )
}
