/** What departs from the plan, in the order and groups it is read in. */
import type { Violation } from '../api/types'
import type { Grouping } from '../view/address'
import { keyOf, nameOf } from './words'

/** What tells one kind of violation from the others, also in the address. */
export const violationKey = (v: Violation) => [v.code.replace(/^plan\./, ''), keyOf({ call: v.call, name: v.event }), v.path, v.version || ''].filter(Boolean).join(' ')

export const eventOf = (v: Violation) => ({ call: v.call, name: v.event })

export type Line = { kind: 'head'; key: string; words: string; tone: 'bad' | 'warn' | '' } | { kind: 'violation'; key: string; violation: Violation; count: number }

export const isUnplannedEvent = (v: Violation) => v.code === 'plan.unplanned_event'
const isUnplanned = (v: Violation) => isUnplannedEvent(v) || v.code === 'plan.unplanned_property'
const breaks = (v: Violation) => v.severity === 'violation' || v.severity === 'drop'

/** Keys of the events that break the plan. */
export const wrongEvents = (all: readonly Violation[]): ReadonlySet<string> => new Set(all.filter((v) => breaks(v) && v.count > 0).map((v) => keyOf(eventOf(v))))

const small = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve']
const spelt = (n: number, one: string, many: string) => `${small[n] ?? n.toLocaleString('en-US')} ${n === 1 ? one : many}`

const codeWords: Record<string, string> = {
  'plan.missing_property': 'Missing',
  'plan.wrong_type': 'Another type than planned',
  'plan.value_not_allowed': 'A value the plan does not list',
  'plan.pattern': 'Text that does not match the pattern',
  'plan.format': 'Text in another format',
  'plan.out_of_range': 'A number out of range',
  'plan.wrong_length': 'Too short or too long',
  'plan.property_not_allowed': 'Names the plan forbids',
  'plan.condition': 'A condition that does not hold',
  'plan.unplanned_event': 'Events that are not planned',
  'plan.unplanned_property': 'Properties that are not planned',
  'plan.oldest_version': 'No version named',
}

export const ruleWords = (code: string) => codeWords[code] ?? code.slice(code.indexOf('.') + 1).replace(/_/g, ' ')

const toneOf = (v: Violation) => (breaks(v) ? 'bad' : 'warn')
const line = (v: Violation, count = v.count, prefix = ''): Line => ({ kind: 'violation', key: prefix + violationKey(v), violation: v, count })

/** One event's or all, under headings as they are wanted. `source` is the scope of the top bar: others do not stand in a list by source. */
export function violationLines(all: readonly Violation[], by: Grouping, event: string | undefined, source?: string): Line[] {
  const shown = all.filter((v) => v.count > 0 && (!event || keyOf(eventOf(v)) === event))
  if (by === 'rule') return grouped(shown, (v) => [[v.code, ruleWords(v.code), v.count]])
  if (by === 'source') return grouped(shown, (v) => v.sources.filter((s) => !source || s.id === source || s.name === source).map((s) => [s.id, s.name, s.count]))
  const broken = shown.filter((v) => !isUnplanned(v))
  const events = shown.filter(isUnplannedEvent)
  const properties = shown.filter((v) => isUnplanned(v) && !isUnplannedEvent(v))
  const part = (key: string, words: string, list: Violation[]): Line[] => (list.length ? [{ kind: 'head', key, words, tone: 'warn' }, ...list.map((v) => line(v))] : [])
  return [
    ...byEvent(broken).map((v) => line(v)),
    ...part('events', spelt(events.length, 'event is not in the plan', 'events are not in the plan'), events),
    ...part('properties', spelt(properties.length, 'property is not in the plan', 'properties are not in the plan'), properties),
  ]
}

/** Those of one event stand together, the event with the most frequent one first. */
function byEvent(list: readonly Violation[]): Violation[] {
  const at = new Map<string, Violation[]>()
  for (const v of list) at.set(keyOf(eventOf(v)), [...(at.get(keyOf(eventOf(v))) ?? []), v])
  return [...at.values()].flat()
}

function grouped(list: readonly Violation[], groupsOf: (v: Violation) => [key: string, words: string, count: number][]): Line[] {
  const groups = new Map<string, { words: string; list: Line[]; bad: boolean }>()
  for (const v of list) {
    for (const [key, words, count] of groupsOf(v)) {
      const group = groups.get(key) ?? { words, list: [], bad: false }
      group.list.push(line(v, count, key + ' '))
      group.bad ||= toneOf(v) === 'bad'
      groups.set(key, group)
    }
  }
  return [...groups].flatMap(([key, g]): Line[] => [{ kind: 'head', key, words: g.words, tone: g.bad ? 'bad' : 'warn' }, ...g.list])
}

/** What stands in front: the event, and what happened to it in the first sentence. */
export const titleOf = (v: Violation) => nameOf(eventOf(v))

/** The likeliest next step: a name near a planned one is a slip in the app, what resembles nothing is new to the plan. */
export function nextStep(v: Violation): 'fix' | 'Add to plan' | 'Allow value' {
  if (v.nearest) return 'fix'
  if (isUnplanned(v)) return 'Add to plan'
  return v.code === 'plan.value_not_allowed' ? 'Allow value' : 'fix'
}
