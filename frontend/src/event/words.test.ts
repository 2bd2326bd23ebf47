import { expect, it } from 'vitest'

import { summaryOf } from './words'

it('says a value once that two properties have', () => {
  expect(summaryOf({ summary: 'TB-01 TB-01 Trail Bottle' })).toBe('TB-01 Trail Bottle')
  expect(summaryOf({ summary: 'quantity 1 price 1' })).toBe('quantity 1 price 1')
  expect(summaryOf({ summary: 'a a a ab' })).toBe('a ab')
  expect(summaryOf({ summary: '' })).toBe('')
})
