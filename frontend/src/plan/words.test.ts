import { expect, it } from 'vitest'

import { since } from './since'
import { base, fieldWords, keyOf, nameOf, percent, placeText, placeWords } from './words'

it('begins a stretch with a whole day in UTC', () => {
  const now = Date.UTC(2026, 2, 1, 0, 30)
  expect(since(undefined, now)).toBeUndefined()
  expect(since('today', now)).toBe('2026-03-01')
  expect(since('7d', now)).toBe('2026-02-23')
})

it('says what a value has to be', () => {
  expect(fieldWords({ types: [] })).toBe('any')
  expect(fieldWords({ types: ['number'], schema: { type: 'number', minimum: 0, maximum: 9 } })).toBe('number, from 0, to 9')
  expect(fieldWords({ types: [], schema: { enum: ['EUR', 'USD'] } })).toBe('"EUR" or "USD"')
  expect(fieldWords({ types: ['string', 'null'], schema: { format: 'email' } })).toBe('email or null')
})

it('names rules without a name by their call', () => {
  expect([keyOf({ call: 'identify', name: '' }), nameOf({ call: 'identify', name: '' })]).toEqual(['identify', 'Every identify'])
  expect([keyOf({ call: 'track', name: 'A' }), nameOf({ call: 'track', name: 'A' })]).toEqual(['track:A', 'A'])
})

it('writes places for people and for editors', () => {
  const at = { file: '/shop/plan.yaml', line: 12, column: 3 }
  expect([placeWords(at), placeText(at)]).toEqual(['plan.yaml:12', '/shop/plan.yaml:12:3'])
  expect(placeText({ file: '/shop/plan.csv', line: 0 })).toBe('/shop/plan.csv')
  expect(base('C:\\shop\\plan.yaml')).toBe('plan.yaml')
})

it('never calls a share whole that is not', () => {
  expect([percent(0), percent(0.004), percent(0.999), percent(1)]).toEqual(['0%', '< 1%', '99%', '100%'])
})
