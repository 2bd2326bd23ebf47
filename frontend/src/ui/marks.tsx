/** Words that look the same everywhere: verdict, label, call type. */
import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconArrowsJoin,
  IconBan,
  IconBuilding,
  IconCheck,
  IconClick,
  IconDeviceMobile,
  IconFile,
  IconInfoCircle,
  IconQuestionMark,
  IconUser,
} from '@tabler/icons-react'

import type { Label as LabelName, Severity, Verdict as VerdictName } from '../api/types'

export const icon = { size: 14, stroke: 1.75, 'aria-hidden': true } as const

export const tone = { good: 'ok', warning: 'warn', violation: 'bad', would_drop: 'drop' } as const
const verdictName = { good: 'Good', warning: 'Warning', violation: 'Violation', would_drop: 'Segment would drop it' }
const verdictIcon = { good: IconCheck, warning: IconAlertTriangle, violation: IconAlertOctagon, would_drop: IconBan }

export function Verdict({ verdict, words }: { verdict: VerdictName; words?: string }) {
  const Icon = verdictIcon[verdict] ?? IconQuestionMark
  return (
    <span className={`v ${tone[verdict] ?? ''}`} title={verdictName[verdict]}>
      <Icon {...icon} />
      {words ? words : <span className="vh">{verdictName[verdict]}</span>}
    </span>
  )
}

export const severityTone = { notice: 'acc', warning: 'warn', violation: 'bad', drop: 'drop' } as const
const severityIcon = { notice: IconInfoCircle, warning: IconAlertTriangle, violation: IconAlertOctagon, drop: IconBan }

export function SeverityIcon({ severity }: { severity: Severity }) {
  const Icon = severityIcon[severity] ?? IconInfoCircle
  return <Icon size={16} stroke={1.75} aria-hidden />
}

const labelClass = { dev: 'dev', staging: 'stg', prod: 'prod' } as const
const labelText = { dev: 'DEV', staging: 'STG', prod: 'PROD' } as const

export function Label({ label }: { label: LabelName | null }) {
  if (!label) return <span className="env none" title="Nobody has claimed this source">NEW</span>
  return (
    <span className={`env ${labelClass[label]}`} title={label}>
      {labelText[label]}
    </span>
  )
}

const typeIcon: Record<string, typeof IconClick> = {
  track: IconClick,
  identify: IconUser,
  page: IconFile,
  screen: IconDeviceMobile,
  group: IconBuilding,
  alias: IconArrowsJoin,
}

export function CallType({ type }: { type: string }) {
  const Icon = typeIcon[type] ?? IconQuestionMark
  return (
    <span className={`ty ${type in typeIcon ? type : ''}`} title={type || 'no type'}>
      <Icon {...icon} />
      <span className="ty-word">{type || 'none'}</span>
    </span>
  )
}

export function Logo() {
  return (
    <svg viewBox="0 0 24 24" fill="none" strokeWidth="2.4" strokeLinecap="round" aria-hidden>
      <path d="M3 17h18" stroke="var(--text)" />
      <path d="M5 17c5 0 5-9.5 10.5-9.5H17" stroke="var(--accent)" />
      <circle cx="20" cy="7.5" r="2.3" fill="var(--accent)" />
    </svg>
  )
}
