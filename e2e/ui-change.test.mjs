// What a person changes: deleting, undoing, sending again, switching chips off.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { start } from './lib.mjs'
import { chrome, eventually, row, screen, track } from './ui.mjs'

let server, ui, view
before(async () => { [server, ui] = await Promise.all([start(), chrome()]) })
afterEach(async () => { await view?.close(); view = undefined })
after(async () => {
  await ui?.close()
  await server?.stop()
})

test('when nothing matches, each chip says how many its absence shows', async () => {
  await track(server, ['Tea Poured'])
  view = await screen(ui, server, { path: '/live?q=' + encodeURIComponent('name:"Tea Poured" has:violation') })
  const { page } = view
  await page.getByRole('heading', { name: 'No event matches' }).waitFor()
  await page.getByRole('button', { name: /Switch off has:violation to see 1/ }).click()
  await row(page, 'Tea Poured').waitFor()
})

test('deleting says how many and can be undone', async () => {
  await track(server, ['Doomed', 'Doomed', 'Doomed'])
  view = await screen(ui, server, { path: '/live?q=name%3ADoomed' })
  const { page } = view
  await row(page, 'Doomed').first().waitFor()
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete 3 matching events' }).click()
  await page.getByRole('heading', { name: 'No event matches' }).waitFor()
  await page.getByText('Deleted 3 events').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await eventually('the three rows', async () => (await row(page, 'Doomed').count()) === 3)
})

test('an event can be changed and sent again', async () => {
  await track(server, ['Resent'], { total: 1.5 })
  view = await screen(ui, server, { path: '/live?q=name%3AResent' })
  const { page } = view
  await row(page, 'Resent').click()
  await page.getByRole('button', { name: 'Edit and resend' }).click()
  const editor = page.getByRole('textbox', { name: 'Message' })
  await editor.fill((await editor.inputValue()).replace('1.5', '12345678901234567890.50'))
  await page.getByRole('button', { name: /^Send/ }).click()
  await page.getByText('12345678901234567890.50').waitFor()
  const sent = (await server.ndjson()).filter(l => l.includes('12345678901234567890.50'))
  assert.equal(sent.length, 1)
  assert.ok(!sent[0].includes('segment.duplicate_id'))
})

test('a source that an unknown key made is claimed with one click, and a prod key used here is called out', async () => {
  await track(server, ['From A Stranger'], {}, 'a-key-nobody-knows')
  const prod = server.sources.find(s => s.label === 'prod')
  await server.post('/v1/track', JSON.stringify({ writeKey: prod.writeKey, userId: 'u_1', event: 'Signed In' }), { origin: 'http://localhost:3000' })
  view = await screen(ui, server, { path: '/sources' })
  const { page } = view
  await page.getByText('A prod write key is in use on this machine.').waitFor()
  await page.getByRole('button', { name: /^STG ?, claim/ }).click()
  await page.getByText('Unknown keys are kept').waitFor({ state: 'detached' })
  const { items } = await server.api('/api/sources')
  assert.equal(items.find(s => s.writeKey === 'a-key-nobody-knows').label, 'staging')
})

test('a part of Settings has an address', async () => {
  view = await screen(ui, server, { path: '/settings/about' })
  const { page } = view
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'About', current: 'location' }).waitFor()
  await eventually('About in sight', async () => (await page.getByRole('heading', { name: 'About' }).boundingBox())?.y < 900)
  await page.getByRole('link', { name: 'Storage' }).click()
  await page.waitForURL(/\/settings\/storage$/)
})
