import { IconAlertOctagon, IconAlertTriangle, IconCheck, IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'

import type { Violation, ViolationList } from '../api/types'
import { CopyFix } from '../event/Fix'
import { icon } from '../ui/marks'
import { cut, Names } from '../ui/Said'
import { ago, count, fullTime } from '../ui/words'
import { useView } from '../view/useView'
import { Opened } from './Opened'
import { isUnplannedEvent, nextStep, ruleWords, titleOf, violationLines, type Line } from './violations'

interface Props {
  list: ViolationList
  /** The event that is looked at. */
  event: string | undefined
  eventName: string
}

/** What departs from the plan, each in plain words, one of them opened. */
export function Violations({ list, event, eventName }: Props) {
  const [view, change] = useView()
  const by = view.by ?? 'event'
  const lines = useMemo(() => violationLines(list.items, by, event, view.source), [list.items, by, event, view.source])
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    getItemKey: (i) => lines[i]?.key ?? i,
    estimateSize: (i) => (lines[i]?.kind === 'head' ? 42 : 64),
    overscan: 6,
  })
  // By source the same violation stands in several groups; only the first of them is open.
  const opened = lines.findIndex((l) => l.kind === 'violation' && (l.key === view.open || l.key.endsWith(' ' + view.open)))
  if (lines.length === 0) return <Nothing list={list} event={event} eventName={eventName} />
  const toggle = (line: Line, open: boolean) => change({ open: open ? undefined : line.key }, { replace: true })
  return (
    <div className="vg-list" ref={scroller}>
      <ul style={{ height: virtual.getTotalSize() }} aria-label="Violations">
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]
          if (!line) return null
          return (
            <li key={item.key} data-index={item.index} ref={virtual.measureElement} style={{ transform: `translateY(${item.start}px)` }}>
              {line.kind === 'head' ? (
                <Head line={line} />
              ) : (
                <Item violation={line.violation} n={line.count} open={item.index === opened} onToggle={() => toggle(line, item.index === opened)} />
              )}
            </li>
          )
        })}
      </ul>
      <More list={list} />
    </div>
  )
}

function Head({ line }: { line: Extract<Line, { kind: 'head' }> }) {
  return (
    <h2 className="vg-head row sm">
      <span className={`v ${line.tone}`}>{line.tone === 'bad' ? <IconAlertOctagon {...icon} /> : <IconAlertTriangle {...icon} />}</span>
      {line.words}
    </h2>
  )
}

function Item({ violation: v, n, open, onToggle }: { violation: Violation; n: number; open: boolean; onToggle: () => void }) {
  const [first, rest] = cut(v.message)
  const bad = v.severity === 'violation' || v.severity === 'drop'
  const whole = isUnplannedEvent(v)
  const way = nextStep(v)
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <section className="vg" aria-label={`${titleOf(v)}: ${ruleWords(v.code)}`}>
      <div className="vg-hd">
        <button type="button" className="vg-open" aria-expanded={open} onClick={onToggle}>
          <Chevron {...icon} />
          <span className={`v ${bad ? 'bad' : 'warn'}`}>
            {bad ? <IconAlertOctagon {...icon} /> : <IconAlertTriangle {...icon} />}
            <span className="vh">{bad ? 'Violation' : 'Warning'}</span>
          </span>
          <span className="vg-words">
            <b>
              {titleOf(v)}
              {!whole && (
                <>
                  : <Names of={first.replace(/\.$/, '')} />
                </>
              )}
            </b>
            <span className="t2">
              <Names of={whole ? v.message : rest} />
              {!whole && v.sent.some((text) => !v.message.includes(text)) && <Samples of={v.sent} />}
            </span>
          </span>
        </button>
        <span className="vg-facts sm t3">
          <span className="nowrap">
            {count(n)} {n === 1 ? 'event' : 'events'}
          </span>
          <span className="nowrap" title={`Last seen ${fullTime(v.lastSeen)}`}>
            {ago(v.lastSeen)}
          </span>
        </span>
        {!open && (way === 'fix' ? <CopyFix seq={v.latestSeq} type={v.call} code={v.code} path={v.path} /> : <ToPlan words={way} onOpen={onToggle} />)}
      </div>
      {open && <Opened violation={v} />}
    </section>
  )
}

function ToPlan({ words, onOpen }: { words: string; onOpen: () => void }) {
  return (
    <button type="button" className="btn xs" onClick={onOpen}>
      {words}
    </button>
  )
}

/** Values as they were sent. */
function Samples({ of }: { of: readonly string[] }) {
  return (
    <>
      {' '}
      Sent:{' '}
      {of.map((text, i) => (
        <span key={text}>
          {i > 0 && ', '}
          <span className="mono">{text}</span>
        </span>
      ))}
      .
    </>
  )
}

function Nothing({ list, event, eventName }: Props) {
  return (
    <div className="pad16 vg-none">
      <span className="v ok">
        <IconCheck {...icon} />
        {event ? `Nothing of ${eventName} departs from the plan` : 'Nothing departs from the plan'}
      </span>
      <More list={list} />
    </div>
  )
}

function More({ list: { items, totals } }: { list: ViolationList }) {
  const all = totals.violations + totals.unplannedEvents + totals.unplannedProperties
  return (
    <>
      {totals.muted > 0 && (
        <p className="vg-more sm t3">
          {count(totals.muted)} {totals.muted === 1 ? 'finding is' : 'findings are'} muted.{' '}
          <Link to="/settings/$section" params={{ section: 'muted' }}>
            See what is muted
          </Link>
        </p>
      )}
      {all > items.length && <p className="vg-more sm t3">The {count(items.length)} most frequent of {count(all)} are shown. Choose an event at the left to see its own.</p>}
      {totals.uncounted > 0 && <p className="vg-more sm t3">{count(totals.uncounted)} events of further kinds are not told apart.</p>}
    </>
  )
}
