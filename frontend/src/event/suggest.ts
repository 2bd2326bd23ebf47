/** What could stand next in a query, from what was seen, with counts. */
import type { EventRecord, Source } from '../api/types'
import { quote } from './query'

export interface Suggestion {
  term: string
  /** How often it was seen among the rows that are loaded. */
  seen?: number
  hint?: string
  /** Only the beginning of a term: a value has to follow. */
  open?: boolean
}

const keys: [term: string, hint: string][] = [
  ['name:', 'the name of the event or page'],
  ['type:', 'the kind of call'],
  ['source:', 'where it came from'],
  ['label:', 'dev, staging, prod'],
  ['user:', 'a userId'],
  ['anon:', 'an anonymousId'],
  ['code:', 'a finding'],
  ['verdict:', 'the worst finding'],
  ['has:', 'violation, warning, duplicate, pii'],
  ['is:', 'would-drop, rejected, unclaimed'],
  ['after:', 'received since: 15m, 2h, a date'],
  ['before:', 'received until'],
  ['size>', 'bytes: 20kb'],
  ['properties.', 'a property: properties.total>100'],
  ['traits.', 'a trait'],
  ['context.', 'something of the context'],
]

/** The values a record has for a key. */
const values: Record<string, (r: EventRecord) => string[]> = {
  name: (r) => [r.name],
  type: (r) => [r.type],
  source: (r) => [r.source.name],
  label: (r) => [r.source.label ?? 'none'],
  user: (r) => [r.userId],
  anon: (r) => [r.anonymousId],
  code: (r) => (r.findings ?? []).map((f) => f.code),
  verdict: (r) => [r.verdict],
  run: (r) => [r.runId],
  has: (r) => [...new Set((r.findings ?? []).filter((f) => !f.muted).map((f) => f.severity as string))].filter((s) => s !== 'drop'),
  is: (r) => [
    ...(r.verdict === 'would_drop' ? ['would-drop'] : []),
    ...(r.verdict === 'good' ? ['good'] : []),
    ...(r.disposition === 'accepted' ? [] : [r.disposition]),
    ...(r.source.label ? [] : ['unclaimed']),
  ],
}
const aliases: Record<string, string> = { env: 'label' }

const most = 8

/** Suggestions for the term that is being typed, the most frequent first. */
export function suggest(typed: string, rows: readonly EventRecord[], sources: readonly Source[]): Suggestion[] {
  const minus = typed.startsWith('-') ? '-' : ''
  const text = typed.slice(minus.length)
  const colon = text.indexOf(':')
  if (colon >= 0) {
    const key = text.slice(0, colon)
    return valuesOf(aliases[key] ?? key, text.slice(colon + 1), rows, sources).map((s) => ({ ...s, term: minus + key + ':' + s.term }))
  }
  const words = text.toLowerCase()
  const begun = keys.filter(([term]) => term.startsWith(words) && term !== words).map(([term, hint]): Suggestion => ({ term: minus + term, hint, open: true }))
  if (!words) return begun.slice(0, most)
  const named = valuesOf('name', text, rows, sources).map((s) => ({ ...s, term: `${minus}name:${s.term}` }))
  return [...named.slice(0, 5), ...begun].slice(0, most)
}

function valuesOf(key: string, begun: string, rows: readonly EventRecord[], sources: readonly Source[]): Suggestion[] {
  const read = values[key]
  if (!read) return []
  const last = begun.slice(begun.lastIndexOf(',') + 1)
  const before = begun.slice(0, begun.length - last.length)
  const words = last.replace(/"/g, '').toLowerCase()
  const counts = new Map<string, number>()
  if (key === 'source') for (const s of sources) counts.set(s.name, 0)
  for (const r of rows) for (const v of read(r)) if (v) counts.set(v, (counts.get(v) ?? 0) + 1)
  return [...counts]
    .filter(([v]) => v.toLowerCase().includes(words) && quote(v) !== last)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, most)
    .map(([v, seen]) => ({ term: before + quote(v), seen }))
}
