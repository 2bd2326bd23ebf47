// The plan as a file to take away, a plan to begin with from a use case, and the corrected call by key.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { start } from './lib.mjs'
import { figure, planned, planRow, sendShop, usePlan } from './plan.mjs'
import { chrome, eventually, fitsAll, row, screen } from './ui.mjs'

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

test('the plan is exported in three formats, and what one cannot say is told', async () => {
  await planned(server)
  view = await screen(ui, server, { path: '/plan' })
  const { page } = view
  const save = async format => {
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()])
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') }
  }
  const yaml = await save('Sidetrack YAML')
  assert.match(yaml.name, /\.ya?ml$/)
  assert.match(yaml.text, /minimum: 0/)
  await page.getByText(`Exported ${yaml.name}.`, { exact: true }).waitFor()

  const json = await save('Segment JSON')
  assert.match(json.name, /\.json$/)
  assert.match(JSON.stringify(JSON.parse(json.text)), /Order Completed/)
  await page.getByText(`Exported ${json.name}.`, { exact: true }).waitFor()

  const csv = await save('CSV')
  assert.match(csv.name, /\.csv$/)
  assert.match(csv.text, /Order Completed.*order_id/)
  await page.getByText(new RegExp(`Exported ${csv.name}\\. .*minimum`)).waitFor()
  await fitsAll(page, 'the notice of an export')
})

test('c f copies the corrected call of the selected event', async () => {
  await planned(server)
  view = await screen(ui, server)
  const { page } = view
  await view.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const { items: [wrong] } = await server.api('/api/events?limit=1&q=' + encodeURIComponent('code:plan.wrong_type'))
  await page.goto(`${server.url}/live?sel=${wrong.seq}`)
  await page.locator('.det .code').waitFor()
  await page.keyboard.press('c')
  await page.keyboard.press('f')
  await eventually('the corrected call on the clipboard', async () => (await page.evaluate(() => navigator.clipboard.readText())) === 'analytics.track("Order Completed", {\n  order_id: "FH-2",\n  revenue: 25.50\n})')
  // Of an event that is right there is nothing to copy.
  await row(page, 'Signed In').click()
  await page.getByRole('region', { name: 'Selected event' }).getByRole('heading', { name: 'Signed In' }).waitFor()
  await page.getByRole('region', { name: 'Selected event' }).getByRole('button', { name: 'Copy' }).last().click()
  await page.getByRole('menuitem', { name: /JSON/ }).waitFor()
  assert.equal(await page.getByRole('menuitem', { name: /^Fix/ }).count(), 0)
})

test('a plan is drafted from a use case', async () => {
  await usePlan(server, [])
  view = await screen(ui, server, { path: '/plan' })
  const { page } = view
  await page.getByRole('main').getByRole('button', { name: 'Choose a use case' }).click()
  const draft = page.getByRole('region', { name: 'The draft' })
  await draft.getByText('sidetrack-plan').waitFor()
  const first = await draft.innerText()
  const choose = page.getByRole('combobox', { name: 'Use case' })
  await choose.selectOption({ index: 1 })
  await eventually('another draft', async () => await draft.count() > 0 && (await draft.innerText()) !== first)
  const events = parseInt(/, (\d+) event/.exec(await choose.locator('option:checked').innerText())[1])
  await fitsAll(page, 'a draft from a use case', '[role=dialog]')
  const path = join(server.data, 'use-case.yaml')
  await page.getByRole('textbox', { name: 'Save it as' }).fill(path)
  await page.getByRole('button', { name: 'Save and use' }).click()
  await eventually('the plan in force', async () => (await page.locator('.kp').innerText()).replace(/\s+/g, ' ').includes(`of ${events} planned event`))
  assert.ok(existsSync(path))
  await planRow(page, 'checkout_btn_click').waitFor()
  assert.notEqual(await figure(page, 'Planned, not seen').innerText(), '0')
})
