import { Menu } from '@mantine/core'
import { IconColumns, IconDots, IconDownload, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useState, type RefObject } from 'react'

import type { EventRecord, Source } from '../api/types'
import { icon } from '../ui/marks'
import { failed } from '../ui/notify'
import { count } from '../ui/words'
import { useView } from '../view/useView'
import { columnName, columns, useColumns } from './columns'
import { countEvents } from './queries'
import { scoped } from './query'
import { QueryField } from './QueryField'
import { Saved } from './Saved'
import { deleteMatching, exportMatching } from './whole'

interface Props {
  field: RefObject<HTMLInputElement | null>
  rows: readonly EventRecord[]
  sources: readonly Source[]
  paused: boolean
  onPause: () => void
  onChanged: () => void
}

export function QueryBar({ field, rows, sources, paused, onPause, onChanged }: Props) {
  return (
    <div className="bar">
      <QueryField field={field} rows={rows} sources={sources} />
      <Saved />
      <button type="button" className="btn s" aria-pressed={paused} onClick={onPause}>
        {paused ? <IconPlayerPlay {...icon} /> : <IconPlayerPause {...icon} />}
        {paused ? 'Go on' : 'Pause'}
        <kbd>Space</kbd>
      </button>
      <Columns />
      <Actions onChanged={onChanged} />
    </div>
  )
}

function Columns() {
  const [on, toggle] = useColumns()
  return (
    <Menu position="bottom-end" shadow="md" closeOnItemClick={false}>
      <Menu.Target>
        <button type="button" className="btn s hide-m">
          <IconColumns {...icon} />
          Columns
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns
          .filter((c) => c !== 'event')
          .map((c) => (
            <Menu.CheckboxItem key={c} checked={on.has(c)} onChange={() => toggle(c)}>
              {columnName[c]}
            </Menu.CheckboxItem>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Actions({ onChanged }: { onChanged: () => void }) {
  const [view] = useView()
  const q = scoped(view)
  const [n, setN] = useState<number>()
  return (
    <Menu
      position="bottom-end"
      shadow="md"
      onOpen={() => {
        setN(undefined)
        countEvents(q).then((a) => setN(a.count), () => undefined)
      }}
    >
      <Menu.Target>
        <button type="button" className="btn s icon" aria-label="More" title="Export, delete">
          <IconDots {...icon} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconDownload {...icon} />} disabled={n === 0} onClick={() => void exportMatching(q).catch(failed('Not exported.'))}>
          Export {n === undefined ? '' : count(n)} {q ? 'matching events' : 'events'} as NDJSON
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash {...icon} />} disabled={!n} onClick={() => void deleteMatching(q, onChanged).catch(failed('Not deleted.'))}>
          Delete {n === undefined ? '' : count(n)} {q ? 'matching events' : 'events'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
