import { memo } from 'react'

import type { EventRecord } from '../api/types'
import { CallType, Label, tone, Verdict } from '../ui/marks'
import { clock, fullTime } from '../ui/words'
import { titleOf, verdictWords } from './words'

interface Props {
  record: EventRecord
  index: number
  selected: boolean
  top: number
  onSelect: (seq: number) => void
}

export const Row = memo(function Row({ record: r, index, selected, top, onSelect }: Props) {
  const name = titleOf(r)
  return (
    <div
      id={`event-${r.seq}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`r ${tone[r.verdict] ?? ''} ${selected ? 'sel' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onSelect(r.seq)}
    >
      <span role="gridcell" className="mono tm" title={fullTime(r.receivedAt)}>
        {clock(r.receivedAt)}
      </span>
      <span role="gridcell">
        <CallType type={r.type} />
      </span>
      <span role="gridcell" className="clip">
        <span className="nm">{name}</span>
        {r.summary && r.summary !== name && <span className="sum">{r.summary}</span>}
      </span>
      <span role="gridcell" className="row g6 src-cell">
        <Label label={r.source.label} />
        <span className="sm t2 clip">{r.source.name}</span>
      </span>
      <span role="gridcell" className="clip">
        <Verdict verdict={r.verdict} words={verdictWords(r)} />
      </span>
    </div>
  )
})
