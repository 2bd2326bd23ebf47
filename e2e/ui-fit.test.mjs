// The screen at its smallest, and for everybody.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { start } from './lib.mjs'
import { chrome, fitsAll, screen, track } from './ui.mjs'

let server, ui, view
before(async () => { [server, ui] = await Promise.all([start(), chrome()]) })
afterEach(async () => { await view?.close(); view = undefined })
after(async () => {
  await ui?.close()
  await server?.stop()
})

test('the first run suits everybody', async () => {
  view = await screen(ui, server)
  await view.page.getByRole('heading', { name: 'See your first event' }).waitFor()
  await view.page.locator('.cblk .code').first().waitFor()
  await fitsAll(view.page, 'first run')
})

test('Live and the five tabs of an event suit everybody', async () => {
  await track(server, ['Seen By All'], { total: 1 })
  await server.post('/v1/track', JSON.stringify({ writeKey: server.key, event: 'Nobody', properties: { items: [1, 2] } }))
  view = await screen(ui, server)
  const { page } = view
  await page.locator('.rows .r').first().waitFor()
  await fitsAll(page, 'live')
  await page.getByRole('row').filter({ hasText: 'Nobody' }).click()
  for (const [tab, part] of [['Pretty', '.code'], ['Raw', '.code'], ['Checks', '.check'], ['Delivery', '.body'], ['Wire', '.headers']]) {
    await page.getByRole('tab', { name: tab }).click()
    await page.locator('.det ' + part).first().waitFor()
    await fitsAll(page, tab, tab === 'Pretty' ? 'body' : '.det')
  }
})

test('Sources and Settings suit everybody', async () => {
  await track(server, ['From A Stranger'], {}, 'a-key-nobody-knows')
  // A source with a library of a long name, two origins, and both kinds of verdict.
  for (const [origin, message] of [['http://localhost:3000', { event: 'Order Completed', properties: { revenue: '25' }, userId: 'u' }], ['https://shop.example', { event: '' }]]) {
    const body = { ...message, context: { library: { name: '@segment/analytics-node', version: '3.1.0' } }, writeKey: server.key }
    assert.equal((await server.post('/v1/track', JSON.stringify(body), { origin })).status, 200)
  }
  view = await screen(ui, server, { path: '/sources' })
  const { page } = view
  await page.getByRole('row').filter({ hasText: 'a-key-nobody-knows' }).waitFor()
  await fitsAll(page, 'sources')
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'About' }).waitFor()
  await fitsAll(page, 'settings')
})

test('the palette, the keys and a form suit everybody', async () => {
  await track(server, ['Found By Name'])
  view = await screen(ui, server)
  const { page } = view
  await page.locator('.rows .r').first().waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('found')
  await page.getByRole('dialog').getByText('Filter Live by').waitFor()
  await fitsAll(page, 'palette')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Write a filter').waitFor()
  await fitsAll(page, 'keys')
  await page.goto(server.url + '/sources')
  await page.getByRole('button', { name: 'Add source' }).click()
  await page.getByRole('textbox', { name: 'Name' }).waitFor()
  await fitsAll(page, 'form')
})
