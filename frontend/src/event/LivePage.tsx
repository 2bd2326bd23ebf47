import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'

import { ApiError } from '../api/client'
import type { EventRecord } from '../api/types'
import { useStatus } from '../status/queries'
import { useKeys } from '../ui/keys'
import { Failure } from '../ui/Note'
import { clock } from '../ui/words'
import { tabs } from '../view/address'
import { useView } from '../view/useView'
import { curl } from './call'
import { Detail } from './Detail'
import { scoped, terms, without, withTerm } from './query'
import { QueryBar } from './QueryBar'
import { Stream, type Held } from './Stream'
import { useLog } from './useLog'
import { Volume } from './Volume'

interface Props {
  /** Shown while nothing was ever received. */
  whenEmpty: ReactNode
  keyOf?: (sourceId: string) => string
}

const nowhere = () => ''

export function LivePage({ whenEmpty, keyOf = nowhere }: Props) {
  const [view, change] = useView()
  const q = scoped(view)
  const { log, snapshot, phase, away, reload, more } = useLog(q)
  const status = useStatus()
  const [paused, setPaused] = useState(false)
  const [atTop, setAtTop] = useState(true)
  const field = useRef<HTMLInputElement>(null)
  const sel = view.sel
  const tab = view.tab ?? 'pretty'

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

  const back = () => {
    if (sel !== undefined) select(undefined)
    else if (view.q) change({ q: undefined })
  }

  useKeys({
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Enter: () => (snapshot.waiting > 0 ? jump() : sel === undefined && step(1)),
    Escape: back,
    ' ': () => setPaused((p) => !p),
    '/': () => field.current?.focus(),
    ...Object.fromEntries(tabs.map((t, i) => [String(i + 1), () => sel !== undefined && change({ tab: t }, { replace: true })])),
  })

  const curlFor = useCallback(
    (record: EventRecord, message: string) =>
      curl(status.data?.url ?? window.location.origin, keyOf(record.source.id), record.type, message),
    [status.data?.url, keyOf],
  )

  const nothingYet = !q && phase.is === 'ready' && snapshot.rows.length === 0 && snapshot.waiting === 0
  if (nothingYet && (status.data?.received ?? 0) === 0 && (status.data?.rejected ?? 0) === 0) return <>{whenEmpty}</>

  return (
    <>
      <h1 className="vh">Live</h1>
      <QueryBar field={field} paused={paused} onPause={() => setPaused((p) => !p)} onChanged={reload} />
      <Volume />
      <div className="vh" role="alert">
        {paused ? 'Paused, still collecting' : ''}
      </div>
      {away && (
        <div className="strip warn" role="status">
          The stream broke off at {clock(away, false)}, trying again. Events are kept and come when it is back.
        </div>
      )}
      <div className={sel === undefined ? 'split' : 'split open'}>
        {phase.is === 'failed' && snapshot.rows.length === 0 ? (
          <div className="list pad16">
            <Failure error={phase.error} what={phase.error instanceof ApiError ? 'The list cannot be read.' : 'The collector does not answer, trying again.'} />
            {q && phase.error instanceof ApiError && phase.error.status === 422 && <Switches />}
          </div>
        ) : phase.is === 'loading' && snapshot.rows.length === 0 ? (
          <div className="list skeletons rows-like" aria-label="Loading">
            {Array.from({ length: 14 }, (_, i) => (
              <i key={i} style={{ width: 45 + ((i * 17) % 40) + '%' }} />
            ))}
          </div>
        ) : snapshot.rows.length === 0 && snapshot.waiting === 0 ? (
          <div className="list center-list">
            <h2>{q ? 'No event matches' : 'No events here now'}</h2>
            {q ? <Switches /> : <p className="t2">They were deleted or are past their time. New ones appear at once.</p>}
          </div>
        ) : (
          <Stream
            snapshot={snapshot}
            selected={sel}
            held={held}
            away={Boolean(away)}
            onSelect={select}
            onTop={setAtTop}
            onJump={jump}
            onEnd={more}
          />
        )}
        {sel !== undefined && (
          <Detail seq={sel} known={known} tab={tab} onStep={step} onClose={() => select(undefined)} curlFor={curlFor} />
        )}
      </div>
    </>
  )
}

/** What to switch off so that something matches again. */
function Switches() {
  const [view, change] = useView()
  return (
    <div className="row wrap-row">
      {terms(view.q ?? '').map((t) => (
        <button
          key={t}
          type="button"
          className="btn s"
          onClick={() => change({ q: without(view.q, t), off: withTerm(view.off, t) })}
        >
          Switch off <span className="mono">{t}</span>
        </button>
      ))}
      {(view.label || view.source) && (
        <button type="button" className="btn s" onClick={() => change({ label: undefined, source: undefined })}>
          Show all labels and sources
        </button>
      )}
    </div>
  )
}
