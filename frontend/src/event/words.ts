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
  'segment.batch_too_big': 'Batch too big',
  'segment.batch_too_long': 'Batch too long',
  'segment.id_not_string': 'Id is not text',
  'segment.id_too_long': 'Id too long',
  'segment.event_not_string': 'Name is not text',
  'segment.name_not_string': 'Name is not text',
  'segment.category_not_string': 'Category not text',
  'segment.properties_not_object': 'No properties',
  'segment.traits_not_object': 'No traits',
  'segment.context_not_object': 'No context',
  'segment.integrations_not_object': 'No integrations',
  'segment.group_id_missing': 'No group id',
  'segment.alias_user_id_missing': 'No new id',
  'segment.previous_id_missing': 'No old id',
  'segment.missing_type': 'No type',
  'segment.type_differs_from_path': 'Two types',
  'segment.too_many_properties': 'Too many keys',
  'segment.consent_preferences_missing': 'No consent',
  'segment.consent_preferences_not_object': 'Wrong consent',
  'segment.consent_category_not_boolean': 'Wrong consent',
  'segment.consent_version_not_number': 'Wrong consent',
  'segment.consent_category_id': 'Consent id',
  'segment.advertising_id_not_string': 'Ad id is not text',
  'segment.timestamp_unreadable': 'Unreadable time',
  'segment.timestamp_in_future': 'In the future',
  'segment.reserved_type': 'Wrong type',
  'segment.write_key_conflict': 'Two write keys',
  'segment.write_key_too_long': 'Key too long',
  'segment.write_key_not_string': 'Key is not text',
  'request.not_json': 'Not JSON',
  'request.not_object': 'Not an object',
  'request.batch_not_array': 'No batch array',
  'request.batch_without_objects': 'Nothing in batch',
  'request.item_not_object': 'Not an object',
  'request.inflated_too_large': 'Too large',
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

/** A few words of the payload. Two properties often have the same value, as an id and a SKU: it is said once. */
export const summaryOf = (r: Pick<EventRecord, 'summary'>) => r.summary.replace(/(^| )(\S+)(?: \2)+(?= |$)/g, '$1$2')

/** The name a row goes by: the event's, else who or which group it is about. */
export const titleOf = (r: EventRecord) =>
  r.disposition === 'rejected' ? 'Unreadable' : r.name || (r.type === 'identify' || r.type === 'alias' ? r.userId || r.anonymousId : '') || r.summary || '(no name)'
