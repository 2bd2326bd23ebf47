// Pictures of every screen, taken from the built program with the demo shop playing.
//   node scripts/screenshots.mjs            the picture of the README, into docs/images
//   node scripts/screenshots.mjs --all DIR  every screen and state, light and dark, large and small
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { start } from '../e2e/lib.mjs'
import { planned } from '../e2e/plan.mjs'
import { chrome, screen, track } from '../e2e/ui.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const all = process.argv[2] === '--all'
const dir = all ? process.argv[3] : join(root, 'docs/images')
if (!dir) throw new Error('say where: screenshots.mjs --all DIR')
mkdirSync(dir, { recursive: true })

const sizes = [[1440, 900], [1024, 700]]
const themes = ['light', 'dark']

/** Plays the demo shop for a while, then lets it rest. */
async function play(server, ms, body) {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' }
  const post = (path, body) => fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body ?? {}) })
  const started = await post('/api/demo/start', body)
  if (!started.ok) throw new Error(await started.text())
  await new Promise(resolve => setTimeout(resolve, ms))
  await post('/api/demo/stop')
}

/** The newest event with a finding whose place in the call is known, else any with a finding. */
async function telling(server) {
  const { items } = await server.api('/api/events?limit=200&q=' + encodeURIComponent('verdict:violation,would_drop,warning'))
  const placed = items.find(r => r.type === 'track' && r.findings.some(f => f.path.startsWith('/properties/')))
  return (placed ?? items[0]).seq
}

const settled = page => page.waitForTimeout(700)

async function readme(ui) {
  const server = await start()
  try {
    await play(server, 25_000, { speed: 6 })
    const view = await screen(ui, server)
    await view.page.goto(`${server.url}/live?sel=${await telling(server)}`)
    await view.page.locator('.det .code').waitFor()
    await settled(view.page)
    await view.page.screenshot({ path: join(dir, 'live.png') })
    await view.close()
  } finally {
    await server.stop()
  }
}

/** Opens one page after another in one view, in every size and theme. */
async function shoot(ui, server, shots) {
  for (const [width, height] of sizes) {
    for (const theme of themes) {
      const view = await screen(ui, server, { width, height, theme })
      for (const [name, path, act] of shots) {
        await view.page.goto(server.url + path)
        await view.page.getByRole('navigation', { name: 'Main' }).waitFor()
        await settled(view.page)
        await act?.(view.page)
        await view.page.screenshot({ path: join(dir, `${name}-${width}-${theme}.png`) })
      }
      await view.context.close()
    }
  }
}

async function everything(ui) {
  const empty = await start()
  await shoot(ui, empty, [
    ['first-run', '/live'],
    ['first-run-trouble', '/live?lib=node', async page => {
      await fetch(empty.url + '/v1/track', { method: 'POST', body: 'not json' })
      await page.waitForTimeout(2500)
    }],
    ['sources-empty', '/sources'],
    ['plan-none', '/plan'],
  ])
  await empty.stop()

  const server = await start()
  await play(server, 25_000, { speed: 6 })
  await track(server, ['Order Completed'], { total: 25.5 }, 'a-key-nobody-knows')
  const prod = server.sources.find(s => s.label === 'prod')
  await server.post('/v1/track', JSON.stringify({ writeKey: prod.writeKey, userId: 'u_1', event: 'Signed In' }), { origin: 'http://localhost:3000' })
  await planned(server, readFileSync(join(root, 'scripts/tracking-plan.yaml'), 'utf8'))
  const sel = await telling(server)
  const tabs = ['pretty', 'raw', 'checks', 'delivery', 'wire'].map(tab => [`live-${tab}`, `/live?sel=${sel}&tab=${tab}`])
  await shoot(ui, server, [
    ['live', '/live'],
    ...tabs,
    ['live-nothing', '/live?q=' + encodeURIComponent('name:"No Such Event" has:violation')],
    ['live-paused', '/live', page => page.keyboard.press(' ').then(() => page.waitForTimeout(300))],
    ['sources', '/sources'],
    ['plan', '/plan'],
    ['plan-violation', '/plan', page => page.locator('.vg-open').first().click().then(() => page.locator('.diff-code').nth(1).waitFor())],
    ['plan-by-rule', '/plan?by=rule'],
    ['plan-properties', '/plan?tab=properties&event=' + encodeURIComponent('track:Order Completed')],
    ['plan-file', '/plan?tab=file'],
    ['plan-enforcement-none', '/plan?tab=enforcement'],
    ['plan-draft', '/plan', page => page.getByRole('button', { name: /^Draft/ }).first().click().then(() => page.getByRole('region', { name: 'The draft' }).waitFor())],
    ['settings', '/settings'],
    ['settings-end', '/settings', page => page.locator('.set-body').evaluate(e => e.scrollTo(0, e.scrollHeight))],
    ['palette', '/live', async page => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('order')
      await page.waitForTimeout(900)
    }],
    ['keys', '/live', page => page.keyboard.press('?').then(() => page.waitForTimeout(500))],
  ])
  await enforced(ui, server)
  await broken(ui, server)
  await server.stop()
}

