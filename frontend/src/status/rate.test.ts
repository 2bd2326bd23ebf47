import { expect, test } from 'vitest'

import { rateWords, sampled, type Sample } from './rate'

const after = (...counts: number[]) => counts.reduce<Sample[]>((all, received, i) => sampled(all, { at: 1000 + i * 2000, received }), [])

test('the rate is over the last seconds', () => {
  expect(rateWords(after(10, 16))).toBe('3/s')
  expect(rateWords(after(0, 9000, 9000, 9000, 9000, 9000))).toBeUndefined()
  expect(rateWords(after(0, 5000))).toBe('2,500/s')
})

test('nothing is said of nothing, of the first look, and of less than one', () => {
  expect(rateWords(after(7))).toBeUndefined()
  expect(rateWords(after(7, 7, 7))).toBeUndefined()
  expect(rateWords(after(7, 7, 8))).toBeUndefined()
})

test('a collector that begins anew does not count backwards', () => {
  expect(rateWords(after(500, 2))).toBeUndefined()
  expect(rateWords(after(500, 2, 6))).toBe('2/s')
})
