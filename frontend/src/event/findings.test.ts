import { expect, it } from 'vitest'

import type { EventRecord, Finding } from '../api/types'
import { actionFor, placed } from './findings'
import { languages } from './languages'
import { parse } from './lossless'

const finding = (path: string, code = 'plan.missing_property'): Finding => ({ code, path, severity: 'violation', message: '' })
const lines = languages[0].lines(parse('{"event":"A","properties":{"revenue":"1","list":[1]}}'), 'track')

it('puts a finding under its line, and under what it is missing in', () => {
  const { at, rest } = placed(lines, [finding('/properties/revenue'), finding('/properties/currency'), finding('/context/ip')])
  expect([...at.keys()].sort()).toEqual([0, 1])
  expect(at.get(1)?.[0].path).toBe('/properties/revenue')
  expect(at.get(0)?.[0].path).toBe('/properties/currency')
  expect(rest.map((f) => f.path)).toEqual(['/context/ip'])
})

it('shows both of a pair, and all of a kind', () => {
  const record = { messageId: 'm 1', name: 'A', receivedAt: '2026-01-31T14:00:00Z' } as EventRecord
  expect(actionFor(finding('', 'segment.duplicate_id'), record)).toEqual({ label: 'Show both', q: 'id:"m 1"' })
  expect(actionFor(finding('', 'segment.too_big'), record)).toEqual({ label: 'Show all like it', q: 'code:segment.too_big' })
})
