import { Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDots, IconDownload, IconPlayerPause, IconPlayerPlay, IconSearch, IconTrash, IconX } from '@tabler/icons-react'
import { useRef, useState, type RefObject } from 'react'

import { icon } from '../ui/marks'
import { count } from '../ui/words'
import { useView } from '../view/useView'
import { checkQuery, countEvents, deleteEvents, exportEvents, undoDelete } from './queries'
import { scoped, terms, without, withTerm } from './query'

interface Props {
  field: RefObject<HTMLInputElement | null>
  paused: boolean
  onPause: () => void
  onChanged: () => void
}

export function QueryBar({ field, paused, onPause, onChanged }: Props) {
  const [view, change] = useView()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState('')
  const turn = useRef(0)

  const submit = async () => {
    const wanted = text.trim()
    if (!wanted) return
    const mine = ++turn.current
    try {
      await checkQuery(wanted)
    } catch (error) {
      if (mine === turn.current) setWrong(error instanceof Error ? error.message : String(error))
      return
    }
    if (mine !== turn.current) return
    change({ q: terms(wanted).reduce<string | undefined>(withTerm, view.q) })
    setText('')
    setWrong('')
  }

  return (
    <div className="bar">
      <div className={wrong ? 'field q wrong' : 'field q'} onClick={() => field.current?.focus()}>
        <IconSearch {...icon} />
        <div className="chips">
          {terms(view.q ?? '').map((t) => (
            <Chip
              key={'on' + t}
              term={t}
              on
              onToggle={() => change({ q: without(view.q, t), off: withTerm(view.off, t) })}
              onRemove={() => change({ q: without(view.q, t) })}
            />
          ))}
          {terms(view.off ?? '').map((t) => (
            <Chip
              key={'off' + t}
              term={t}
              on={false}
              onToggle={() => change({ q: withTerm(view.q, t), off: without(view.off, t) })}
              onRemove={() => change({ off: without(view.off, t) })}
            />
          ))}
          <input
            ref={field}
            className="txt grow"
            aria-label="Filter"
            aria-invalid={Boolean(wrong)}
            aria-describedby={wrong ? 'query-error' : undefined}
            placeholder={view.q || view.off ? 'Add to the filter' : 'name:"Order Completed" properties.total>100'}
            value={text}
            spellCheck={false}
            autoComplete="off"
            onChange={(e) => {
              turn.current++
              setText(e.target.value)
              setWrong('')
            }}
            onKeyDown={(e) => {
              if (e.key === 'Enter') void submit()
              else if (e.key === 'Escape') {
                if (text) setText('')
                else e.currentTarget.blur()
                setWrong('')
              } else if (e.key === 'Backspace' && !text) {
                const last = terms(view.q ?? '').at(-1)
                if (last) change({ q: without(view.q, last) })
              } else return
              e.stopPropagation()
            }}
          />
        </div>
        <kbd>/</kbd>
        {wrong && (
          <div className="query-error" id="query-error" role="alert">
            {wrong}
          </div>
        )}
      </div>
      <button type="button" className="btn s" aria-pressed={paused} onClick={onPause}>
        {paused ? <IconPlayerPlay {...icon} /> : <IconPlayerPause {...icon} />}
        {paused ? 'Go on' : 'Pause'}
        <kbd>Space</kbd>
      </button>
      <Actions onChanged={onChanged} />
    </div>
  )
}

function Chip({ term, on, onToggle, onRemove }: { term: string; on: boolean; onToggle: () => void; onRemove: () => void }) {
  return (
    <span className={on ? 'fchip' : 'fchip off'}>
      <button
        type="button"
        className="chip-text"
        aria-pressed={on}
        title={on ? 'Click to switch off' : 'Switched off, click to use again'}
        onClick={onToggle}
      >
        {term}
      </button>
      <button type="button" className="chip-x" aria-label={`Remove ${term}`} onClick={onRemove}>
        <IconX size={13} stroke={1.75} aria-hidden />
      </button>
    </span>
  )
}

const failed = (what: string) => (error: unknown) =>
  notifications.show({ color: 'red', message: `${what} ${error instanceof Error ? error.message : String(error)}` })

function Actions({ onChanged }: { onChanged: () => void }) {
  const [view] = useView()
  const q = scoped(view)
  const [n, setN] = useState<number>()

  const save = async () => {
    const blob = await exportEvents(q)
    const lines = (await blob.text()).split('\n').filter(Boolean).length
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    link.download = 'events.ndjson'
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
    notifications.show({ message: `Exported ${count(lines)} events` })
  }
  const clear = async () => {
    const gone = await deleteEvents(q)
    onChanged()
    const id = 'deleted-' + gone.id
    notifications.show({
      id,
      autoClose: 10_000,
      message: (
        <span className="row">
          Deleted {count(gone.count)} events
          <button
            type="button"
            className="btn xs"
            onClick={() => {
              notifications.hide(id)
              undoDelete(gone.id).then(onChanged, failed('Not undone.'))
            }}
          >
            Undo
          </button>
        </span>
      ),
    })
  }
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
        <Menu.Item leftSection={<IconDownload {...icon} />} disabled={n === 0} onClick={() => void save().catch(failed('Not exported.'))}>
          Export {n === undefined ? '' : count(n)} {q ? 'matching events' : 'events'} as NDJSON
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash {...icon} />} disabled={!n} onClick={() => void clear().catch(failed('Not deleted.'))}>
          Delete {n === undefined ? '' : count(n)} {q ? 'matching events' : 'events'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
