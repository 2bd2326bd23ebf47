import { expect, it } from 'vitest'

import type { EventRecord, Source } from '../api/types'
import { suggest } from './suggest'

const row = (name: string, part: Partial<EventRecord> = {}) =>
  ({ name, type: 'track', source: { id: 's', name: 'Web shop', label: 'dev' }, userId: 'u_1', anonymousId: '', verdict: 'good', disposition: 'accepted', findings: [], ...part }) as EventRecord
const rows = [row('Order Completed'), row('Order Completed'), row('Order Refunded'), row('Home', { type: 'page' })]
const terms = (text: string, sources: Source[] = []) => suggest(text, rows, sources).map((s) => s.term)

it('suggests names that were seen, the most frequent first, with their counts', () => {
  expect(suggest('order', rows, [])[0]).toEqual({ term: 'name:"Order Completed"', seen: 2 })
  expect(terms('order')).toEqual(['name:"Order Completed"', 'name:"Order Refunded"'])
})

it('suggests the values of a key, also after a comma and a minus', () => {
  expect(terms('type:')).toEqual(['type:track', 'type:page'])
  expect(terms('-type:track,pa')).toEqual(['-type:track,page'])
})

it('suggests keys for what was begun', () => {
  expect(terms('prop')).toEqual(['properties.'])
})

it('names a source that sent nothing yet', () => {
  expect(suggest('source:', [], [{ name: 'Shop API' } as Source])).toEqual([{ term: 'source:"Shop API"', seen: 0 }])
})

it('does not suggest what already stands there', () => {
  expect(terms('type:track')).toEqual([])
})
