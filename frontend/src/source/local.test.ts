import { expect, it } from 'vitest'

import type { SourceList } from '../api/types'
import { localProdUse } from './local'

const list = (label: 'dev' | 'prod', origin: string) =>
  ({ items: [{ id: 's', name: 'Shop', label }], seen: [{ sourceId: 's', origin, count: 3, lastSeen: '2026-01-31T14:00:00Z' }] }) as SourceList

it('calls out a prod key on localhost, and nothing else', () => {
  expect(localProdUse(list('prod', 'http://localhost:3000'))[0]).toMatchObject({ origin: 'http://localhost:3000', events: 3 })
  expect(localProdUse(list('prod', '127.0.0.1'))).toHaveLength(1)
  expect(localProdUse(list('prod', 'https://shop.example'))).toEqual([])
  expect(localProdUse(list('prod', 'https://localhost.example'))).toEqual([])
  expect(localProdUse(list('dev', 'http://localhost:3000'))).toEqual([])
})
