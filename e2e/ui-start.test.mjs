// How a person gets in, sees the first event, and what happens when nobody answers.
import assert from 'node:assert/strict'
import net from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { start, tempDir } from './lib.mjs'
import { address, chrome, eventually, numbered, row, screen, track } from './ui.mjs'

let server, ui, view
before(async () => { [server, ui] = await Promise.all([start(), chrome()]) })
afterEach(async () => { await view?.close(); view = undefined })
after(async () => {
  await ui?.close()
  await server?.stop()
})

test('the printed address opens the screen, the code leaves the address, and a reload stays in', async () => {
  await track(server, ['Opened'])
  view = await screen(ui, server)
  const { page } = view
  await row(page, 'Opened').waitFor()
  assert.equal(new URL(page.url()).hash, '')
  await page.reload()
  await row(page, 'Opened').waitFor()
})

test('the first event of all opens by itself, and the page becomes Live', async () => {
  const fresh = await start()
  view = await screen(ui, fresh)
  try {
    const { page } = view
    await page.getByRole('heading', { name: 'See your first event' }).waitFor()
    await track(fresh, ['Very First'])
    await page.getByRole('region', { name: 'Selected event' }).getByRole('heading', { name: 'Very First' }).waitFor()
    await row(page, 'Very First').waitFor()
    assert.match(page.url(), /sel=1\b/)
  } finally {
    await view.close()
    view = undefined
    await fresh.stop()
  }
})

test('what cannot be read is no first event: the page says why, leads there, and waits on', async () => {
  const fresh = await start()
  view = await screen(ui, fresh)
  try {
    const { page } = view
    const heading = page.getByRole('heading', { name: 'See your first event' })
    await heading.waitFor()
    assert.equal((await fresh.post('/v1/track', 'not json')).status, 400)
    await page.getByText('A request could not be read (400)').waitFor()
    await page.getByText(/The body is not JSON/).waitFor()
    await heading.waitFor()
    assert.doesNotMatch(page.url(), /sel=/)
    await page.reload()
    await page.getByText('A request could not be read (400)').waitFor()
    await page.getByRole('link', { name: 'See what came' }).click()
    await page.getByRole('region', { name: 'Selected event' }).getByText('not json').waitFor()
    await page.keyboard.press('Escape')
    await heading.waitFor()
    await track(fresh, ['Readable'])
    await page.getByRole('region', { name: 'Selected event' }).getByRole('heading', { name: 'Readable' }).waitFor()
  } finally {
    await view.close()
    view = undefined
    await fresh.stop()
  }
})

test('beside Live stands how fast events arrive, and nothing when none do', async () => {
  view = await screen(ui, server)
  const { page } = view
  const live = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Live/ })
  await eventually('a rate', async () => {
    await track(server, numbered('Quick', 40))
    return /^Live\s*[\d,]+\/s$/.test(await live.innerText())
  })
  await eventually('rest', async () => (await live.innerText()).trim() === 'Live')
})

test('away and back: the screen says so, and the stream goes on from its cursor', async () => {
  const road = await relay(new URL(server.url).port)
  // The browser's way to the collector can be cut while the collector goes on.
  const cuttable = await chrome(`--host-resolver-rules=MAP ${new URL(server.url).host} 127.0.0.1:${road.port}`)
  try {
    view = await screen(cuttable, server)
    const { page } = view
    await track(server, ['Earlier'])
    await row(page, 'Earlier').waitFor()
    road.cut()
    await page.getByText(/Not connected since/).waitFor()
    await track(server, numbered('Meanwhile', 3))
    road.mend()
    await page.getByText('3 arrived while away.').waitFor()
    await page.getByText(/Not connected since/).waitFor({ state: 'detached' })
    await eventually('the three rows, each once', async () => (await row(page, 'Meanwhile').count()) === 3)
    assert.equal(await row(page, 'Earlier').count(), 1)
  } finally {
    await view?.close()
    view = undefined
    await cuttable.close()
    road.close()
  }
})

test('after a restart the screen asks for the new address, and goes on once it was opened', async () => {
  const data = tempDir()
  let own = await start(data)
  try {
    view = await screen(ui, own)
    const { page } = view
    await track(own, ['Before The Restart'])
    await row(page, 'Before The Restart').waitFor()
    const { host } = new URL(own.url)
    own.kill()
    await own.exited
    await page.getByText(/Not connected since/).waitFor()
    own = await start(data, ['--listen', host])
    await page.getByRole('heading', { name: 'Sidetrack was started again' }).waitFor()
    const other = await view.context.newPage()
    await other.goto(await address(own))
    await other.getByRole('navigation', { name: 'Main' }).waitFor()
    await other.close()
    await row(page, 'Before The Restart').waitFor()
    await track(own, ['After The Restart'])
    // The first event of all opened by itself, so the list holds still.
    await page.getByRole('button', { name: '1 new' }).click()
    await row(page, 'After The Restart').waitFor()
  } finally {
    await view?.close()
    view = undefined
    await own.stop()
  }
})

test('a browser that was not let in is told what to do', async () => {
  const context = await ui.newContext()
  try {
    const page = await context.newPage()
    await page.goto(server.url + '/live')
    await page.getByRole('heading', { name: 'Open the printed address' }).waitFor()
  } finally {
    await context.close()
  }
})

/** Passes bytes on to a port, until it is cut. */
async function relay(port) {
  const open = new Set()
  let cut = false
  const server = net.createServer(near => {
    if (cut) return void near.destroy()
    const far = net.connect(Number(port), '127.0.0.1')
    for (const [socket, other] of [[near, far], [far, near]]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => { open.delete(socket); other.destroy() })
      socket.pipe(other)
    }
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const drop = () => { for (const socket of open) socket.destroy() }
  return {
    port: server.address().port,
    cut() { cut = true; drop() },
    mend() { cut = false },
    close() { drop(); server.close() },
  }
}
