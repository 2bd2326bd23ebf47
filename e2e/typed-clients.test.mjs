// The clients Sidetrack writes from a plan: the compiler holds them against the
// real libraries, and what they send fits the plan they were written from.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Analytics } from '@segment/analytics-node'
import * as next from '@segment/analytics-next'
import { binary, eventually, here, start, tempDir } from './lib.mjs'

const shop = join(here, '../backend/typed/testdata')
const plan = join(shop, 'shop.plan.yaml')
const tsc = join(here, '../frontend/node_modules/.bin/tsc')
const options = ['--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck',
  '--typeRoots', join(here, '../frontend/node_modules/@types'), '--types', 'node']

let folder
before(() => {
  folder = tempDir()
  symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const library of ['analytics-next', 'analytics-node']) {
    execFileSync(binary, ['plan', 'generate', plan, '--lang', 'ts', '--sdk', library, '-o', join(folder, `${library}.ts`)])
    assert.equal(readFileSync(join(folder, `${library}.ts`), 'utf8'), readFileSync(join(shop, `${library}.ts`), 'utf8'), library)
  }
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** Type-checks files, and writes JavaScript of them when emit is set. */
function compile(files, emit = false) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const args = [...Object.keys(files), ...options, ...(emit ? ['--outDir', 'out'] : ['--noEmit'])]
  const { status, stdout, stderr } = spawnSync(tsc, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
}

const whole = `{
  order_id: 'o1', revenue: 3, quantity: 2, currency: 'EUR', coupon: null, gift: true, paid_at: new Date(0), rating: 2.5,
  channel: 'web', either: 7, free: [1], address: { city: 'Ulm', country: 'DE' }, meta: { any: 1 },
  products: [{ sku: 'a', price: 1.5, tags: ['x', null] }], matrix: [[1], []], 'odd key': 'o', class: 'c',
}`

/** Calls of which each has one mistake; the compiler has to find every one. */
const mistakes = (client, who) => `
// @ts-expect-error the order id is missing
c.orderCompleted(${client}, ${who} { revenue: 3, quantity: 2, currency: 'EUR', coupon: null, meta: {}, products: [] })
// @ts-expect-error the revenue is text
c.orderCompleted(${client}, ${who} { order_id: 'o', revenue: '3', quantity: 2, currency: 'EUR', coupon: null, meta: {}, products: [] })
// @ts-expect-error this currency is not in the plan
c.orderCompleted(${client}, ${who} { order_id: 'o', revenue: 3, quantity: 2, currency: 'CHF', coupon: null, meta: {}, products: [] })
// @ts-expect-error the name is spelled otherwise
c.orderCompleted(${client}, ${who} { orderId: 'o', revenue: 3, quantity: 2, currency: 'EUR', coupon: null, meta: {}, products: [] })
// @ts-expect-error a product has no sku
c.orderCompleted(${client}, ${who} { order_id: 'o', revenue: 3, quantity: 2, currency: 'EUR', coupon: null, meta: {}, products: [{ price: 1 }] })
// @ts-expect-error a city is missing
c.orderCompleted(${client}, ${who} { order_id: 'o', revenue: 3, quantity: 2, currency: 'EUR', coupon: null, meta: {}, products: [], address: {} })
// @ts-expect-error the email is missing
c.identify(${client}, ${who.replace("'u1', ", '')}${who ? '' : "'u1', "} {})
`

test('the compiler takes a good call of analytics-next and finds every mistake', () => {
  compile({
    'next.ts': `import { AnalyticsBrowser } from '@segment/analytics-next'
import * as c from './analytics-next'
const analytics = AnalyticsBrowser.load({ writeKey: 'key' })
c.orderCompleted(analytics, ${whole})
c.orderCompleted(analytics, ${whole}, { integrations: { All: false } })
c.orderCompleted2(analytics)
c.deleteEvent(analytics)
c.identify(analytics, undefined, { email: 'a@example.com' })
c.identify(analytics, 'u1', { email: 'a@example.com', age: 3 })
c.group(analytics, 'g1')
c.page(analytics, 'Prices', { section: 's' })
c.homePage(analytics, { path: '/' }).then(sent => sent.event.type)
c.startScreen(analytics, { tab: 'x' })
${mistakes('analytics', '')}
// @ts-expect-error there is nothing to send with it
c.deleteEvent(analytics, { x: 1 }, 2)
`,
  })
})

test('the compiler takes a good call of analytics-node and finds every mistake', () => {
  compile({
    'node.ts': `import { Analytics } from '@segment/analytics-node'
import * as c from './analytics-node'
const analytics = new Analytics({ writeKey: 'key' })
const who = { userId: 'u1' }
c.orderCompleted(analytics, who, ${whole})
c.orderCompleted(analytics, { anonymousId: 'a1', timestamp: new Date(), context: { ip: '1.2.3.4' } }, ${whole}, err => { if (err) throw err })
c.deleteEvent(analytics, who)
c.identify(analytics, who, { email: 'a@example.com' })
c.group(analytics, { ...who, groupId: 'g1' }, { name: 'G' })
c.page(analytics, who, 'Prices', { section: 's' })
c.startScreen(analytics, who, { tab: 'x' })
${mistakes('analytics', 'who, ')}
// @ts-expect-error nobody is named
c.deleteEvent(analytics, {})
// @ts-expect-error the group is missing
c.group(analytics, who, { name: 'G' })
`,
  })
})

test('what the client of analytics-node sends fits the plan', async () => {
  compile({ 'analytics-node.ts': readFileSync(join(folder, 'analytics-node.ts'), 'utf8') }, true)
  const c = await import(pathToFileURL(join(folder, 'out/analytics-node.js')))
  // The plan is bound to no source; every event of this server is held against it.
  const server = await start(tempDir(), ['--listen', '127.0.0.1:0', '--plan', plan])
  try {
    const analytics = new Analytics({ writeKey: server.key, host: server.url, flushInterval: 50 })
    const who = { userId: 'u1' }
    c.orderCompleted(analytics, { ...who, context: { ip: '1.2.3.4' } }, {
      order_id: 'o1', revenue: 3, quantity: 2, currency: '£', coupon: null, paid_at: new Date(0), meta: {}, products: [{ sku: 'a', tags: [null] }],
    })
    c.deleteEvent(analytics, who)
    c.identify(analytics, who, { email: 'a@example.com' })
    c.group(analytics, { ...who, groupId: 'g1' })
    c.page(analytics, who, 'Prices', { section: 's' })
    c.homePage(analytics, who, { path: '/' })
    c.startScreen(analytics, who, { tab: 'x' })
    await analytics.closeAndFlush()
    const records = await eventually('seven events', async () => { const all = await server.records(); return all.length >= 7 && all })
    assert.deepEqual(records.flatMap(r => r.findings.filter(f => f.code.startsWith('plan.'))), [])
    assert.deepEqual(records.map(r => r.type).sort(), ['group', 'identify', 'page', 'page', 'screen', 'track', 'track'])
    const order = records.find(r => r.name === 'Order Completed').message
    assert.equal(order.context.protocols.event_version, 2)
    assert.equal(order.context.ip, '1.2.3.4')
    assert.equal(records.find(r => r.type === 'page' && r.name === 'Prices').message.properties.section, 's')
  } finally {
    await server.stop()
  }
})

test('analytics-next reads the arguments as they are meant', async () => {
  compile({ 'analytics-next.ts': readFileSync(join(folder, 'analytics-next.ts'), 'utf8') }, true)
  const c = await import(pathToFileURL(join(folder, 'out/analytics-next.js')))
  const { resolveArguments, resolvePageArguments, resolveUserArguments } = next
  const user = resolveUserArguments({ id: () => 'known' })
  const analytics = { track: resolveArguments, page: resolvePageArguments, screen: resolvePageArguments, identify: user, group: user }
  assert.deepEqual(c.orderCompleted(analytics, { order_id: 'o' }, { context: { ip: 'i' }, userId: 'u' }).slice(0, 3),
    ['Order Completed', { order_id: 'o' }, { context: { ip: 'i', protocols: { event_version: 2 } }, userId: 'u' }])
  assert.deepEqual(c.orderCompleted2(analytics).slice(0, 3), ['order completed', {}, {}])
  assert.deepEqual(c.page(analytics, 'Prices', { section: 's' }, { a: 1 }).slice(0, 4), [null, 'Prices', { section: 's' }, { a: 1 }])
  assert.deepEqual(c.homePage(analytics).slice(0, 4), [null, 'Home', {}, {}])
  assert.deepEqual(c.startScreen(analytics, { tab: 'x' }).slice(0, 3), [null, 'Start', { tab: 'x' }])
  assert.deepEqual(c.identify(analytics, 'u1', { email: 'e' }, { a: 1 }).slice(0, 3), ['u1', { email: 'e' }, { a: 1 }])
  assert.deepEqual(c.identify(analytics, undefined, { email: 'e' }).slice(0, 3), ['known', { email: 'e' }, {}])
  assert.deepEqual(c.group(analytics, 'g1', { name: 'G' }).slice(0, 2), ['g1', { name: 'G' }])
})
