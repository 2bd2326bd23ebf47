import { expect, it } from 'vitest'

import type { Connection } from '../api/types'
import { diagnose } from './diagnosis'

const conn = (part: Partial<Connection>): Connection => ({
  at: '2026-01-31T14:00:00Z',
  kind: 'events',
  method: 'POST',
  path: '/v1/t',
  status: 200,
  items: 0,
  origin: '',
  sourceId: '',
  sourceName: '',
  userAgent: '',
  ...part,
})
const titles = (connections: Connection[], stored = 0) => diagnose('localhost:4747', connections, stored, () => '14:00').map((s) => s.title)

it('waits when nobody came', () => {
  expect(titles([])).toContain('Nothing connected yet')
})

it('knows a browser that asked first and then sent nothing', () => {
  expect(titles([conn({ kind: 'preflight', method: 'OPTIONS', origin: 'http://localhost:3000' })])).toContain(
    'The browser asked first, then sent nothing',
  )
})

it('does not warn of a preflight that an event followed', () => {
  const all = [conn({ method: 'OPTIONS', kind: 'preflight' }), conn({ at: '2026-01-31T14:00:01Z', items: 1, kind: 'events' })]
  expect(titles(all)).toEqual(['Collector is listening', 'Something connected', 'An event arrived', 'Stored, checked and on screen'])
})

it('says that the settings were fetched', () => {
  expect(titles([conn({ method: 'GET', path: '/v1/projects/K/settings', kind: 'settings' })])).toContain('Settings were fetched')
})

it('says that a body could not be read', () => {
  expect(titles([conn({ status: 400, kind: 'rejected' })])).toContain('A request could not be read (400)')
})

it('says why the last one could not be read, and where it is', () => {
  const unread = { seq: 3, why: 'The body is not JSON.' }
  const stages = (connections: Connection[], stored: number) => diagnose('localhost:4747', connections, stored, () => '14:00', unread)
  expect(stages([conn({ status: 400, kind: 'rejected' })], 0)).toContainEqual({
    title: 'A request could not be read (400)',
    mark: 'warn',
    text: 'POST /v1/t at 14:00. The body is not JSON.',
    seq: 3,
  })
  expect(stages([], 0)).toContainEqual({ title: 'Something arrived that could not be read', mark: 'warn', text: unread.why, seq: 3 })
  expect(stages([], 1).some((s) => s.seq)).toBe(false)
})
