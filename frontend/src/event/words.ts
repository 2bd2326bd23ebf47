/** Verdicts and names in the words of the design. */
import type { EventRecord, Finding, Severity } from '../api/types'

const order: Severity[] = ['notice', 'warning', 'violation', 'drop']

export const worstFirst = (findings: readonly Finding[] | null | undefined) =>
  [...(findings ?? [])].sort((a, b) => order.indexOf(b.severity) - order.indexOf(a.severity))

/** What stands in a row's verdict column; good is quiet. */
export function verdictWords(record: Pick<EventRecord, 'verdict' | 'findings'>): string {
  if (record.verdict === 'good') return ''
  const worst = worstFirst((record.findings ?? []).filter((f) => !f.muted))
  if (record.verdict === 'violation') {
    const n = worst.filter((f) => f.severity === 'violation').length
    if (n > 1) return `${n} violations`
  }
  return shortCode(worst[0]?.code) ?? { warning: 'Warning', violation: 'Violation', would_drop: 'Would drop' }[record.verdict]
}

const short: Record<string, string> = {
  'segment.too_big': 'Too big',
  'segment.no_user_or_anonymous_id': 'Names nobody',
  'segment.event_missing': 'No event name',
  'segment.duplicate_id': 'Same id twice',
  'segment.empty_batch': 'Empty batch',
  'lens.sent_twice': 'Sent twice',
  'plan.unplanned_event': 'Not in plan',
  'plan.unplanned_property': 'Not in plan',
  'plan.missing_property': 'Missing property',
}

/** The code's own words when we have no shorter ones. */
function shortCode(code: string | undefined): string | undefined {
  if (!code) return undefined
  if (short[code]) return short[code]
  const words = code.slice(code.indexOf('.') + 1).replace(/_/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The name a row goes by: the event's, else who or which group it is about. */
export const titleOf = (r: EventRecord) =>
  r.name || (r.type === 'identify' || r.type === 'alias' ? r.userId || r.anonymousId : '') || r.summary || '(no name)'
