// Live under 2,000 events a second: as smooth as a page at rest, and no larger afterwards.
// SMOOTH_SECONDS=600 looks for ten minutes, on a machine that has nothing else to do, and holds the goals. Without it the
// bars only tell a screen that keeps up from one that does not: what runs beside the tests is nobody's to choose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start } from './lib.mjs'
import { chrome, eventually, screen } from './ui.mjs'

const seconds = Number(process.env.SMOOTH_SECONDS ?? 20)
const alone = process.env.SMOOTH_SECONDS !== undefined
const bars = alone ? { sent: 0.9, frames: 0.8 } : { sent: 0.5, frames: 0.4 }
const perSecond = 2000
const perRequest = 20

/** One request of messages, numbered on, as long as a usual event. */
function batch(from, key) {
  const message = n => ({
    type: 'track', userId: `u_${n % 50}`, event: `Smooth ${n % 12}`, messageId: `smooth-${n}`,
    properties: { order_id: `FH-${n}`, total: 25.5, currency: 'EUR', note: 'x'.repeat(400) },
  })
  return JSON.stringify({ writeKey: key, batch: Array.from({ length: perRequest }, (_, i) => message(from + i)) })
}

/** Sends at a steady rate, catching up where a moment was missed; answers how many were acknowledged. */
async function feed(server, ms) {
  const began = performance.now()
  const open = new Set()
  let sent = 0
  let acknowledged = 0
  for (;;) {
    const passed = Math.min(ms, performance.now() - began)
    while (sent + perRequest <= (passed / 1000) * perSecond && open.size < 32) {
      const one = server.post('/v1/batch', batch(sent, server.key)).then(async answer => {
        await answer.text()
        if (answer.status === 200) acknowledged += perRequest
      }).finally(() => open.delete(one))
      open.add(one)
      sent += perRequest
    }
    if (passed >= ms) break
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  await Promise.all(open)
  assert.equal(acknowledged, sent)
  return sent
}

/** Frames a page draws in so many milliseconds. */
const frames = (page, ms) => page.evaluate(ms => new Promise(resolve => {
  let n = 0
  const end = performance.now() + ms
  const frame = now => { n++; if (now < end) requestAnimationFrame(frame); else resolve(n) }
  requestAnimationFrame(frame)
}), ms)

/** What the page holds once garbage is gone. */
async function weigh(cdp) {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  const { nodes } = await cdp.send('Memory.getDOMCounters')
  return { heap: usedSize / 1024 ** 2, nodes }
}

test(`2,000 events a second for ${seconds} s leave Live smooth and small`, { timeout: (seconds + 120) * 1000 }, async t => {
  const [server, ui] = await Promise.all([start(), chrome('--js-flags=--expose-gc')])
  try {
    // The list is full before the first weighing: what is kept on screen is bounded, and grows until then.
    const before = await feed(server, 3000)
    const view = await screen(ui, server)
    const { page } = view
    const cdp = await view.context.newCDPSession(page)
    await page.locator('.rows .r').first().waitFor()

    const idlePage = await view.context.newPage()
    await idlePage.goto('about:blank')
    await idlePage.bringToFront()
    const idle = (await frames(idlePage, 5000)) / 5
    await idlePage.close()
    await page.bringToFront()

    const warm = await feed(server, 3000)
    const light = await weigh(cdp)
    const [busy, sent] = await Promise.all([frames(page, seconds * 1000), feed(server, seconds * 1000)])
    const heavy = await weigh(cdp)
    const live = busy / seconds
    t.diagnostic(`frames a second: ${live.toFixed(1)} live, ${idle.toFixed(1)} at rest, ratio ${(live / idle).toFixed(2)}`)
    t.diagnostic(`heap: ${light.heap.toFixed(1)} MB before, ${heavy.heap.toFixed(1)} MB after; DOM nodes: ${light.nodes} before, ${heavy.nodes} after`)

    const all = before + warm + sent
    t.diagnostic(`${all} sent, ${Math.round(sent / seconds)} a second`)
    assert.ok(sent >= seconds * perSecond * bars.sent, `only ${sent} were sent in ${seconds} s`)
    const status = await server.api('/api/status')
    assert.equal(status.received, all)
    assert.equal(status.stored, all)
    const shown = all.toLocaleString('en-US')
    await eventually(`${shown} received and stored on the screen`, async () =>
      (await page.locator('.counter').innerText()).replace(/\s+/g, ' ').startsWith(`${shown} received = ${shown} stored`))
    await page.locator('.rows .r').filter({ hasText: `Smooth ${(sent - 1) % 12}` }).first().waitFor()

    assert.ok(live / idle >= bars.frames, `${live.toFixed(1)} frames a second beside ${idle.toFixed(1)} at rest`)
    assert.ok(heavy.heap - light.heap < 20, `the heap grew from ${light.heap.toFixed(1)} to ${heavy.heap.toFixed(1)} MB`)
    assert.ok(heavy.nodes < 4000 && heavy.nodes < light.nodes * 1.5 + 200, `${heavy.nodes} DOM nodes, ${light.nodes} before`)
    await view.close()
  } finally {
    await ui.close()
    await server.stop()
  }
})
