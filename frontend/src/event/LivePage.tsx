import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react'

import { ApiError } from '../api/client'
import type { EventRecord, Source } from '../api/types'
import { useStatus } from '../status/queries'
import { Divider, useDivider } from '../ui/Divider'
import { Failure } from '../ui/Note'
import { failed } from '../ui/notify'
import { tabOf, tabs } from '../view/address'
import { useView } from '../view/useView'
import { curl } from './call'
import { ofSamePerson } from './queries'
import { scoped } from './query'
import { QueryBar } from './QueryBar'
import { Stream, type Held } from './Stream'
import { AwayStrip, MissedStrip, NoMatch, TickStrip } from './Strips'
import { useLiveCommands } from './useLiveCommands'
import { useLog } from './useLog'
import { useTicks } from './useTicks'
import { Volume } from './Volume'

const Detail = lazy(() => import('./Detail').then((m) => ({ default: m.Detail })))

interface Props {
  /** Shown while nothing was ever received. */
  whenEmpty: ReactNode
  sources: readonly Source[]
}

export function LivePage({ whenEmpty, sources }: Props) {
  const [view, change] = useView()
  const q = scoped(view)
  const { log, snapshot, phase, away, missed, seenMissed, reload, more } = useLog(q)
  const status = useStatus()
  const [paused, setPaused] = useState(false)
  const [atTop, setAtTop] = useState(true)
  const field = useRef<HTMLInputElement>(null)
  const ticks = useTicks(log)
  const divider = useDivider('live')
  const sel = view.sel
  const tab = tabOf(tabs, view.tab)

  const held: Held = paused ? 'paused' : sel !== undefined ? 'selected' : atTop ? null : 'scrolled'
  useEffect(() => log.hold(held !== null), [log, held])

  const rows = useDeferredValue(snapshot.rows)
  const known = useMemo(() => rows.find((r) => r.seq === sel), [rows, sel])

  const select = useCallback(
    (seq: number | undefined) => change({ sel: seq, ...(seq === undefined ? { tab: undefined } : {}) }, { replace: sel !== undefined && seq !== undefined }),
    [change, sel],
  )
  const step = useCallback(
    (by: 1 | -1) => {
      const all = log.read().rows
      if (all.length === 0) return
      const at = all.findIndex((r) => r.seq === sel)
      const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))
      select(all[next].seq)
    },
    [log, sel, select],
  )
  const jump = useCallback(() => {
    const box = document.querySelector('.rows')
    if (log.release()) requestAnimationFrame(() => box?.scrollTo({ top: 0 }))
    else reload()
  }, [log, reload])

  const { tick, tickTo } = ticks
  const press = useCallback(
    (seq: number, e: MouseEvent) => {
      if (e.shiftKey) tickTo(seq)
      else if (e.ctrlKey || e.metaKey) tick(seq)
      else select(seq)
    },
    [select, tick, tickTo],
  )
  useLiveCommands({
    field,
    paused,
    waiting: snapshot.waiting,
    pause: () => setPaused((p) => !p),
    step,
    jump,
    person: (by) => {
      if (known && (known.userId || known.anonymousId)) void ofSamePerson(known, by).then((seq) => seq && select(seq), failed('Not found.'))
    },
    tick: () => sel !== undefined && tick(sel),
    tickTo: () => sel !== undefined && tickTo(sel),
    back: () => {
      if (sel !== undefined) select(undefined)
      else if (ticks.ticked.size > 0) ticks.clear()
      else if (view.q) change({ q: undefined })
    },
  })

  const curlFor = useCallback(
    (record: EventRecord, message: string) => {
      const key = sources.find((s) => s.id === record.source.id)?.writeKey ?? ''
      return curl(status.data?.url ?? window.location.origin, key, record.type, message)
    },
    [status.data?.url, sources],
  )

  const nothingHere = !q && known === undefined && phase.is === 'ready' && snapshot.waiting === 0 && !snapshot.rows.some(readable)
  // What could not be read is no first event; the page says why and waits on.
  const firstRun = nothingHere && (status.data?.received ?? 0) === 0 && (snapshot.rows.length > 0 || (status.data?.rejected ?? 0) === 0)
  useFirst(firstRun, snapshot.rows, known !== undefined, select)
  if (firstRun) return <>{whenEmpty}</>

  return (
    <>
      <h1 className="vh">Live</h1>
      <QueryBar field={field} rows={rows} sources={sources} paused={paused} onPause={() => setPaused((p) => !p)} onChanged={reload} />
      <Volume />
      <div className="vh" role="alert">
        {paused ? 'Paused, still collecting' : ''}
      </div>
      <AwayStrip away={away} />
      <MissedStrip missed={missed} onSeen={seenMissed} />
      <TickStrip ticked={ticks.ticked} onClear={ticks.clear} onChanged={reload} />
      <div className={sel === undefined ? 'split' : 'split open'} style={divider.style}>
        {phase.is === 'failed' && snapshot.rows.length === 0 ? (
          <div className="list pad16">
            <Failure error={phase.error} what={phase.error instanceof ApiError ? 'The list cannot be read.' : 'The collector does not answer, trying again.'} />
            {q && phase.error instanceof ApiError && phase.error.status === 422 && <NoMatch />}
          </div>
        ) : phase.is === 'loading' && snapshot.rows.length === 0 ? (
          <Skeleton />
        ) : snapshot.rows.length === 0 && snapshot.waiting === 0 ? (
          <div className="list center-list">
            <h2>{q ? 'No event matches' : 'No events here now'}</h2>
            {q ? <NoMatch /> : <p className="t2">They were deleted or are past their time. New ones appear at once.</p>}
          </div>
        ) : (
          <Stream
            snapshot={snapshot}
            selected={sel}
            ticked={ticks.ticked}
            held={held}
            away={Boolean(away)}
            filtered={Boolean(q)}
            onSelect={press}
            onTop={setAtTop}
            onJump={jump}
            onEnd={more}
          />
        )}
        {sel !== undefined && (
          <>
            <Divider width={divider.width} setWidth={divider.setWidth} />
            <Suspense fallback={<section className="det" aria-label="Selected event" />}>
              <Detail seq={sel} known={known} tab={tab} sources={sources} onStep={step} onSelect={select} onClose={() => select(undefined)} curlFor={curlFor} />
            </Suspense>
          </>
        )}
      </div>
    </>
  )
}

const readable = (r: EventRecord) => r.disposition !== 'rejected'

/** The first event ever opens by itself: the page that waited for it becomes Live. */
function useFirst(waiting: boolean, rows: readonly EventRecord[], looking: boolean, select: (seq: number) => void) {
  const waited = useRef(false)
  useEffect(() => {
    if (waiting) waited.current = true
    else if (waited.current) {
      const first = rows.findLast(readable)
      if (!first) return
      waited.current = false
      if (!looking) select(first.seq)
    }
  }, [waiting, rows, looking, select])
}

function Skeleton() {
  return (
    <div className="list skeletons rows-like" aria-label="Loading">
      {Array.from({ length: 14 }, (_, i) => (
        <i key={i} style={{ width: 45 + ((i * 17) % 40) + '%' }} />
      ))}
    </div>
  )
}
