import { expect, it } from 'vitest'

import type { Coverage, EventCovered } from '../api/types'
import { countsOf, entriesOf, linesOf, stepFrom } from './entries'

const covered = (name: string, state: EventCovered['state'], events = 0, call: EventCovered['call'] = 'track'): EventCovered => ({
  call, name, state, events, blocked: 0, deprecated: false, moreProperties: false, properties: [],
})
const counted = { planned: 0, seen: 0, neverSeen: 0, unplanned: 0, rate: 0 }
const coverage = (...plans: EventCovered[][]): Coverage => ({
  plans: plans.map((items, i) => ({ name: `Plan ${i}`, sources: [], events: counted, properties: counted, items })),
  through: 0, unbound: 0, uncounted: 0,
})
const shop = coverage([
  covered('Order Completed', 'seen', 3),
  covered('Order Refunded', 'never_seen'),
  covered('Product Viewed', 'seen', 10),
  covered('Cart Viewed', 'seen', 20),
  covered('', 'allowed', 2, 'page'),
  covered('checkout_btn_click', 'unplanned', 5),
])
const entries = entriesOf(shop, new Set(['track:Order Completed']))
const read = (...args: Parameters<typeof linesOf>) => linesOf(...args).map((l) => (l.kind === 'group' ? `# ${l.group} ${l.n}` : `${l.entry.name} ${l.share}`))

it('groups what is planned and what was seen, the most frequent first', () => {
  expect(read(entries, 'all', '')).toEqual([
    '# wrong 1', 'Order Completed 1',
    '# unplanned 1', 'checkout_btn_click 1',
    '# unseen 1', 'Order Refunded 0',
    '# right 2', 'Cart Viewed 1', 'Product Viewed 0.5',
    '# open 1', 'Every page 1',
  ])
})

it('shows only what is asked for', () => {
  expect(read(entries, 'unseen', '')).toEqual(['# unseen 1', 'Order Refunded 0'])
  expect(read(entries, 'all', ' ORDER ')).toEqual(['# wrong 1', 'Order Completed 1', '# unseen 1', 'Order Refunded 0'])
  expect(read(entries, 'unplanned', 'order')).toEqual([])
})

it('counts the planned ones that were seen, each once', () => {
  expect(countsOf(entries)).toEqual({ wrong: 1, unplanned: 1, unseen: 1, right: 2, open: 1, planned: 4, seen: 3 })
})

it('names the plan where there are several', () => {
  expect(entriesOf(shop, new Set())[0].plan).toBeUndefined()
  expect(entriesOf(coverage([covered('A', 'seen', 1)], [covered('A', 'unplanned', 1)]), new Set()).map((e) => e.plan)).toEqual(['Plan 0', 'Plan 1'])
})

it('steps through the rows and stays at the ends', () => {
  const lines = linesOf(entries, 'all', '')
  expect(stepFrom(lines, undefined, 1)).toBe('track:Order Completed')
  expect(stepFrom(lines, 'track:Order Completed', 1)).toBe('track:checkout_btn_click')
  expect(stepFrom(lines, 'track:Order Completed', -1)).toBe('track:Order Completed')
  expect(stepFrom(lines, 'page', 1)).toBe('page')
  expect(stepFrom([], undefined, 1)).toBeUndefined()
})
