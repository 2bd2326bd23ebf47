// From a violation to what is right: the plan's file changed from the screen, changed on disk, drafted.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { start } from './lib.mjs'
import { figure, planned, planRow, sendShop, shop, usePlan, violation } from './plan.mjs'
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

test('a value is allowed in the file, its comments stay, and the violation goes in place', async () => {
  const path = await planned(server)
  await track(server, ['Signed In', 'Signed In'], { method: 'google_one_tap' })
  view = await screen(ui, server, { path: '/plan?event=' + encodeURIComponent('track:Signed In') })
  const { page } = view
  await violation(page, 'method').getByRole('button', { name: 'Allow value' }).click()
  const change = page.getByRole('region', { name: 'Change of tracking-plan.yaml' })
  await change.waitFor()
  assert.match(await change.innerText(), /google_one_tap/)
  assert.equal(readFileSync(path, 'utf8'), shop)
  await page.getByRole('button', { name: /^Write to file/ }).click()
  await page.getByText('Nothing of Signed In departs from the plan').waitFor()
  const written = readFileSync(path, 'utf8')
  assert.match(written, /method: \[password, google, "?google_one_tap"?\]/)
  assert.equal(written.replace(/, "?google_one_tap"?/, ''), shop)
  assert.match(page.url(), /event=track%3ASigned\+In/)
  assert.equal(await planRow(page, 'Signed In').getAttribute('aria-selected'), 'true')
})

test('a file that was changed meanwhile is not written over, and the change is shown anew', async () => {
  const path = await planned(server)
  const theirs = shop + '# somebody else was here\n'
  view = await screen(ui, server, { path: '/plan' })
  const { page } = view
  let first = true
  await page.route('**/api/plan/edits', async route => {
    if (first && route.request().postDataJSON().dryRun === false) {
      first = false
      writeFileSync(path, theirs)
    }
    await route.continue()
  })
  await violation(page, 'checkout_btn_click').getByRole('button', { name: 'Add to plan' }).click()
  const write = page.getByRole('button', { name: /^Write to file/ }).first()
  await page.getByRole('region', { name: 'Change of tracking-plan.yaml' }).waitFor()
  await write.click()
  await page.getByText('The file was changed meanwhile, nothing was written.').waitFor()
  assert.equal(readFileSync(path, 'utf8'), theirs)
  await write.click()
  await eventually('both changes in the file', () => {
    const text = readFileSync(path, 'utf8')
    return text.includes('checkout_btn_click') && text.includes('# somebody else was here')
  })
})

test('an event that is not planned is added to the file', async () => {
  const path = await planned(server)
  view = await screen(ui, server, { path: '/plan' })
  const { page } = view
  await violation(page, 'checkout_btn_click').getByRole('button', { name: 'Add to plan' }).click()
  await page.getByRole('region', { name: 'Change of tracking-plan.yaml' }).waitFor()
  await page.getByRole('button', { name: /^Write to file/ }).first().click()
  await eventually('no unplanned event', async () => (await figure(page, 'Seen, not planned').innerText()) === '0')
  assert.match(readFileSync(path, 'utf8'), /checkout_btn_click/)
  assert.ok(readFileSync(path, 'utf8').startsWith(shop.slice(0, 200)))
  await violation(page, 'checkout_btn_click').waitFor({ state: 'detached' })
})

test('a plan edited on disk changes the screen in place; one that is broken keeps the last good one', async () => {
  const path = await planned(server)
  view = await screen(ui, server, { path: '/plan?event=' + encodeURIComponent('track:Order Completed') })
  const { page } = view
  await planRow(page, 'Order Refunded').waitFor()
  await violation(page, 'revenue').waitFor()
  writeFileSync(path, shop.replace('revenue: {type: number', 'revenue: {type: [number, string]') + '  Coupon Applied: {}\n')
  await planRow(page, 'Coupon Applied').waitFor()
  await page.getByText('Nothing of Order Completed departs from the plan').waitFor()
  assert.equal(await planRow(page, 'Order Completed').getAttribute('aria-selected'), 'true')

  writeFileSync(path, shop + '  Broken: {properties: {a: nubmer}}\n')
  await page.getByRole('alert').getByText(/has an error in line 14/).waitFor()
  await page.getByText('Cannot be read').waitFor()
  await page.getByText(/The last good version.*stays in force/).waitFor()
  await planRow(page, 'Coupon Applied').waitFor()
  await fitsAll(page, 'a broken plan')
  writeFileSync(path, shop)
  await page.getByText('Watching').waitFor()
  await planRow(page, 'Coupon Applied').waitFor({ state: 'detached' })
  assert.equal(await page.getByText(/has an error in line/).count(), 0)
})

test('a plan is drafted from what was seen, and from a spec', async () => {
  await usePlan(server, [])
  view = await screen(ui, server, { path: '/plan' })
  const { page } = view
  await page.getByRole('button', { name: 'Draft', exact: true }).click()
  await page.getByRole('region', { name: 'The draft' }).getByText('Signed In').waitFor()
  await fitsAll(page, 'the draft', '[role=dialog]')
  await page.getByRole('radio', { name: 'Business spec' }).click()
  await page.getByRole('region', { name: 'The draft' }).getByText('sidetrack-plan').waitFor()
  await page.getByRole('radio', { name: 'Seen events' }).click()
  await page.getByRole('region', { name: 'The draft' }).getByText('Signed In').waitFor()
  const path = join(server.data, 'drafted.yaml')
  await page.getByRole('textbox', { name: 'Save it as' }).fill(path)
  await page.getByRole('button', { name: 'Save and use' }).click()
  await planRow(page, 'Signed In').waitFor()
  assert.ok(existsSync(path))
  assert.equal(await planRow(page, 'checkout_btn_click').count(), 1)
  await eventually('nothing unplanned', async () => (await figure(page, 'Seen, not planned').innerText()) === '0')
})
