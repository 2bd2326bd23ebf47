/** Names, places and times of the plan in the words of the design. */
import type { EventCovered, Place } from '../api/types'
import { stretches, type Stretch } from '../view/address'

export const keyOf = (e: { call: string; name: string }) => (e.name ? `${e.call}:${e.name}` : e.call)

/** The event of a key, as the server takes it. */
export function chosen(key: string | undefined) {
  if (!key) return {}
  const colon = key.indexOf(':')
  return colon < 0 ? { call: key } : { call: key.slice(0, colon), event: key.slice(colon + 1) }
}

/** What a rule goes by: its name, or the call when that is all there is. */
export const nameOf = (e: { call: string; name: string }) => e.name || { track: 'Track without a name', identify: 'Every identify', group: 'Every group', page: 'Every page', screen: 'Every screen', alias: 'Every alias', common: 'Every message' }[e.call] || e.call

export const base = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

export const placeWords = (p: Place) => (p.line > 0 ? `${base(p.file)}:${p.line}` : base(p.file))
/** As editors and terminals read it. */
export const placeText = (p: Place) => [p.file, ...(p.line > 0 ? [p.line] : []), ...(p.column ? [p.column] : [])].join(':')

export const stretchWords: Record<Stretch | 'all', string> = { all: 'since the last clear', today: 'today', '7d': 'last 7 days', '30d': 'last 30 days' }
export const stretchOptions = ['all', ...stretches] as const

export const stateWords: Record<EventCovered['state'], string> = { seen: 'planned', never_seen: 'never seen', unplanned: 'not planned', allowed: 'left open' }

/** What a planned value has to be: its types, or the values it is one of, and its bounds. */
export function fieldWords({ types, schema }: { types: readonly string[]; schema?: unknown }): string {
  const s = (schema && typeof schema === 'object' ? schema : {}) as Record<string, unknown>
  const values = Array.isArray(s.enum) ? s.enum : 'const' in s ? [s.const] : undefined
  const kind = typeof s.format === 'string' && types.length > 0 ? types.map((t) => (t === 'string' ? String(s.format) : t)) : types
  const words = [values ? values.map((v) => JSON.stringify(v)).join(' or ') : kind.join(' or ') || 'any']
  if (s.minimum !== undefined) words.push(`from ${String(s.minimum)}`)
  if (s.exclusiveMinimum !== undefined) words.push(`above ${String(s.exclusiveMinimum)}`)
  if (s.maximum !== undefined) words.push(`to ${String(s.maximum)}`)
  if (s.exclusiveMaximum !== undefined) words.push(`below ${String(s.exclusiveMaximum)}`)
  if (typeof s.pattern === 'string') words.push(`like ${s.pattern}`)
  return words.join(', ')
}

export const percent = (rate: number) => (rate > 0 && rate < 0.01 ? '< 1%' : `${Math.floor(rate * 100)}%`)
