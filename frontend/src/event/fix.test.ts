import { expect, it } from 'vitest'

import type { EventFix } from '../api/types'
import { lineDiff, mended, near } from './fix'

const read = (lines: ReturnType<typeof lineDiff>) => lines.map((l) => l.op + l.text)

it('keeps the lines both have', () => {
  expect(read(lineDiff(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e']))).toEqual([' a', '-b', '+x', ' c', ' d', '+e'])
  expect(read(lineDiff([], ['a']))).toEqual(['+a'])
  expect(read(lineDiff(['a', 'a'], ['a']))).toEqual([' a', '-a'])
})

it('leaves out what is far from a change', () => {
  const long = Array.from({ length: 9 }, (_, i) => `l${i}`)
  const other = long.map((l, i) => (i === 1 || i === 7 ? l + '!' : l))
  expect(read(near(lineDiff(long, other), 1))).toEqual([' l0', '-l1', '+l1!', ' l2', '…', ' l6', '-l7', '+l7!', ' l8'])
  expect(near(lineDiff(long, long), 1)).toEqual([])
})

const fix = (library: string, before: string, after: string): EventFix => {
  const message = (properties: string) => `{"type":"track","event":"Order Completed","userId":"u","properties":${properties},"context":{"library":{"name":"${library}"}}}`
  return { seq: 1, library, before: message(before), after: message(after), changes: [], left: [], notes: [] }
}

it('shows the change in the language of the sender and keeps every digit', () => {
  const js = mended(fix('analytics.js', '{"total":12345678901234567890,"num_item":2}', '{"total":12345678901234567890,"num_items":2}'), 'track')
  expect(js.language).toBe('JavaScript')
  expect(read(js.lines)).toEqual([' analytics.track("Order Completed", {', '   total: 12345678901234567890,', '-  num_item: 2', '+  num_items: 2', ' })'])
  expect(js.call).toContain('num_items: 2')
  const py = mended(fix('analytics-python', '{"paid":"true"}', '{"paid":true}'), 'track')
  expect(read(py.lines).filter((l) => !l.startsWith(' '))).toEqual(['-    "paid": "true"', '+    "paid": True'])
})
