/** Enforcement in words: what happens to an event on its way to destinations. */
import type { EnforcementPreview, SourceEnforcement } from '../api/types'

type Controls = SourceEnforcement['enforcement']['track']
type Control = Controls['violations']

const done = { allow: 'allowed', block: 'blocked', omit: 'omitted' }

export interface CallWords {
  calls: string
  /** Of unplanned events, unplanned properties or traits, violations, and violations of common rules. */
  controls: { what: string; words: string; control: Control }[]
  /** Where the first of them is set. */
  at?: Control['at']
}

export const columns = ['Unplanned events', 'Unplanned properties, traits', 'Violations', 'Common rules']

function row(calls: string, of: Controls): CallWords {
  const all = [of.unplannedEvents, of.unplannedFields, of.violations, of.common]
  return {
    calls,
    controls: all.map((control, i) => ({ what: columns[i], control, words: i === 0 && !calls.startsWith('Track') ? '' : done[control.do] })),
    at: all.map((c) => c.at).filter((at) => at.line > 0).sort((x, y) => x.line - y.line)[0],
  }
}

/** What is set for each kind of call. A plan takes pages and screens for events. */
export const controlWords = ({ track, identify, group }: SourceEnforcement['enforcement']): CallWords[] => [
  row('Track, page, screen', track),
  row('Identify', identify),
  row('Group', group),
]

/** Sources for which the same holds, those that sent most first. */
export function alike(all: readonly SourceEnforcement[]): SourceEnforcement[][] {
  const groups = new Map<string, SourceEnforcement[]>()
  for (const s of [...all].sort((a, b) => b.counts.events - a.counts.events)) {
    const key = JSON.stringify([s.plan, s.set, s.enforcement, s.transformations])
    groups.set(key, [...(groups.get(key) ?? []), s])
  }
  return [...groups.values()]
}

export const inForce = (s: SourceEnforcement) => s.set || s.transformations.length > 0

export const reasonWords: Record<Exclude<EnforcementPreview['reason'], ''>, string> = {
  unplanned: 'it is not in the plan',
  schema_violation: 'it breaks its rule',
  unplanned_and_schema_violation: 'it is not in the plan and breaks a rule',
  common_schema_violation: 'it breaks a rule for every message',
  dropped_by_transformation: 'a transformation drops it',
}

export interface CountWords {
  words: string
  /** A query of Live for exactly these, where one can say it. */
  q?: string
}

const several = (n: number, words: string) => ({ n, words: `${n.toLocaleString('en-US')} ${words}` })

/** What would have been done to the newest events. `oldest` is the first of those looked at. */
export function countWords({ source, counts: c }: SourceEnforcement, oldest: number): CountWords[] {
  const only = (q: string) => `source:${source.id} ${q} seq>=${oldest}`
  const blocked = Object.entries(c.reasons).map(([reason, n]) => ({
    ...several(n, `would be blocked: ${reasonWords[reason as keyof typeof reasonWords] ?? reason}`),
    q: reason === 'unplanned' && !c.reasons.unplanned_and_schema_violation ? only('code:plan.unplanned_event') : undefined,
  }))
  return [
    ...blocked,
    // Of what is blocked nothing is omitted, and a query does not tell which that is.
    { ...several(c.omitted, 'would lose what is not planned'), q: c.blocked === 0 ? only('code:plan.unplanned_property') : undefined },
    several(c.omittedOnViolation, 'would lose what breaks the plan'),
    several(c.transformed, 'would be changed by a transformation'),
  ].filter(({ n }) => n > 0)
}

/** What to add to a plan in Sidetrack's own YAML; for another format it stands in a file of its own. */
export const exampleYaml = (own: boolean) => `${own ? '' : 'sidetrack-enforcement: 1\n'}enforcement:
  track:
    unplanned_events: block
    unplanned_properties: omit
    violations: block
  identify:
    unplanned_traits: omit
transformations:
  - name: One name for revenue
    event: Order Completed
    rename: {properties.total: properties.revenue}
`
