// What the tests share: a running Sidetrack, a recorder for what SDKs really send,
// a browser, and the comparison of the two.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'

export const here = dirname(fileURLToPath(import.meta.url))
export const binary = process.env.SIDETRACK_BIN ?? join(here, '../build/bin/sidetrack')

export const tempDir = () => mkdtempSync(join(tmpdir(), 'sidetrack-e2e-'))

/** Starts `serve` and resolves once it says it is ready. */
export async function start(data = tempDir(), args = ['--listen', '127.0.0.1:0']) {
  const child = spawn(binary, ['serve', '--data', data, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', d => { log += d })
  const exited = new Promise(resolve => child.on('close', resolve))
  const lines = createInterface({ input: child.stdout })
  const line = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after 20 s\n${log}`)), 20_000)
    lines.once('line', l => { clearTimeout(timer); resolve(l) })
    child.once('error', reject)
    exited.then(code => reject(new Error(`exited with ${code} before it was ready\n${log}`)))
  })
  const ready = JSON.parse(line)
  const token = readFileSync(ready.tokenFile, 'utf8').trim()
  const auth = { authorization: `Bearer ${token}` }

  return {
    ...ready, data, token, exited,
    key: ready.sources[0]?.writeKey,
    /** GET of the API, checked and parsed. */
    async api(path) {
      const res = await fetch(ready.url + path, { headers: auth })
      const text = await res.text()
      assert.equal(res.status, 200, `${path}: ${text}`)
      return JSON.parse(text)
    },
    /** All records, oldest first, each with its message. */
    async records(q = '') {
      const { items } = await this.api(`/api/events?include=message&limit=1000&q=${encodeURIComponent(q)}`)
      return items.reverse()
    },
    /** The same, as the text that came over the wire. */
    async ndjson() {
      const res = await fetch(ready.url + '/api/events', { headers: { ...auth, accept: 'application/x-ndjson' } })
      assert.equal(res.status, 200)
      return (await res.text()).split('\n').filter(Boolean)
    },
    post: (path, body, headers = {}) =>
      fetch(ready.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }),
    kill: () => child.kill('SIGKILL'),
    async stop() {
      child.kill('SIGTERM')
      const code = await exited
      rmSync(data, { recursive: true, force: true })
      return code
    },
  }
}

/** Waits until `find` returns something; the message says what was waited for. */
export async function eventually(what, find, ms = 20_000) {
  const end = Date.now() + ms
  for (;;) {
    const found = await find()
    if (found) return found
    if (Date.now() > end) assert.fail(`waited ${ms / 1000} s for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** A proxy that keeps each request's body: the wire's own account of what an SDK sent. */
export async function recorder(target) {
  const requests = []
  const server = http.createServer((req, res) => {
    const chunks = []
    req.on('data', c => chunks.push(c))
    req.on('end', () => {
      const raw = Buffer.concat(chunks)
      const text = (req.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8')
      const { host, connection, ...headers } = req.headers
      const onward = http.request(target + req.url, { method: req.method, headers }, answer => {
        requests.push({ path: req.url, status: answer.statusCode, body: text, headers })
        res.writeHead(answer.statusCode, answer.headers)
        answer.pipe(res)
      })
      onward.on('error', err => res.destroy(err))
      onward.end(raw)
    })
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    requests,
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise(resolve => { server.closeAllConnections(); server.close(resolve) }),
  }
}

/** The messages in request bodies: those of a batch, or the body itself. */
export const messagesIn = bodies => bodies.flatMap(b => {
  const body = JSON.parse(b)
  return body.batch ?? [body]
})

/** A stored message without what `added` says we put in must be what was sent. */
export function compare(sent, records) {
  const byId = new Map(records.map(r => [r.message.messageId, r]))
  for (const item of sent) {
    const record = byId.get(item.messageId)
    assert.ok(record, `${item.type} ${item.event ?? ''} ${item.messageId} was sent and is not stored`)
    const message = structuredClone(record.message)
    for (const pointer of record.added) remove(message, pointer)
    assert.deepStrictEqual(message, item)
    assert.equal(record.messageId, item.messageId)
    assert.equal(record.disposition, 'accepted')
  }
}

function remove(value, pointer) {
  const keys = pointer.split('/').slice(1).map(k => k.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop()
  for (const key of keys) {
    value = value?.[key]
    if (value === undefined) return
  }
  delete value[last]
}

/** A site of its own origin: `pages` maps a path to HTML, or to [content type, body]. */
export async function site(pages) {
  const server = http.createServer((req, res) => {
    const page = pages[new URL(req.url, 'http://x').pathname]
    if (page === undefined) return void res.writeHead(404).end()
    const [type, body] = Array.isArray(page) ? page : ['text/html; charset=utf-8', page]
    res.writeHead(200, { 'content-type': type }).end(body)
  })
  await new Promise(resolve => server.listen(0, resolve))
  return {
    url: `http://localhost:${server.address().port}`,
    close: () => new Promise(resolve => { server.closeAllConnections(); server.close(resolve) }),
  }
}

/** How Chromium is started: quietly, asking nobody. */
export const chromiumOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}

/** A fresh headless Chromium that remembers every request its pages make. */
export async function browser() {
  const profile = tempDir()
  const context = await chromium.launchPersistentContext(profile, chromiumOptions)
  const requests = []
  context.on('request', r => requests.push(r))
  return {
    context, requests,
    /** Bodies of what was posted to the collector. */
    posted: origin => requests
      .filter(r => r.method() === 'POST' && r.url().startsWith(origin + '/v1/'))
      .map(r => r.postData()).filter(Boolean),
    /** Fails when a page asked any origin but these. */
    onlyTalkedTo(...origins) {
      const strangers = requests.map(r => new URL(r.url())).filter(u => u.protocol.startsWith('http') && !origins.includes(u.origin))
      assert.deepEqual(strangers.map(String), [])
    },
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
