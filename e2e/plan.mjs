// What the tests of the tracking plan share: a shop's plan and its events, and the parts of the screen.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './lib.mjs'
import { track } from './ui.mjs'

export const shop = `# What the shop sends. Ask the web team before you change it.
sidetrack-plan: 1
name: Shop
events:
  Order Completed:
    properties:
      order_id: string!   # has to be there
      revenue: {type: number, required: true, minimum: 0}
  Signed In:
    properties:
      method: [password, google]
  Order Refunded:
    properties: {order_id: string!}
`

/** What the shop really sends: one order is wrong, one event is not planned. */
export async function sendShop(server) {
  await track(server, ['Order Completed', 'Order Completed'], { order_id: 'FH-1', revenue: 25.5 })
  await track(server, ['Order Completed'], { order_id: 'FH-2', revenue: '25.50' })
  await track(server, ['checkout_btn_click'], { step: 1 })
  await track(server, ['Signed In'], { method: 'google' })
}

let plans = 0
/** A plan in a folder of its own, in force. */
export async function planned(server, text = shop) {
  const folder = join(server.data, `shop-${++plans}`)
  mkdirSync(folder)
  const path = join(folder, 'tracking-plan.yaml')
  writeFileSync(path, text)
  await usePlan(server, [path])
  return path
}

export async function usePlan(server, paths) {
  const res = await fetch(server.url + '/api/plan', {
    method: 'PUT', body: JSON.stringify({ paths }),
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
  })
  assert.equal(res.status, 200, await res.text())
  await eventually('stored events to be checked again', async () => !(await server.api('/api/plan')).rejudging.running)
}

export const planRow = (page, name) => page.getByRole('grid', { name: 'Events of the plan' }).getByRole('row').filter({ hasText: name })
export const violation = (page, name) => page.locator('.vg').filter({ hasText: name })
/** The figure of the band under these words. */
export const figure = (page, words) => page.locator('.kp button').filter({ hasText: words }).locator('b')
