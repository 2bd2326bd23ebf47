// Our own screen in a real Chromium: opening it, feeding it, looking at it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumOptions, eventually, here } from './lib.mjs'

/** An address that opens the screen once, as `sidetrack open` prints it. */
export async function address(server) {
  const res = await fetch(server.url + '/api/session/code', {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
  })
  assert.equal(res.status, 200)
  return (await res.json()).url
}

/** A Chromium for the tests of one file. Each screen gets a context of its own in it. */
export const chrome = (...args) => chromium.launch({ ...chromiumOptions, args: [...chromiumOptions.args, ...args] })

/** A page that was let in, at a path of the screen. Its script errors, and asking anybody else, fail the test. */
export async function screen(chrome, server, { path = '/live', width = 1440, height = 900, theme = 'light', base = server.url } = {}) {
  const context = await chrome.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const errors = []
  const strangers = []
  page.on('pageerror', e => errors.push(e.message))
  page.on('request', r => {
    if (r.url().startsWith('http') && !r.url().startsWith(base + '/')) strangers.push(r.url())
  })
  await page.goto((await address(server)).replace(server.url, base))
  await page.waitForURL(/\/live/)
  if (path !== '/live') await page.goto(base + path)
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
  return {
    page, context,
    async close() {
      await context.close()
      assert.deepEqual(errors, [])
      assert.deepEqual(strangers, [])
    },
  }
}

/** Sends tracks in one batch, the way an SDK would. */
export async function track(server, names, properties = {}, key = server.key) {
  const batch = names.map(event => ({ type: 'track', userId: 'u_1', event, properties }))
  const res = await server.post('/v1/batch', JSON.stringify({ batch, writeKey: key }))
  assert.equal(res.status, 200)
}

export const numbered = (name, n) => Array.from({ length: n }, (_, i) => `${name} ${i}`)

/** The row of an event in the stream. */
export const row = (page, name) => page.getByRole('row').filter({ hasText: name })

/** Fails when something but code has to be scrolled sideways. */
export async function nothingSideways(page) {
  const wide = await page.evaluate(() => {
    const code = e => e.closest('.code,.bytes,.chips')
    const own = [...document.querySelectorAll('main, main *')].filter(e => {
      const style = getComputedStyle(e)
      return /auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && !code(e)
    })
    if (document.documentElement.scrollWidth > innerWidth) own.push(document.documentElement)
    return own.map(e => `${e.tagName}.${e.className}: ${e.scrollWidth} in ${e.clientWidth}`)
  })
  assert.deepEqual(wide, [])
}

const axe = readFileSync(join(here, 'node_modules/axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Nothing in the way of anybody, light and dark, and all of it fits 1440 by 900 and 1024 by 700. A part: when the rest was looked at already. */
export async function fitsAll(page, what, part = 'body') {
  const found = []
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe)
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme })
    const { violations } = await page.evaluate(([part, runOnly]) => axe.run(part, { runOnly, resultTypes: ['violations'] }), [part, rules])
    found.push(...violations.map(v => `${what}, ${theme}: ${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 4).join(' | ')}`))
  }
  assert.deepEqual(found, [])
  await nothingSideways(page)
  await page.setViewportSize({ width: 1024, height: 700 })
  await nothingSideways(page)
  await page.setViewportSize({ width: 1440, height: 900 })
}

export { eventually }
