import { expect, it } from 'vitest'

import type { Violation } from '../api/types'
import { violationKey, violationLines, wrongEvents } from './violations'

const violation = (over: Partial<Violation>): Violation => ({
  code: 'plan.wrong_type', severity: 'violation', call: 'track', event: 'Order Completed', version: 1, path: '/properties/revenue', property: 'revenue',
  count: 13, muted: 0, firstSeen: '', lastSeen: '', latestSeq: 1, sources: [{ id: 's1', name: 'Web', count: 10 }, { id: 's2', name: 'Server', count: 3 }],
  message: '', sent: [], wants: '', nearest: '', query: '', ...over,
})
const all = [
  violation({ code: 'plan.missing_property', path: '/properties/num_items', count: 41 }),
  violation({ event: 'Signed In', code: 'plan.value_not_allowed', path: '/properties/method', count: 20, sources: [{ id: 's1', name: 'Web', count: 20 }] }),
  violation({}),
  violation({ event: 'checkout_btn_click', code: 'plan.unplanned_event', severity: 'warning', path: '', version: 0, sources: [{ id: 's1', name: 'Web', count: 13 }] }),
  violation({ code: 'plan.unplanned_property', severity: 'warning', path: '/properties/num_item', sources: [] }),
  violation({ event: 'Muted', count: 0, muted: 4 }),
]
const read = (...args: Parameters<typeof violationLines>) => violationLines(...args).map((l) => (l.kind === 'head' ? `# ${l.words} ${l.tone}` : `${l.key} ${l.count}`))

it('keeps those of one event together and puts what is unplanned last', () => {
  expect(read(all, 'event', undefined)).toEqual([
    'missing_property track:Order Completed /properties/num_items 1 41',
    'wrong_type track:Order Completed /properties/revenue 1 13',
    'value_not_allowed track:Signed In /properties/method 1 20',
    '# One event is not in the plan warn',
    'unplanned_event track:checkout_btn_click 13',
    '# One property is not in the plan warn',
    'unplanned_property track:Order Completed /properties/num_item 1 13',
  ])
})

it('shows those of one event', () => {
  expect(read(all, 'event', 'track:Signed In')).toEqual(['value_not_allowed track:Signed In /properties/method 1 20'])
  expect(read(all, 'event', 'track:Muted')).toEqual([])
})

it('counts by source what each of them sent, or only the one that is looked at', () => {
  const heads = (...args: Parameters<typeof violationLines>) => read(...args).filter((l) => l.startsWith('#'))
  expect(heads(all, 'source', undefined)).toEqual(['# Web bad', '# Server bad'])
  expect(heads(all, 'source', undefined, 's2')).toEqual(['# Server bad'])
  expect(read(all, 'source', 'track:Order Completed', 's2')).toEqual([
    '# Server bad',
    's2 missing_property track:Order Completed /properties/num_items 1 3',
    's2 wrong_type track:Order Completed /properties/revenue 1 3',
  ])
})

it('puts those of one rule under it', () => {
  expect(read(all, 'rule', undefined).filter((l) => l.startsWith('#'))).toEqual([
    '# Missing bad', '# A value the plan does not list bad', '# Another type than planned bad', '# Events that are not planned warn', '# Properties that are not planned warn',
  ])
})

it('tells the events that break the plan, not those with something unplanned', () => {
  expect([...wrongEvents(all)]).toEqual(['track:Order Completed', 'track:Signed In'])
})

it('has a key of its own for every kind', () => {
  expect(new Set(all.map(violationKey)).size).toBe(all.length)
})
