/** What the list at the left holds: the plan's events and the others, in groups. */
import type { Coverage, EventCovered } from '../api/types'
import type { Listed } from '../view/address'
import { keyOf, nameOf } from './words'

export type Group = 'wrong' | 'unplanned' | 'unseen' | 'right' | 'open'

export const groups: readonly Group[] = ['wrong', 'unplanned', 'unseen', 'right', 'open']
export const groupWords: Record<Group, string> = {
  wrong: 'Seen with violations',
  unplanned: 'Seen, not planned',
  unseen: 'Planned, not seen',
  right: 'Seen and right',
  open: 'Seen, left open by the plan',
}

export interface Entry {
  key: string
  name: string
  group: Group
  covered: EventCovered
  /** The plan's name, where there is more than one. */
  plan?: string
}

export type Line = { kind: 'group'; key: string; group: Group; n: number } | { kind: 'entry'; key: string; entry: Entry; share: number }

/** `wrong` are the keys of events that break the plan. */
export function entriesOf(coverage: Coverage, wrong: ReadonlySet<string>): Entry[] {
  const several = coverage.plans.length > 1
  return coverage.plans.flatMap((plan) =>
    plan.items.map((covered): Entry => {
      const key = keyOf(covered)
      return { key, name: nameOf(covered), group: groupOf(covered, wrong.has(key)), covered, plan: several ? plan.name : undefined }
    }),
  )
}

function groupOf(e: EventCovered, wrong: boolean): Group {
  if (e.state === 'never_seen') return 'unseen'
  if (e.state === 'unplanned') return 'unplanned'
  if (wrong) return 'wrong'
  return e.state === 'allowed' ? 'open' : 'right'
}

export type Counts = Record<Group, number> & { planned: number; seen: number }

export function countsOf(entries: readonly Entry[]): Counts {
  const n: Counts = { wrong: 0, unplanned: 0, unseen: 0, right: 0, open: 0, planned: 0, seen: 0 }
  for (const e of entries) {
    n[e.group]++
    if (e.covered.state === 'seen' || e.covered.state === 'never_seen') n.planned++
    if (e.covered.state === 'seen') n.seen++
  }
  return n
}

/** The lines in order: groups that hold something, most frequent events first, the unseen as the plan has them. */
export function linesOf(entries: readonly Entry[], show: Listed, find: string): Line[] {
  const wanted = find.trim().toLowerCase()
  const fits = (e: Entry) =>
    (show === 'all' || e.group === show) && (!wanted || e.name.toLowerCase().includes(wanted) || e.covered.call === wanted)
  const lines: Line[] = []
  for (const group of groups) {
    const inside = entries.filter((e) => e.group === group && fits(e))
    if (inside.length === 0) continue
    if (group !== 'unseen') inside.sort((a, b) => b.covered.events - a.covered.events)
    const most = Math.max(1, inside[0].covered.events)
    lines.push({ kind: 'group', key: group, group, n: inside.length })
    inside.forEach((entry) => lines.push({ kind: 'entry', key: `${entry.plan ?? ''}/${entry.key}`, entry, share: entry.covered.events / most }))
  }
  return lines
}

/** The entry one step on from the selected one, the first when none is. */
export function stepFrom(lines: readonly Line[], selected: string | undefined, by: 1 | -1): string | undefined {
  const all = lines.flatMap((l) => (l.kind === 'entry' ? [l.entry.key] : []))
  if (all.length === 0) return undefined
  const at = selected === undefined ? -1 : all.indexOf(selected)
  return all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]
}
