import { IconCheck } from '@tabler/icons-react'
import { memo, type MouseEvent } from 'react'

import type { EventRecord } from '../api/types'
import { CallType, Label, tone, Verdict } from '../ui/marks'
import { bytes, clock, fullTime } from '../ui/words'
import type { Column } from './columns'
import { summaryOf, titleOf, verdictWords } from './words'

interface Props {
  record: EventRecord
  index: number
  selected: boolean
  ticked?: boolean
  top: number
  shown: readonly Column[]
  onSelect: (seq: number, e: MouseEvent) => void
}

export const Row = memo(function Row({ record: r, index, selected, ticked, top, shown, onSelect }: Props) {
  return (
    <div
      id={`event-${r.seq}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`r ${tone[r.verdict] ?? ''} ${selected ? 'sel' : ''} ${ticked ? 'ticked' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(e) => onSelect(r.seq, e)}
    >
      {shown.map((c) => (
        <Cell key={c} column={c} record={r} ticked={ticked} />
      ))}
    </div>
  )
})

function Cell({ column, record: r, ticked }: { column: Column; record: EventRecord; ticked?: boolean }) {
  switch (column) {
    case 'received':
      return (
        <span role="gridcell" className="mono tm" title={fullTime(r.receivedAt)}>
          {ticked && <IconCheck className="tick-mark" size={11} stroke={3} aria-label="Ticked" />}
          {clock(r.receivedAt)}
        </span>
      )
    case 'call':
      return (
        <span role="gridcell">
          <CallType type={r.type} />
        </span>
      )
    case 'event':
      return <EventCell record={r} />
    case 'source':
      return (
        <span role="gridcell" className="row g6 src-cell">
          <Label label={r.source.label} />
          <span className="sm t2 clip">{r.source.name}</span>
        </span>
      )
    case 'person':
      return (
        <span role="gridcell" className="mono t2 clip">
          {r.userId || r.anonymousId}
        </span>
      )
    case 'size':
      return (
        <span role="gridcell" className="sm t2 num">
          {bytes(r.size)}
        </span>
      )
    case 'verdict':
      return (
        <span role="gridcell" className="clip">
          <Verdict verdict={r.verdict} words={verdictWords(r)} />
        </span>
      )
  }
}

function EventCell({ record: r }: { record: EventRecord }) {
  const name = titleOf(r)
  const summary = summaryOf(r)
  return (
    <span role="gridcell" className="clip">
      <span className="nm">{name}</span>
      {summary && summary !== name && <span className="sum">{summary}</span>}
    </span>
  )
}
