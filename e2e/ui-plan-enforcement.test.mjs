// What would be done to events on their way out: said on the plan's screen and of one event, and never done to the log.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { start } from './lib.mjs'
import { planned, sendShop, shop } from './plan.mjs'
import { chrome, eventually, fitsAll, screen, track } from './ui.mjs'

const enforced = shop + `enforcement:
  track: {unplanned_events: block, unplanned_properties: omit}
transformations:
  - {name: Paid, event: Order Completed, rename_event: Order Paid, rename: {properties.revenue: properties.amount}}
  - {name: For the mail, destination: Mailer, event: Order Paid, set: [{paths: [properties.list], value: paid}]}
`

let server, ui, view
before(async () => {
  [server, ui] = await Promise.all([start(), chrome()])
  await sendShop(server)
  await track(server, ['Order Completed'], { order_id: 'FH-9', revenue: 12.5, secret: true })
})
afterEach(async () => { await view?.close(); view = undefined })
after(async () => {
  await ui?.close()
  await server?.stop()
})

const seqOf = async q => (await server.api(`/api/events?limit=1&q=${encodeURIComponent(q)}`)).items[0].seq

test('without enforcement the tab says what it is, and what is copied from it works', async () => {
  await planned(server)
  view = await screen(ui, server, { path: '/plan' })
  const { page } = view
  await page.keyboard.press('4')
  await page.getByRole('heading', { name: 'Nothing is enforced' }).waitFor()
  assert.match(page.url(), /tab=enforcement/)
  await fitsAll(page, 'no enforcement', '.tp-right')
  await view.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy the YAML' }).click()
  const yaml = await page.evaluate(() => navigator.clipboard.readText())
  await page.goto(`${server.url}/live?sel=${await seqOf('name:"Order Completed"')}&tab=delivery`)
  await page.getByText(/All of it, as it was sent: no enforcement is in force for/).waitFor()

  await planned(server, shop + yaml)
  await page.getByRole('region', { name: 'What would be forwarded' }).getByText(/Allowed|Blocked/).waitFor()
  await page.goto(server.url + '/plan?tab=enforcement')
  await page.getByRole('row', { name: /Track, page, screen blocked omitted blocked allowed/ }).first().waitFor()
})

test('the plan says for each source what is enforced, and what it would have done', async () => {
  await planned(server, enforced)
  view = await screen(ui, server, { path: '/plan?tab=enforcement' })
  const { page } = view
  const dev = page.getByRole('region', { name: /Dev/ }).last()
  await dev.getByRole('row', { name: /Track, page, screen blocked omitted allowed allowed tracking-plan\.yaml:\d+/ }).waitFor()
  await dev.getByRole('row', { name: /Identify allowed allowed allowed/ }).waitFor()
  const paid = dev.getByRole('listitem').filter({ hasText: 'Paid' }).filter({ hasText: 'Rename properties.revenue to properties.amount. Call the event Order Paid.' })
  await paid.getByText(/tracking-plan\.yaml:\d+/).waitFor()
  await dev.getByText('only on the way to Mailer').waitFor()
  await page.getByText('never for what is stored').waitFor()
  await fitsAll(page, 'enforcement')
  const blocked = dev.getByRole('link', { name: /would be blocked: it is not in the plan/ })
  const n = parseInt(await blocked.innerText())
  await blocked.click()
  await page.locator('.rows .r').first().waitFor()
  await eventually(`${n} events in Live`, async () => n > 0 && await page.locator('.rows .r').count() === n)
})

test('an event shows what would be forwarded of it, and stays as it is', async () => {
  await planned(server, enforced)
  const [order, other] = [await seqOf('name:"Order Completed" properties.secret:true'), await seqOf('name:checkout_btn_click')]
  const stored = async () => JSON.stringify(await Promise.all([order, other].map(seq => server.api(`/api/events/${seq}`))))
  const before = await stored()
  view = await screen(ui, server, { path: `/live?sel=${other}&tab=delivery` })
  const { page } = view
  const part = page.getByRole('region', { name: 'What would be forwarded' })
  await part.getByText('Blocked: it is not in the plan').waitFor()
  await part.locator('.hd2').filter({ hasText: 'track.unplanned_events' }).getByText(/tracking-plan\.yaml:\d+/).waitFor()
  assert.equal(await page.getByRole('region', { name: 'The message before and after' }).count(), 0)

  await page.goto(`${server.url}/live?sel=${order}&tab=delivery`)
  await part.getByText('Allowed, with changes').waitFor()
  const diff = await page.getByRole('region', { name: 'The message before and after' }).innerText()
  for (const line of [/Goes:.*"Order Completed"/, /Comes:.*"Order Paid"/, /Goes:.*"revenue": 12.5/, /Comes:.*"amount": 12.5/, /Goes:.*"secret": true/]) assert.match(diff.replace(/\s+/g, ' '), line)
  assert.doesNotMatch(diff, /"list"/)
  await fitsAll(page, 'delivery', '.det')
  await part.getByRole('radio', { name: 'Mailer' }).click()
  await eventually('the change for the destination', async () => /Comes:\s*"list": "paid"/.test((await page.getByRole('region', { name: 'The message before and after' }).innerText()).replace(/\+/g, '')))
  assert.match(page.url(), /to=Mailer/)
  assert.equal(await stored(), before)
})
