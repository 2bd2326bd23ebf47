// The window, looked at on a screen of its own: Xvfb, a session bus and a window manager.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { eventually, here, tempDir } from './lib.mjs'

const binary = process.env.SIDETRACK_DESKTOP_BIN ?? join(here, '../build/bin/sidetrack-desktop')
const run = promisify(execFile)
const screen = { width: 1440, height: 900 }
const linux = process.platform === 'linux' // elsewhere the window has no Xvfb to be tried on

if (linux) {
  const home = tempDir() // what WebKit keeps must neither stay nor be found
  const data = join(home, 'data')
  const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: join(home, 'run'), GDK_BACKEND: 'x11' }
  for (const name of ['WAYLAND_DISPLAY', 'XDG_SESSION_TYPE', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME']) delete env[name]
  const sessions = [] // each leads a process group
  let xvfb

  before(async () => {
    mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 })
    xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${screen.width}x${screen.height}x24`, '-nolisten', 'tcp'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    const number = await new Promise((resolve, reject) => {
      xvfb.stdio[3].once('data', d => resolve(String(d).trim()))
      xvfb.once('error', reject)
    })
    env.DISPLAY = `:${number}`
  })
  after(() => {
    for (const s of sessions) end(s)
    xvfb.kill()
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  /** Starts the program in a session of its own; `running` is the note in its data folder. */
  async function open() {
    const started = Date.now()
    const session = spawn('dbus-run-session', ['--', 'sh', '-c',
      'openbox & "$@"; code=$?; kill $!; exit $code', 'sh', binary, '--data', data, '--listen', '127.0.0.1:0'],
    { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    sessions.push(session)
    let log = ''
    session.stdout.on('data', d => { log += d })
    session.stderr.on('data', d => { log += d })
    // Not 'close': the accessibility bus that WebKit starts outlives the session and holds the pipes.
    const exited = new Promise(resolve => session.on('exit', resolve))
    const window = await eventually('the window', async () => (await windows())[0], 60_000)
    return { window, exited, started, shown: Date.now(), log: () => log, running: JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) }
  }

  /** Ends what is left of a session: all of it after a failed test, else its accessibility bus. */
  function end(session) {
    try { process.kill(-session.pid, 'SIGKILL') } catch (e) { if (e.code !== 'ESRCH') throw e }
    session.stdout.destroy()
    session.stderr.destroy()
  }

  async function windows() {
    const { stdout } = await run('xdotool', ['search', '--onlyvisible', '--name', '^Sidetrack$'], { env }).catch(e => e)
    return stdout.split('\n').filter(Boolean)
  }

  async function geometry(window) {
    const { stdout } = await run('xdotool', ['getwindowgeometry', '--shell', window], { env })
    const value = name => Number(stdout.match(new RegExp(`^${name}=(-?\\d+)$`, 'm'))[1])
    return { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') }
  }

  /** What is in the window: three bytes a pixel. */
  async function pixels(window) {
    const { stdout } = await run('import', ['-window', window, '-depth', '8', 'rgb:-'], { env, encoding: 'buffer', maxBuffer: 1 << 26 })
    return stdout
  }

  /** The share of pixels that differ. */
  function changed(a, b) {
    if (a.length !== b.length) return 1
    let n = 0
    for (let i = 0; i < a.length; i += 3) if (a[i] !== b[i] || a[i + 1] !== b[i + 1] || a[i + 2] !== b[i + 2]) n++
    return n * 3 / a.length
  }

  /** Pixels that no longer change, but for a clock. */
  async function settled(window) {
    let last = await pixels(window)
    return eventually('the screen to settle', async () => {
      await new Promise(resolve => setTimeout(resolve, 400))
      const shot = await pixels(window)
      const still = changed(last, shot) < 0.001
      last = shot
      return still && shot
    })
  }

  /** The number of colours: a page that has not painted has a handful, menu bar included. */
  function colours(a) {
    const seen = new Set()
    for (let i = 0; i < a.length; i += 3) seen.add(a[i] << 16 | a[i + 1] << 8 | a[i + 2])
    return seen.size
  }

  const track = (program, event) => fetch(program.running.url + '/v1/track', {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Basic ' + btoa(program.running.sources[0].writeKey + ':') },
    body: JSON.stringify({ userId: 'u1', event, properties: { total: 25.5 } }),
  })

  async function stop(program) {
    process.kill(program.running.pid, 'SIGTERM')
    assert.equal(await program.exited, 0, program.log())
    assert.ok(!existsSync(join(data, 'running.json')), 'the note of a running Sidetrack is taken away')
  }

  test('the window shows events as they arrive, and a second start shows the same', async t => {
    const program = await open()
    const empty = await eventually('the page', async () => {
      const shot = await pixels(program.window)
      return colours(shot) > 200 && shot
    }, 60_000)
    t.diagnostic(`window after ${program.shown - program.started} ms, page seen after ${Date.now() - program.started} ms`)
    const size = await geometry(program.window)
    assert.ok(size.width >= 1024 && size.height >= 700, JSON.stringify(size))

    // Neighbours of unlike length, so that one more row moves more than digits.
    for (let i = 0; i < 40; i++) assert.equal((await track(program, i % 2 ? `Cart ${i}` : `Checkout Step ${i} Completed`)).status, 200)
    // A clock ticks on the page; a list of events is far more than that.
    await eventually('the events on the screen', async () => changed(empty, await pixels(program.window)) > 0.05)
    // The very first event is opened, and a list holds still while one is.
    const held = await settled(program.window)
    await run('xdotool', ['mousemove', '--window', program.window, '640', '600', 'click', '1', 'key', 'Escape'], { env })
    await eventually('the whole list', async () => changed(held, await pixels(program.window)) > 0.05)
    const full = await settled(program.window)
    assert.equal((await track(program, 'One More')).status, 200)
    await eventually('one more event on the screen', async () => changed(full, await pixels(program.window)) > 0.005)
    if (process.env.SIDETRACK_SHOTS) await run('import', ['-window', 'root', join(process.env.SIDETRACK_SHOTS, 'desktop.png')], { env })

    const second = spawn(binary, ['--data', data], { env, stdio: 'ignore' })
    const ended = new Promise(resolve => second.on('close', resolve))
    await eventually('a second window', async () => (await windows()).length === 2)
    assert.equal(JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')).pid, program.running.pid)
    second.kill('SIGTERM')
    assert.equal(await ended, 0)
    assert.equal((await track(program, 'Still There')).status, 200)
    await stop(program)
  })

  test('the page in the window may ask the API, with the token', async () => {
    const program = await open()
    const token = readFileSync(program.running.tokenFile, 'utf8').trim()
    for (const [origin, allowed] of [['wails://wails', true], ['http://wails.localhost', true], ['http://localhost:3000', false]]) {
      for (const [method, path] of [['GET', '/api/status'], ['POST', '/api/sources'], ['DELETE', '/api/events?all=true']]) {
        const asked = await fetch(program.running.url + path, { method: 'OPTIONS', headers: { origin,
          'access-control-request-method': method, 'access-control-request-headers': 'authorization,content-type' } })
        const of = name => asked.headers.get('access-control-allow-' + name) ?? ''
        assert.equal(asked.ok && of('origin') === origin && of('methods').includes(method) && of('headers').includes('authorization'), allowed, `${method} from ${origin}`)
      }
      const read = await fetch(program.running.url + '/api/status', { headers: { origin, authorization: `Bearer ${token}` } })
      assert.equal(read.status, allowed ? 200 : 403)
      assert.equal(read.headers.get('access-control-allow-origin'), allowed ? origin : null)
    }
    await stop(program)
  })

  test('a dialog that is open does not keep the log from closing', async () => {
    const program = await open()
    await eventually('the page', async () => colours(await pixels(program.window)) > 200, 60_000)
    await eventually('the dialog', async () => {
      await run('xdotool', ['mousemove', '--window', program.window, '150', '12', 'click', '1', 'sleep', '0.5', 'key', 'Up', 'Return', 'sleep', '1'], { env })
      const { stdout } = await run('xdotool', ['search', '--onlyvisible', '--name', '^About Sidetrack$'], { env }).catch(e => e)
      return stdout.trim()
    })
    await stop(program)
  })

  test('size and place come back', async () => {
    const first = await open()
    await run('xdotool', ['windowsize', first.window, '1180', '760', 'windowmove', first.window, '70', '60'], { env })
    const wanted = await eventually('the new size', async () => {
      const g = await geometry(first.window)
      return g.width === 1180 && g.height === 760 && g.x < 100 && g
    })
    await stop(first)
    const again = await open() // opens the same folder, so the lock was freed
    await eventually(`the place ${JSON.stringify(wanted)} again`, async () => {
      const g = await geometry(again.window)
      return g.width === wanted.width && g.height === wanted.height && Math.abs(g.x - wanted.x) < 8 && Math.abs(g.y - wanted.y) < 40
    })
    await stop(again)
  })
}
