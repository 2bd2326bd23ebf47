import { expect, test } from 'vitest'

import type { SourceEnforcement } from '../api/types'
import { alike, controlWords, countWords, exampleYaml, inForce } from './enforcement'

const at = { file: 'plan.yaml', line: 3, column: 1 }
const free = { do: 'allow', at: { file: '', line: 0, column: 0 } } as const
const none = { unplannedEvents: free, unplannedFields: free, violations: free, common: free }
const base: SourceEnforcement = {
  source: { id: 'src_1', name: 'Web', label: 'dev' },
  plan: 'Shop',
  set: true,
  enforcement: { sources: [], track: { ...none, unplannedEvents: { do: 'block', at }, unplannedFields: { do: 'omit', at } }, identify: none, group: none, forwardBlockedTo: '', forwardViolationsTo: '', at },
  transformations: [],
  counts: { events: 9, blocked: 0, reasons: {}, omitted: 0, omittedOnViolation: 0, transformed: 0 },
}

test('controls are told in words, with the line of the first', () => {
  const [track, identify] = controlWords(base.enforcement)
  expect(track.controls.map((c) => c.words)).toEqual(['blocked', 'omitted', 'allowed', 'allowed'])
  expect(track.at).toEqual(at)
  expect(identify.controls.map((c) => c.words)).toEqual(['', 'allowed', 'allowed', 'allowed'])
  expect(identify.at).toBeUndefined()
})

test('sources for which the same holds stand together, the busiest first', () => {
  const other = { ...base, source: { ...base.source, id: 'src_2', name: 'App' }, counts: { ...base.counts, events: 12 } }
  const open = { ...base, set: false, source: { ...base.source, id: 'src_3', name: 'Blog' } }
  expect(alike([base, open, other]).map((g) => g.map((s) => s.source.name))).toEqual([['App', 'Web'], ['Blog']])
})

test('a count links to Live only where the query finds exactly these events', () => {
  const words = (counts: Partial<SourceEnforcement['counts']>) => countWords({ ...base, counts: { ...base.counts, ...counts } }, 17)
  expect(words({})).toEqual([])
  expect(words({ blocked: 3, reasons: { unplanned: 3 } })[0]).toMatchObject({ words: '3 would be blocked: it is not in the plan', q: 'source:src_1 code:plan.unplanned_event seq>=17' })
  expect(words({ blocked: 4, reasons: { unplanned: 3, unplanned_and_schema_violation: 1 } })[0].q).toBeUndefined()
  expect(words({ omitted: 2 })[0].q).toBe('source:src_1 code:plan.unplanned_property seq>=17')
  expect(words({ omitted: 2, blocked: 1, reasons: { schema_violation: 1 } }).map((w) => w.q)).toEqual([undefined, undefined])
})

test('a source without an entry is in force when a transformation is for it', () => {
  expect(inForce({ ...base, set: false })).toBe(false)
  expect(inForce({ ...base, set: false, transformations: [{ name: 'x', enabled: true, destination: '', call: 'track', event: 'A', changes: [], at }] })).toBe(true)
})

test('for a plan in another format the example is a file of its own', () => {
  expect(exampleYaml(true)).toMatch(/^enforcement:/)
  expect(exampleYaml(false)).toMatch(/^sidetrack-enforcement: 1\nenforcement:/)
})
