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
