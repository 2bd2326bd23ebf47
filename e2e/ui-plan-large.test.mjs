// A plan of a thousand events opens at once and stays smooth.
// The goal is 300 ms from the key to the painted list. Beside it the plan of three events is opened, the same way at the same
// time: where that one takes long too, others use the machine, and the bar is what the thousand may cost beside the three.
// What the clock cannot hide: properties and rules of a thousand events are not read before somebody asks for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start } from './lib.mjs'
import { planned, planRow, sendShop } from './plan.mjs'
import { chrome, screen, track } from './ui.mjs'

const goal = 300
const timesTheSmall = 2
const rounds = 7

test(`a plan of 1,000 events opens in ${goal} ms`, { timeout: 170_000 }, async t => {
  const [small, large, ui] = await Promise.all([start(), start(), chrome()])
  try {
    await planned(small)
    await sendShop(small)
    await thousand(large)
    const took = { small: [], large: [] }
    for (let i = 0; i < rounds; i++) {
      took.small.push(await opening(ui, small))
      took.large.push(await opening(ui, large, i === 0 ? onlyWhatIsNeeded : undefined))
    }
    const [three, many] = [median(took.small), median(took.large)]
    t.diagnostic(`a thousand: ${took.large.map(Math.round).join(', ')} ms, median ${Math.round(many)}; three: ${took.small.map(Math.round).join(', ')} ms, median ${Math.round(three)}`)
    assert.ok(many < Math.max(goal, timesTheSmall * three), `${Math.round(many)} ms, and ${Math.round(three)} ms for three events`)
  } finally {
    await ui.close()
    await Promise.all([small.stop(), large.stop()])
  }
})

const median = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]

/** A thousand events of eight properties each, half of them seen. */
async function thousand(server) {
  const names = Array.from({ length: 1000 }, (_, i) => `Planned Event ${i}`)
  const properties = Array.from({ length: 8 }, (_, i) => `      property_${i}: ${i % 2 ? 'number' : 'string!'}\n`).join('')
  await planned(server, `sidetrack-plan: 1\nname: Large\nevents:\n${names.map(n => `  ${n}:\n    properties:\n${properties}`).join('')}`)
  const sent = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`property_${i}`, i % 2 ? i : `v${i}`]))
  for (let i = 0; i < 500; i += 100) await track(server, names.slice(i, i + 100), sent)
}

/** Milliseconds from the key that opens the plan until its list is painted, for a page that has not shown it before. */
async function opening(ui, server, then) {
  const view = await screen(ui, server)
  const { page } = view
  await page.locator('.rows .r').first().waitFor()
  await page.waitForTimeout(2500) // Live has come to rest, and what is loaded when there is time is there
  await page.keyboard.press('g')
  const ms = await page.evaluate(() => new Promise(resolve => {
    const began = performance.now()
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 't', bubbles: true }))
    const look = () => {
      if (document.querySelector('.cvr')) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
      else setTimeout(look, 1)
    }
    look()
  }))
  await then?.(page)
  await view.close()
  return ms
}

async function onlyWhatIsNeeded(page) {
  const read = () => page.evaluate(() => performance.getEntriesByType('resource').filter(r => r.name.includes('/api/plan')).reduce((n, r) => n + r.decodedBodySize, 0))
  assert.ok(await read() < 500_000, `${await read()} bytes were read to open it`)
  assert.equal(await page.getByRole('grid', { name: 'Events of the plan' }).getAttribute('aria-rowcount'), '1002')
  await page.locator('.cv .rows').evaluate(e => e.scrollTo(0, e.scrollHeight))
  await planRow(page, 'Planned Event 0').or(planRow(page, 'Planned Event 499')).first().waitFor()
  assert.ok(await page.locator('.cvr').count() < 60)
  await page.keyboard.press('/')
  await page.keyboard.type('Planned Event 123')
  await planRow(page, 'Planned Event 123').click()
  await page.keyboard.press('2')
  await page.getByRole('row').filter({ hasText: /property_0.*string required.*string.*100%.*"v0"/ }).waitFor()
  await page.keyboard.press('3')
  await page.getByRole('row').filter({ hasText: /property_7.*number.*line/ }).waitFor()
  assert.ok(await read() < 800_000, `${await read()} bytes were read for one event`)
}
