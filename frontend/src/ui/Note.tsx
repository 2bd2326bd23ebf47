/** What is true now, in place: what happened, why it matters, what to do. */
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

const icons = { bad: IconAlertOctagon, warn: IconAlertTriangle, acc: IconInfoCircle }

export function Note({ tone, children }: { tone: 'bad' | 'warn' | 'acc'; children: ReactNode }) {
  const Icon = icons[tone]
  return (
    <div className={`note ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={16} stroke={1.75} aria-hidden />
      <div className="grow">{children}</div>
    </div>
  )
}

export function Failure({ error, what }: { error: unknown; what: string }) {
  return (
    <Note tone="bad">
      <b>{what}</b> {error instanceof Error ? error.message : String(error)}
    </Note>
  )
}
