import type { Bucket } from '../api/types'
import { spans, type Span } from '../view/address'
import { useView } from '../view/useView'
import { Failure } from '../ui/Note'
import { scoped, timeless, toggleVerdict, verdictsOf, withTime } from './query'
import { buckets as wanted, useVolume } from './queries'
import { clock, count } from '../ui/words'

const kinds = [
  ['good', 'good', 'Good', 'p-ok'],
  ['warning', 'warning', 'Warnings', 'p-warn'],
  ['violation', 'violation', 'Violations', 'p-bad'],
  ['would_drop', 'wouldDrop', 'Segment would drop', 'p-drop'],
] as const

const spanName = { '30m': '30 min', '3h': '3 hours', '24h': '24 hours', '168h': '7 days' }
const minutes = { '30m': 30, '3h': 180, '24h': 1440, '168h': 10080 }
const high = 40

const total = (b: Bucket) => b.good + b.warning + b.violation + b.wouldDrop

function axis(time: number, span: Span) {
  const t = new Date(time)
  if (span === '168h') return t.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
  return clock(t, false).slice(0, 5)
}

export function Volume() {
  const [view, change] = useView()
  const span: Span = view.span ?? '30m'
  const volume = useVolume(timeless(scoped(view)), span)
  const list = volume.data ?? []
  const most = Math.max(1, ...list.map(total))
  const on = verdictsOf(view.q)
  const width = 100 / Math.max(list.length, 1)
  const first = list[0] ? new Date(list[0].start).getTime() : 0
  const step = list[1] ? new Date(list[1].start).getTime() - first : (minutes[span] * 60_000) / wanted
  const sums = kinds.map(([, field]) => list.reduce((n, b) => n + b[field], 0))

  return (
    <section className="vol" aria-label="Volume">
      <div className="leg">
        {kinds.map(([verdict, , name, mark], i) => (
          <button
            key={verdict}
            type="button"
            aria-pressed={on.includes(verdict)}
            title={on.includes(verdict) ? 'Take out of the filter' : 'Show only these'}
            className={on.length && !on.includes(verdict) ? 'off' : ''}
            onClick={() => change({ q: toggleVerdict(view.q, verdict) })}
          >
            <i className={`sw-${mark}`} />
            <span className="clip">{name}</span>
            <b>{count(sums[i])}</b>
          </button>
        ))}
      </div>
      <div className="chart">
        {volume.error && !volume.data ? (
          <Failure error={volume.error} what="No chart." />
        ) : (
          <svg
            width="100%"
            height={high}
            viewBox={`0 0 100 ${high}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`Last ${spanName[span]}: ${kinds.map(([, , name], i) => `${name} ${sums[i]}`).join(', ')}`}
          >
            <defs>
              <pattern id="hatch" width="0.5" height="5" patternUnits="userSpaceOnUse" patternTransform="skewX(-5)">
                <rect width="0.5" height="3" className="p-drop" />
              </pattern>
            </defs>
            {list.map((b, i) => {
              let y = high
              return (
                <g key={b.start}>
                  {kinds.map(([verdict, field, , mark]) => {
                    if (b[field] === 0) return null
                    // A single event in a busy hour still shows as a line.
                    const h = Math.max(1, (b[field] / most) * (high - 2))
                    y -= h
                    return (
                      <rect
                        key={verdict}
                        className={mark === 'p-drop' ? undefined : mark}
                        fill={mark === 'p-drop' ? 'url(#hatch)' : undefined}
                        x={i * width}
                        width={width * 0.86}
                        y={y}
                        height={h}
                      />
                    )
                  })}
                  <rect
                    className="hit"
                    x={i * width}
                    width={width}
                    y={0}
                    height={high}
                    onClick={() => {
                      const start = new Date(b.start)
                      change({ q: withTime(view.q, start.toISOString(), new Date(start.getTime() + step).toISOString()) })
                    }}
                  >
                    <title>{`${clock(b.start, false)}: ${total(b)} events. Click to see only these.`}</title>
                  </rect>
                </g>
              )
            })}
          </svg>
        )}
        <div className="ax">
          {first > 0 && [0, 1, 2, 3, 4, 5].map((n) => <span key={n}>{axis(first + (n / 6) * step * list.length, span)}</span>)}
          <select
            aria-label="Time shown in the chart"
            value={span}
            onChange={(e) => change({ span: spans.find((s) => s === e.target.value) })}
          >
            {spans.map((s) => (
              <option key={s} value={s}>
                last {spanName[s]}
              </option>
            ))}
          </select>
        </div>
      </div>
    </section>
  )
}