const enforcement = `
enforcement:
  track: {unplanned_events: block, unplanned_properties: omit}
  identify: {unplanned_traits: omit}
transformations:
  - {name: Paid orders, event: Order Completed, rename_event: Order Paid, rename: {properties.total: properties.amount}}
  - {name: For the mail, destination: Mailer, event: Order Paid, set: [{paths: [properties.list], value: paid}]}
`

/** What would be done on the way out, of the plan and of two events. */
async function enforced(ui, server) {
  await planned(server, readFileSync(join(root, 'scripts/tracking-plan.yaml'), 'utf8') + enforcement)
  const seq = async q => (await server.api('/api/events?limit=1&q=' + encodeURIComponent(q))).items[0].seq
  await shoot(ui, server, [
    ['plan-enforcement', '/plan?tab=enforcement'],
    ['delivery-blocked', `/live?tab=delivery&sel=${await seq('code:plan.unplanned_event')}`],
    ['delivery-changed', `/live?tab=delivery&sel=${await seq('name:"Order Completed" code:plan.unplanned_property')}`],
  ])
}

/** Loading, refused and gone: what the program itself cannot be asked to do is done on the way to it. */
async function broken(ui, server) {
  const view = await screen(ui, server)
  const { page } = view
  await page.route('**/api/events?*', route => new Promise(() => route))
  await page.goto(server.url + '/live')
  await settled(page)
  await page.screenshot({ path: join(dir, 'live-loading.png') })
  await page.unroute('**/api/events?*')
  const problem = { status: 500, contentType: 'application/problem+json', body: '{"title":"Internal Server Error","status":500,"detail":"The disk is full. Events are refused with 503 until there is room."}' }
  const refused = /\/api\/(events|sources|settings|plan|violations)\b/
  await page.route(refused, route => route.fulfill(problem))
  for (const name of ['live', 'sources', 'settings', 'plan']) {
    await page.goto(server.url + '/' + name)
    await settled(page)
    await page.screenshot({ path: join(dir, `${name}-error.png`) })
  }
  await page.unroute(refused)
  await planBroken(server, page)
  await page.goto(server.url + '/live')
  await page.locator('.rows .r').first().waitFor()
  const to = name => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
  await to(/Tracking plan/)
  await page.locator('.cvr').first().waitFor()
  await to('Live')
  server.kill()
  await server.exited
  await page.getByText(/Not connected since/).waitFor()
  await page.screenshot({ path: join(dir, 'live-away.png') })
  await to(/Tracking plan/)
  await settled(page)
  await page.screenshot({ path: join(dir, 'plan-away.png') })
  await view.context.close()
}

/** The plan's file broken, and the screen while it is still being read. */
async function planBroken(server, page) {
  const { paths: [path] } = await server.api('/api/plan')
  const good = readFileSync(path, 'utf8')
  writeFileSync(path, good.replace('price: number', 'price: nubmer'))
  await page.goto(server.url + '/plan')
  await page.getByText('Cannot be read').waitFor()
  await settled(page)
  await page.screenshot({ path: join(dir, 'plan-broken.png') })
  writeFileSync(path, good)
  await page.getByText('Watching').waitFor()
  await page.route(/\/api\/(plan|violations)\b/, () => new Promise(() => {}))
  await page.goto(server.url + '/plan')
  await settled(page)
  await page.screenshot({ path: join(dir, 'plan-loading.png') })
  await page.unroute(/\/api\/(plan|violations)\b/)
}

const ui = await chrome()
try {
  await (all ? everything(ui) : readme(ui))
} finally {
  await ui.close()
}
