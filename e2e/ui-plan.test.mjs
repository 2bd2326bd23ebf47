// The tracking plan: what is planned beside what was sent, found and shown.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { start } from './lib.mjs'
import { figure, planned, planRow, sendShop, shop, violation } from './plan.mjs'
import { chrome, eventually, fitsAll, screen, track } from './ui.mjs'

let server, ui, view
before(async () => {
  [server, ui] = await Promise.all([start(), chrome()])
  await sendShop(server)
})
afterEach(async () => { await view?.close(); view = undefined })
after(async () => {
  await ui?.close()
  await server?.stop()
})

test('without a plan the screen says what one is and how to come by it', async () => {
  const empty = await start()
  try {
    view = await screen(ui, empty, { path: '/plan' })
    const { page } = view
    await page.getByRole('heading', { name: 'No tracking plan yet' }).waitFor()
    for (const name of ['Open file', 'Choose a spec', 'Choose a use case']) await page.getByRole('main').getByRole('button', { name }).first().waitFor()
    await eventually('nothing to draft from', () => page.getByRole('button', { name: 'Draft', exact: true }).isDisabled())
    await fitsAll(page, 'no plan')
    // A path that is not there is refused in words, and the dialog stays.
    await page.getByRole('button', { name: 'Open file' }).first().click()
    await page.getByRole('textbox').fill(join(empty.data, 'nowhere.yaml'))
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.getByText('Not opened.').waitFor()
    const path = join(empty.data, 'first.yaml')
    writeFileSync(path, shop)
    await page.getByRole('textbox').fill(path)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await planRow(page, 'Order Refunded').waitFor()
    await page.getByText('0 of 3').waitFor()
    await page.getByText('Watching').waitFor()
    await view.close()
    view = undefined
  } finally {
    await empty.stop()
  }
})

test('what was sent stands beside what is planned, and keys walk through it', async () => {
  await planned(server)
  view = await screen(ui, server)
  const { page } = view
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.waitForURL(/\/plan/)
  await planRow(page, 'checkout_btn_click').waitFor()
  await eventually('the counts', async () => (await page.locator('.kp').innerText()).replace(/\s+/g, ' ').includes('2 of 3 planned events seen'))
  for (const [words, n] of [['Seen and right', '1'], ['Seen with violations', '1'], ['Planned, not seen', '1'], ['Seen, not planned', '1']]) {
    await eventually(`${words} ${n}`, async () => (await figure(page, words).innerText()) === n)
  }
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tracking plan 1' }).waitFor()

  await page.keyboard.press('j')
  await eventually('the first event in the address', () => page.url().includes('event=track%3AOrder+Completed'))
  await page.getByText('Only Order Completed').waitFor()
  await page.keyboard.press('2')
  const revenue = page.getByRole('row').filter({ hasText: 'revenue' })
  await revenue.filter({ hasText: /number, from 0 required.*string 1/ }).waitFor()
  await page.keyboard.press('3')
  await page.getByRole('row').filter({ hasText: /revenue.*line 8/ }).waitFor()
  await page.keyboard.press('Escape')
  await eventually('nothing selected', () => !page.url().includes('event='))

  await page.keyboard.press('1')
  await figure(page, 'Planned, not seen').click()
  await eventually('only what was not seen', async () => (await planRow(page, '').allInnerTexts()).join().match(/Refunded/) && (await planRow(page, 'Signed In').count()) === 0)
  assert.match(page.url(), /show=unseen/)
  await page.getByRole('radio', { name: 'All', exact: true }).last().click()
  await page.keyboard.press('/')
  await page.keyboard.type('checkout')
  await eventually('one event', async () => (await planRow(page, 'Order').count()) === 0 && (await planRow(page, 'checkout').count()) === 1)
  await page.getByRole('radio', { name: 'Staging' }).click()
  await page.getByText('No event matches.').waitFor()
  assert.match(page.url(), /label=staging/)
})

test('a violation leads to its events and to the corrected call', async () => {
  await planned(server)
  view = await screen(ui, server, { path: '/plan' })
  const { page } = view
  await violation(page, 'revenue is text').getByRole('button', { expanded: false }).click()
  const call = page.getByRole('region', { name: 'The call before and after, in JavaScript' })
  await eventually('the diff', async () => /Goes:.*revenue: "25.50"\s*\+?\s*Comes:.*revenue: 25.50/s.test(await call.innerText()))
  await view.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy fix' }).first().click()
  await eventually('the corrected call on the clipboard', async () => (await page.evaluate(() => navigator.clipboard.readText())) === 'analytics.track("Order Completed", {\n  order_id: "FH-2",\n  revenue: 25.50\n})')
  assert.match(page.url(), /open=/)
  await page.getByRole('link', { name: 'See one payload' }).click()
  await page.getByRole('region', { name: 'Selected event' }).getByRole('heading', { name: 'Order Completed' }).waitFor()
  await page.locator('.check').filter({ hasText: 'plan.wrong_type' }).getByRole('button', { name: 'Copy fix' }).click()
  await page.getByRole('region', { name: 'The call before and after, in JavaScript' }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: /Show the 1 event in Live/ }).click()
  await page.locator('.rows .r').first().waitFor()
  assert.equal(await page.locator('.rows .r').count(), 1)
})

test('the palette finds planned events, and the tabs suit everybody', async () => {
  await planned(server)
  view = await screen(ui, server)
  const { page } = view
  await page.keyboard.press('Control+k')
  await page.keyboard.type('refund')
  await page.getByRole('dialog').getByText('Order Refunded').click()
  await eventually('the event in the address', () => /\/plan\?event=track%3AOrder\+Refunded/.test(page.url()))
  await page.goto(server.url + '/plan')
  await violation(page, 'revenue').getByRole('button', { expanded: false }).click()
  await page.getByRole('region', { name: 'Change of tracking-plan.yaml' }).waitFor()
  await fitsAll(page, 'violations')
  for (const [tab, wait] of [['Properties seen', 'order_id'], ['File', 'tracking-plan.yaml:5']]) {
    await page.getByRole('tab', { name: tab }).click()
    await page.getByRole('row').filter({ hasText: wait }).first().waitFor()
    await fitsAll(page, tab, '.tp-right')
  }
})
