// What happens on the live view while events arrive.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { start } from './lib.mjs'
import { chrome, eventually, numbered, row, screen, track } from './ui.mjs'

let server, ui, view
before(async () => { [server, ui] = await Promise.all([start(), chrome()]) })
afterEach(async () => { await view?.close(); view = undefined })
after(async () => {
  await ui?.close()
  await server?.stop()
})

test('a row arrives by itself, a filter leaves only matches, and a chip can be switched off', async () => {
  view = await screen(ui, server)
  const { page } = view
  await track(server, ['Wanted', 'Unwanted'])
  await row(page, 'Unwanted').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('name:Wanted')
  await page.keyboard.press('Enter')
  await row(page, 'Unwanted').waitFor({ state: 'detached' })
  await row(page, 'Wanted').first().waitFor()
  assert.match(page.url(), /q=name%3AWanted/)
  await page.getByRole('button', { name: 'name:Wanted', exact: true }).click()
  await row(page, 'Unwanted').waitFor()
  assert.match(page.url(), /off=name%3AWanted/)
  await page.getByRole('button', { name: 'Remove name:Wanted' }).click()
  await eventually('an address without chips', () => !/q=|off=/.test(page.url()))
})

test('suggestions come from what was seen, with counts', async () => {
  await track(server, ['Coffee Poured', 'Coffee Poured'])
  view = await screen(ui, server)
  const { page } = view
  await row(page, 'Coffee Poured').first().waitFor()
  await page.getByRole('combobox', { name: 'Filter' }).fill('coff')
  const option = page.getByRole('option', { name: /name:"Coffee Poured".*2 seen/ })
  await option.waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await eventually('the chip', () => /q=name/.test(page.url()))
  await eventually('two rows', async () => (await page.locator('.rows .r').count()) === 2)
})

test('500 events do not take the selection away nor move a row', async () => {
  await track(server, numbered('Before', 40))
  view = await screen(ui, server)
  const { page } = view
  await row(page, 'Before 30').click()
  await page.getByRole('region', { name: 'Selected event' }).getByRole('heading', { name: 'Before 30' }).waitFor()
  const url = page.url()
  const place = await row(page, 'Before 30').boundingBox()
  for (let i = 0; i < 5; i++) await track(server, numbered(`Flood ${i}`, 100))
  await page.getByRole('button', { name: '500 new' }).waitFor()
  assert.equal(page.url(), url)
  assert.deepEqual(await row(page, 'Before 30').boundingBox(), place)
  await page.getByRole('button', { name: '500 new' }).click()
  await row(page, 'Flood 4 99').waitFor()
})

test('pause holds the list and keeps collecting', async () => {
  view = await screen(ui, server)
  const { page } = view
  await page.locator('.rows .r').first().waitFor()
  await page.keyboard.press(' ')
  await track(server, numbered('While Paused', 7))
  await page.getByText('Paused, still collecting, 7 waiting').waitFor()
  assert.equal(await row(page, 'While Paused 6').count(), 0)
  await page.keyboard.press(' ')
  await row(page, 'While Paused 6').waitFor()
})
