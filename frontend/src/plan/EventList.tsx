import { IconAlertOctagon, IconAlertTriangle, IconBan, IconCheck, IconCircleDashed, IconSearch } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type RefObject } from 'react'

import { icon } from '../ui/marks'
import { Seg } from '../ui/Seg'
import { count } from '../ui/words'
import type { Listed } from '../view/address'
import { useView } from '../view/useView'
import { groupWords, type Entry, type Group, type Line } from './entries'

const heights = { group: 32, entry: 31 }

/** A group to bring into sight; `n` tells one wish from the next. */
export interface Jump {
  group: Group
  n: number
}

interface Props {
  lines: readonly Line[]
  selected: string | undefined
  field: RefObject<HTMLInputElement | null>
  jump: Jump | undefined
  away: boolean
  onSelect: (key: string) => void
}

const options: { value: Listed; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'unseen', label: 'Not seen' },
  { value: 'unplanned', label: 'Unplanned' },
]

export function EventList({ lines, selected, field, jump, away, onSelect }: Props) {
  const [view, change] = useView()
  return (
    <div className={away ? 'cv list away' : 'cv list'}>
      <div className="cv-head">
        <label className="field s grow">
          <IconSearch {...icon} />
          <input
            ref={field}
            className="plain-input"
            placeholder="Filter events"
            aria-label="Filter events"
            value={view.find ?? ''}
            onChange={(e) => change({ find: e.currentTarget.value || undefined }, { replace: true })}
            onKeyDown={(e) => {
              if (e.key !== 'Escape') return
              e.stopPropagation()
              if (view.find) change({ find: undefined }, { replace: true })
              else e.currentTarget.blur()
            }}
          />
        </label>
        <Seg small label="Which events" value={view.show ?? 'all'} options={options} onChange={(show) => change({ show: show === 'all' ? undefined : show }, { replace: true })} />
      </div>
      {lines.length === 0 ? <NoLine /> : <Lines lines={lines} selected={selected} jump={jump} onSelect={onSelect} />}
    </div>
  )
}

function NoLine() {
  const [view, change] = useView()
  const clear = { find: undefined, show: undefined }
  return (
    <div className="pad16 t2">
      {view.find || view.show ? (
        <>
          <b className="m strong">No event matches.</b>{' '}
          <button type="button" className="linkb" onClick={() => change(clear, { replace: true })}>
            Show all
          </button>
        </>
      ) : (
        'The plan names no event, and none was seen.'
      )}
    </div>
  )
}

function Lines({ lines, selected, jump, onSelect }: Pick<Props, 'lines' | 'selected' | 'jump' | 'onSelect'>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    getItemKey: (i) => lines[i]?.key ?? i,
    estimateSize: (i) => heights[lines[i]?.kind ?? 'entry'],
    overscan: 8,
  })
  const index = selected === undefined ? -1 : lines.findIndex((l) => l.kind === 'entry' && l.entry.key === selected)
  const revealed = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (revealed.current === selected || (selected !== undefined && index < 0)) return
    revealed.current = selected
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' })
  }, [selected, index, virtual])
  const wished = useRef(jump?.n)
  useEffect(() => {
    if (!jump || wished.current === jump.n) return
    wished.current = jump.n
    const at = lines.findIndex((l) => l.kind === 'group' && l.group === jump.group)
    if (at >= 0) virtual.scrollToIndex(at, { align: 'start' })
  }, [jump, lines, virtual])

  const items = virtual.getVirtualItems()
  const shown = items.some((i) => i.index === index)
  return (
    <div
      role="grid"
      className="grid"
      aria-label="Events of the plan"
      aria-rowcount={lines.length}
      aria-activedescendant={shown ? `planned-${index}` : undefined}
      tabIndex={0}
    >
      <div role="rowgroup" className="rows" ref={scroller}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const line = lines[item.index]
            if (!line) return null
            return line.kind === 'group' ? (
              <div role="row" aria-rowindex={item.index + 1} key={item.key} className="cvg" style={{ transform: `translateY(${item.start}px)` }}>
                <span role="rowheader" className="grow">
                  {groupWords[line.group]} <span className="vh">, {count(line.n)}</span>
                </span>
                {item.index === 0 && <span role="columnheader">events</span>}
              </div>
            ) : (
              <Row key={item.key} index={item.index} top={item.start} line={line} selected={line.entry.key === selected} onSelect={onSelect} />
            )
          })}
        </div>
      </div>
    </div>
  )
}

const marks: Record<Group, { tone: string; bar: string; Icon: typeof IconCheck }> = {
  wrong: { tone: 'bad', bar: 'f-bad', Icon: IconAlertOctagon },
  unplanned: { tone: 'warn', bar: 'f-warn', Icon: IconAlertTriangle },
  unseen: { tone: 'drop', bar: 'f-drop', Icon: IconBan },
  right: { tone: 'ok', bar: 'f-ok', Icon: IconCheck },
  open: { tone: 'drop', bar: 'f-drop', Icon: IconCircleDashed },
}

export function GroupMark({ group }: { group: Group }) {
  const { tone, Icon } = marks[group]
  return (
    <span className={`v ${tone}`} title={groupWords[group]}>
      <Icon {...icon} />
    </span>
  )
}

interface RowProps {
  index: number
  top: number
  line: { entry: Entry; share: number }
  selected: boolean
  onSelect: (key: string) => void
}

function Row({ index, top, line: { entry: e, share }, selected, onSelect }: RowProps) {
  return (
    <div
      id={`planned-${index}`}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      className={selected ? 'cvr sel' : 'cvr'}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onSelect(e.key)}
    >
      <span role="gridcell">
        <GroupMark group={e.group} />
        <span className="vh">{groupWords[e.group]}</span>
      </span>
      <span role="gridcell" className="clip" title={e.plan ? `${e.name}, ${e.plan}` : e.name}>
        <span className={e.covered.deprecated ? 'm struck' : 'm'}>{e.name}</span>
        {e.covered.name && e.covered.call !== 'track' && <span className="sm t3"> {e.covered.call}</span>}
        {e.plan && <span className="sm t3"> {e.plan}</span>}
      </span>
      <span role="gridcell" className="bar-cell">
        {e.covered.events > 0 ? (
          <span className="meter">
            <i className={marks[e.group].bar} style={{ width: `${Math.max(3, share * 100)}%` }} />
          </span>
        ) : (
          <span className="t3 sm">never</span>
        )}
      </span>
      <span role="gridcell" className="num t2">
        {count(e.covered.events)}
      </span>
    </div>
  )
}
