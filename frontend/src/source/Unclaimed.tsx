import { Link } from '@tanstack/react-router'

import type { Label as LabelName, Source } from '../api/types'
import { Label } from '../ui/marks'
import { failed } from '../ui/notify'
import { useUpdateSource } from './queries'

const labels = ['dev', 'staging', 'prod'] as const satisfies LabelName[]
/** More than these are claimed in the table below. */
const most = 4

/** Sources that unknown keys made: each is claimed by giving it a label, with one click. */
export function Unclaimed({ sources }: { sources: readonly Source[] }) {
  const update = useUpdateSource()
  if (sources.length === 0) return null
  const claim = (id: string, label: LabelName) => update.mutate({ id, label }, { onError: failed('The label stays.') })
  return (
    <div className="note acc">
      <div className="grow">
        <b>Unknown keys are kept, not refused.</b> A label claims such a source. Until then nothing of it may be sent on.
        <ul className="claims">
          {sources.slice(0, most).map((s) => (
            <li className="row" key={s.id}>
              <Link className="m" to="/live" search={{ source: s.id }}>
                {s.name}
              </Link>
              <span className="mono t2 clip">{s.writeKey}</span>
              <span className="right row g6">
                <span className="t2 sm">Claim as</span>
                {labels.map((label) => (
                  <button key={label} type="button" className="btn s" onClick={() => claim(s.id, label)}>
                    <Label label={label} />
                    <span className="vh">, claim {s.name}</span>
                  </button>
                ))}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
