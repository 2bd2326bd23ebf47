import { expect, it } from 'vitest'

import type { EventRecord } from '../api/types'
import { duration, layOut } from './layout'

const at = (seq: number, receivedAt: string) => ({ seq, receivedAt }) as EventRecord

it('puts a line where nothing came for ten seconds, and below it everything moves down', () => {
  const { lines, height } = layOut(
    [at(3, '2026-01-31T14:31:17.320Z'), at(2, '2026-01-31T14:31:02.771Z'), at(1, '2026-01-31T14:30:58.266Z')],
    29,
  )
  expect(lines.map((l) => [l.kind, l.top])).toEqual([['row', 0], ['gap', 29], ['row', 51], ['row', 80]])
  expect(lines[1]).toMatchObject({ seconds: 14 })
  expect(height).toBe(109)
})

it('says how long in the larger part', () => {
  expect([14, 185, 7300, 90_000].map(duration)).toEqual(['14 s', '3 min', '2 h', '1 day'])
})
