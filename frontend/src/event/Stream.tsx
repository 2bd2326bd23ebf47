import { IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'

import type { Snapshot } from './log'
import { Row } from './Row'
import { count } from '../ui/words'

export const rowHeight = 29

export type Held = 'selected' | 'scrolled' | 'paused' | null

const why = {
  selected: 'The list holds still while an event is selected.',
  scrolled: 'The list holds still while you are scrolled away from the top.',
  paused: 'Paused, still collecting. Space goes on.',
}

interface Props {
  snapshot: Snapshot
  selected: number | undefined
  held: Held
  away: boolean
  onSelect: (seq: number) => void
  onTop: (atTop: boolean) => void
  onJump: () => void
  onEnd: () => void
}

export function Stream({ snapshot, selected, held, away, onSelect, onTop, onJump, onEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const { rows } = snapshot
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })

  // New rows go above: keep what is being read where it is, to the pixel.
  const last = useRef<{ seq: number | undefined }>({ seq: undefined })
  useLayoutEffect(() => {
    const box = scroller.current
    const before = last.current.seq
    last.current.seq = rows[0]?.seq
    if (!box || before === undefined || box.scrollTop === 0) return
    const by = rows.findIndex((r) => r.seq === before)
    if (by > 0) box.scrollTop += by * rowHeight
  }, [rows])

  // The line has its place from the moment the list is held, so that an
  // arrival moves no row; while scrolling it lies over the rows.
  const strip = held === 'selected' || held === 'paused'

  const index = selected === undefined ? -1 : rows.findIndex((r) => r.seq === selected)
  const shown = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (shown.current === selected) return
    if (selected !== undefined && index < 0) return
    shown.current = selected
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' })
  }, [selected, index, virtual])

  const items = virtual.getVirtualItems()
  const end = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (!snapshot.complete && rows.length > 0 && end >= rows.length - 30) onEnd()
  }, [end, rows.length, snapshot.complete, onEnd])

  return (
    <div className={`list ${away ? 'away' : ''} ${strip ? 'strip-on' : ''}`}>
      {(strip || snapshot.waiting > 0) && (
        <div className={strip ? 'newp' : 'newp over'}>
          {held === 'paused' && <span className="pulse off" />}
          {snapshot.waiting > 0 && (
            <button type="button" onClick={onJump}>
              <IconArrowUp size={14} aria-hidden />
              {count(snapshot.waiting)} new
            </button>
          )}
          <span>{held ? why[held] : 'Newer events were let go to make room.'}</span>
        </div>
      )}
      <div
        role="grid"
        className="grid"
        aria-label="Events, newest first"
        aria-rowcount={snapshot.complete ? rows.length + 1 : -1}
        aria-activedescendant={index >= 0 ? `event-${selected}` : undefined}
        tabIndex={0}
      >
        <div role="rowgroup">
          <div role="row" aria-rowindex={1} className="lh">
            <span role="columnheader">Received</span>
            <span role="columnheader">Call</span>
            <span role="columnheader">Event</span>
            <span role="columnheader">Source</span>
            <span role="columnheader">Verdict</span>
          </div>
        </div>
        <div
          role="rowgroup"
          className="rows"
          ref={scroller}
          onScroll={(e) => onTop(e.currentTarget.scrollTop <= 1)}
        >
          <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map((item) => {
              const r = rows[item.index]
              return (
                <Row
                  key={r.seq}
                  record={r}
                  index={item.index}
                  selected={r.seq === selected}
                  top={item.start}
                  onSelect={onSelect}
                />
              )
            })}
          </div>
        </div>
      </div>
      <Spoken snapshot={snapshot} />
    </div>
  )
}

/** Says what arrived, at most every five seconds. The list itself is silent. */
function Spoken({ snapshot }: { snapshot: Snapshot }) {
  const [words, setWords] = useState('')
  const latest = useRef(snapshot)
  useEffect(() => {
    latest.current = snapshot
  }, [snapshot])
  useEffect(() => {
    let said = latest.current.rows[0]?.seq ?? 0
    let waited = 0
    const timer = setInterval(() => {
      const { rows, waiting, waitingBad } = latest.current
      const fresh = rows.filter((r) => r.seq > said)
      const n = fresh.length + Math.max(0, waiting - waited)
      if (n === 0) return
      const bad = fresh.filter((r) => r.verdict === 'violation' || r.verdict === 'would_drop').length + waitingBad
      setWords(`${n} new events${bad ? `, ${bad} with violations` : ''}`)
      said = rows[0]?.seq ?? said
      waited = waiting
    }, 5000)
    return () => clearInterval(timer)
  }, [])
  return (
    <div className="vh" aria-live="polite">
      {words}
    </div>
  )
}
