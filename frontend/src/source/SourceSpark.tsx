/** What a source sent in the last 24 hours: how much, and how good. */
import { IconAlertOctagon, IconAlertTriangle, IconBan, IconCheck } from '@tabler/icons-react'

import type { Bucket } from '../api/types'
import { icon } from '../ui/marks'
import { count } from '../ui/words'

const wide = 128
const high = 22
const total = (b: Bucket) => b.good + b.warning + b.violation + b.wouldDrop

export function Spark({ buckets, name }: { buckets: readonly Bucket[]; name: string }) {
  const most = Math.max(1, ...buckets.map(total))
  const sum = buckets.reduce((n, b) => n + total(b), 0)
  if (sum === 0) return <span className="t3">none</span>
  const step = wide / buckets.length
  return (
    <svg width={wide} height={high} role="img" aria-label={`${name}: ${count(sum)} events in the last 24 hours`}>
      {buckets.map((b, i) => {
        const bad = b.violation + b.wouldDrop
        const all = (total(b) / most) * high
        const part = bad ? Math.max(1, (bad / most) * high) : 0
        if (!all) return null
        return (
          <g key={b.start}>
            <rect className="p-ok" x={i * step} width={step - 0.6} y={high - Math.max(1, all)} height={Math.max(1, all)} />
            {part > 0 && <rect className={b.violation ? 'p-bad' : 'p-drop'} x={i * step} width={step - 0.6} y={high - Math.max(1, all)} height={part} />}
          </g>
        )
      })}
    </svg>
  )
}

export function VerdictCounts({ buckets }: { buckets: readonly Bucket[] }) {
  const sum = (field: 'warning' | 'violation' | 'wouldDrop') => buckets.reduce((n, b) => n + b[field], 0)
  const [warning, violation, drop] = [sum('warning'), sum('violation'), sum('wouldDrop')]
  if (buckets.every((b) => total(b) === 0)) return null
  if (warning + violation + drop === 0) {
    return (
      <span className="v ok">
        <IconCheck {...icon} />
        All good
      </span>
    )
  }
  return (
    <span className="row g6">
      {violation > 0 && (
        <span className="v bad" title="Violations">
          <IconAlertOctagon {...icon} />
          {count(violation)}
        </span>
      )}
      {warning > 0 && (
        <span className="v warn" title="Warnings">
          <IconAlertTriangle {...icon} />
          {count(warning)}
        </span>
      )}
      {drop > 0 && (
        <span className="v drop" title="Segment would drop">
          <IconBan {...icon} />
          {count(drop)}
        </span>
      )}
    </span>
  )
}
