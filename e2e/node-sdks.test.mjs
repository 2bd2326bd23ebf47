// Node SDKs, as published, against the built program.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Analytics } from '@segment/analytics-node'
import LegacyAnalytics from 'analytics-node'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { compare, eventually, messagesIn, recorder, start } from './lib.mjs'

let server, wire
before(async () => { server = await start() })
beforeEach(async () => { await wire?.close(); wire = await recorder(server.url) })
after(async () => { await wire?.close(); await server?.stop() })

const awkward = {
  total: 25.5, zero: 0, negative: -1.25e-7, large: 9007199254740991, yes: true, no: false, nothing: null,
  text: 'Zoë “quoted” \u2028 🛤️ </script>', empty: '', list: [], object: {},
  nested: { deep: [{ a: [1, [2, [3]]] }] }, 'key with.dots/and~tilde': 1,
}

/** Everything a client can say, once. */
function sayEverything(client) {
  client.identify({ userId: 'u1', traits: { email: 'u1@example.com', plan: 'pro', ...awkward } })
  client.track({ userId: 'u1', event: 'Order Completed', properties: awkward, timestamp: new Date('2024-02-29T23:59:59.123Z') })
  client.page({ userId: 'u1', name: 'Home', category: 'Docs', properties: { url: 'https://example.com/?a=b#c' } })
  client.screen({ anonymousId: 'a1', name: 'Start', properties: awkward })
  client.group({ userId: 'u1', groupId: 'g1', traits: { name: 'Company', ...awkward } })
  client.alias({ userId: 'u1', previousId: 'a1' })
}

async function arrivedAsSent(count) {
  const sent = await eventually(`${count} messages on the wire`, () => {
    const all = messagesIn(wire.requests.map(r => r.body))
    return all.length >= count && all
  })
  assert.equal(sent.length, count)
  assert.ok(wire.requests.every(r => r.status === 200))
  const records = await server.records()
  compare(sent, records)
  for (const { messageId } of sent) {
    const [record] = records.filter(r => r.messageId === messageId)
    assert.equal(record.source.id, server.sources[0].id)
  }
  return sent
}

test('@segment/analytics-node', async () => {
  const client = new Analytics({ writeKey: server.key, host: wire.url, flushInterval: 100 })
  sayEverything(client)
  await client.closeAndFlush()
  const sent = await arrivedAsSent(6)
  assert.deepEqual(new Set(sent.map(m => m.type)), new Set(['identify', 'track', 'page', 'screen', 'group', 'alias']))
})

test('analytics-node, the legacy client', async () => {
  const client = new LegacyAnalytics(server.key, { host: wire.url, flushInterval: 100 })
  sayEverything(client)
  await client.flush()
  await arrivedAsSent(6)
})

test('@rudderstack/rudder-sdk-node, gzip', async () => {
  const client = new RudderAnalytics(server.key, { dataPlaneUrl: wire.url, flushInterval: 100, logLevel: 'error' })
  sayEverything(client)
  await client.flush()
  const sent = await arrivedAsSent(6)
  assert.equal(wire.requests[0].headers['content-encoding'], 'gzip')
  assert.equal(sent.length, 6)
})
