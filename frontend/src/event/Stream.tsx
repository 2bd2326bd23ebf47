import { IconArrowUp, IconClockPause } from '@tabler/icons-react'
import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type MouseEvent, type RefObject } from 'react'

import { useDensity } from '../ui/preferences'
import { count } from '../ui/words'
import { columnName, fit, useColumns } from './columns'
import { duration, gapHeight, layOut, type Layout } from './layout'
import type { Snapshot } from './log'
import { Row } from './Row'

export const rowHeight = { dense: 29, roomy: 36 } as const

export type Held = 'selected' | 'scrolled' | 'paused' | null

const why = {
  selected: 'The list holds still while an event is selected.',
  scrolled: 'The list holds still while you are scrolled away from the top.',
  paused: 'Paused, still collecting. Space goes on.',
}

interface Props {
  snapshot: Snapshot
  selected: number | undefined
  ticked: ReadonlySet<number>
  held: Held
  away: boolean
  filtered: boolean
  onSelect: (seq: number, e: MouseEvent) => void
  onTop: (atTop: boolean) => void
  onJump: () => void
  onEnd: () => void
}

export function Stream({ snapshot, selected, ticked, held, away, filtered, onSelect, onTop, onJump, onEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const { rows } = snapshot
  const [density] = useDensity()
  const layout = useMemo(() => layOut(rows, rowHeight[density]), [rows, density])
  const virtual = useLines(layout, scroller, rowHeight[density])
  useStill(layout, scroller)

  const [chosen] = useColumns()
  const narrow = useMediaQuery('(max-width: 1279px)') ?? false
  const open = selected !== undefined
  const { shown, template, tight } = useMemo(() => fit(chosen, open, narrow), [chosen, open, narrow])

  // The line has its place from the moment the list is held, so that an
  // arrival moves no row; while scrolling it lies over the rows.
  const strip = held === 'selected' || held === 'paused'

  const index = selected === undefined ? -1 : layout.lines.findIndex((l) => l.kind === 'row' && l.record.seq === selected)
  const revealed = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (revealed.current === selected) return
    if (selected !== undefined && index < 0) return
    revealed.current = selected
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' })
  }, [selected, index, virtual])

  const items = virtual.getVirtualItems()
  const end = items.at(-1)?.index ?? 0
  const total = layout.lines.length
  useEffect(() => {
    if (!snapshot.complete && total > 0 && end >= total - 30) onEnd()
  }, [end, total, snapshot.complete, onEnd])

  return (
    <div
      className={`list ${away ? 'away' : ''} ${strip ? 'strip-on' : ''} ${tight ? 'tight' : ''} ${density}`}
      style={{ '--cols': template } as CSSProperties}
    >
      {(strip || snapshot.waiting > 0) && <NewLine snapshot={snapshot} held={held} over={!strip} onJump={onJump} />}
      <div
        role="grid"
        className="grid"
        aria-label="Events, newest first"
        aria-rowcount={snapshot.complete ? total + 1 : -1}
        aria-activedescendant={index >= 0 ? `event-${selected}` : undefined}
        aria-multiselectable={ticked.size > 0 || undefined}
        tabIndex={0}
      >
        <div role="rowgroup">
          <div role="row" aria-rowindex={1} className="lh">
            {shown.map((c) => (
              <span role="columnheader" key={c} className={c === 'size' ? 'num' : ''}>
                {tight && c === 'call' ? <span className="vh">{columnName[c]}</span> : columnName[c]}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="rows" ref={scroller} onScroll={(e) => onTop(e.currentTarget.scrollTop <= 1)}>
          <div role="presentation" style={{ height: layout.height, position: 'relative' }}>
            {items.map((item) => {
              const line = layout.lines[item.index]
              if (line.kind === 'gap') return <Gap key={line.key} index={item.index} top={line.top} seconds={line.seconds} filtered={filtered} />
              const { seq } = line.record
              return (
                <Row
                  key={line.key}
                  record={line.record}
                  index={item.index}
                  selected={seq === selected}
                  ticked={ticked.has(seq)}
                  top={line.top}
                  shown={shown}
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

/** Draws only the lines in sight. The keys change with the layout, so that no old place is kept. */
function useLines(layout: Layout, scroller: RefObject<HTMLDivElement | null>, high: number) {
  const { lines } = layout
  return useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((i: number) => lines[i]?.key ?? i, [lines]),
    estimateSize: (i) => (lines[i]?.kind === 'gap' ? gapHeight : high),
    overscan: 6,
  })
}

/** New rows go above: keeps what is being read where it is, to the pixel. */
function useStill(layout: Layout, scroller: RefObject<HTMLDivElement | null>) {
  const last = useRef<{ key: string; top: number } | undefined>(undefined)
  useLayoutEffect(() => {
    const box = scroller.current
    const before = last.current
    const first = layout.lines[0]
    last.current = first && { key: first.key, top: first.top }
    if (!box || !before || box.scrollTop === 0) return
    const now = layout.lines.find((l) => l.key === before.key)
    if (now && now.top !== before.top) box.scrollTop += now.top - before.top
  }, [layout, scroller])
}

function NewLine({ snapshot, held, over, onJump }: { snapshot: Snapshot; held: Held; over: boolean; onJump: () => void }) {
  return (
    <div className={over ? 'newp over' : 'newp'}>
      {held === 'paused' && <span className="pulse off" />}
      {snapshot.waiting > 0 && (
        <button type="button" onClick={onJump}>
          <IconArrowUp size={14} aria-hidden />
          {count(snapshot.waiting)} new
        </button>
      )}
      <span>
        {held === 'paused' && snapshot.waiting > 0
          ? `Paused, still collecting, ${count(snapshot.waiting)} waiting`
          : held
            ? why[held]
            : 'Newer events were let go to make room.'}
      </span>
    </div>
  )
}

function Gap({ index, top, seconds, filtered }: { index: number; top: number; seconds: number; filtered: boolean }) {
  return (
    <div role="row" aria-rowindex={index + 2} className="gap" style={{ transform: `translateY(${top}px)` }}>
      <span role="gridcell" className="row g6">
        <IconClockPause size={14} stroke={1.75} aria-hidden />
        {duration(seconds)} {filtered ? 'without a match' : 'without events'}
      </span>
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
