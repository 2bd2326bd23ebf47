import { expect, it } from 'vitest'

import { quote, scoped, terms, toggleVerdict, without, withTerm, withTime } from './query'

it('cuts a query at blanks outside quotes', () => {
  expect(terms('-name:"Application Opened"  env:dev,staging "free \\" text"')).toEqual([
    '-name:"Application Opened"',
    'env:dev,staging',
    '"free \\" text"',
  ])
})

it('adds a term once and takes it out again', () => {
  expect(withTerm('a b', 'b')).toBe('a b')
  expect(without('a b', 'b')).toBe('a')
  expect(without('a', 'a')).toBeUndefined()
})

it('adds the scopes of the top bar', () => {
  expect(scoped({ q: 'type:track', label: 'dev', source: 'src_1' })).toBe('type:track label:dev source:src_1')
})

it('switches verdicts on and off within one term', () => {
  const one = toggleVerdict('type:track', 'violation')
  expect(one).toBe('type:track verdict:violation')
  expect(toggleVerdict(one, 'would_drop')).toBe('type:track verdict:violation,would_drop')
  expect(toggleVerdict(one, 'violation')).toBe('type:track')
})

it('replaces the time when another bar is chosen', () => {
  expect(withTime('a after:1h', 'X', 'Y')).toBe('a after:X before:Y')
})

it('quotes what would read as something else', () => {
  expect(quote('Order Completed')).toBe('"Order Completed"')
  expect(quote('say "x"')).toBe('"say \\"x\\""')
  expect(quote('src_1')).toBe('src_1')
})
