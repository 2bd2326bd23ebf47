// What the outside relies on: doors, exact bytes, and one copy per data folder.
import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { drift } from '../scripts/bundle.mjs'
import { start } from './lib.mjs'

let server
before(async () => { server = await start() })
after(async () => { await server?.stop() })

/** fetch hides Host and Origin; this does not. */
const ask = (headers, path = '/api/status', method = 'GET') => new Promise((resolve, reject) => {
  const req = http.request(server.url + path, { method, headers }, res => {
    let body = ''
    res.on('data', d => { body += d })
    res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body }))
  })
  req.on('error', reject).end()
})

test('the ready line says what a script needs', () => {
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal(server.ready, true)
  assert.equal(server.joined, false)
  assert.deepEqual(server.sources.map(s => s.name), ['Dev', 'Prod'])
  for (const s of server.sources) assert.match(s.writeKey, /^[A-Za-z0-9]{32}$/)
})

test('the API checks Host, then Origin, then token', async () => {
  const bearer = `Bearer ${server.token}`
  const foreign = { host: 'evil.example', origin: 'https://evil.example' }
  for (const [what, headers, status] of [
    ['all wrong', foreign, 421],
    ['a foreign Host, even with the token', { host: 'evil.example', authorization: bearer }, 421],
    ['the name the window uses inside', { host: 'wails', authorization: bearer }, 421],
    ['a foreign Origin and no token', { origin: foreign.origin }, 403],
    ['a foreign Origin, even with the token', { origin: foreign.origin, authorization: bearer }, 403],
    ['no token', {}, 401],
    ['a wrong token', { authorization: 'Bearer nonsense' }, 401],
    ['the token', { authorization: bearer }, 200],
    ['the token and our own Origin', { origin: server.url, authorization: bearer }, 200],
  ]) {
    const res = await ask(headers)
    assert.equal(res.status, status, what)
    if (status !== 200) assert.match(res.headers['content-type'], /^application\/problem\+json/, what)
  }
})

test('the collector needs no token and answers any origin', async () => {
  const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,x-retry-count' }
  const preflight = await ask(headers, '/v1/t', 'OPTIONS')
  assert.ok([200, 204].includes(preflight.status))
  assert.equal(preflight.headers['access-control-allow-origin'], headers.origin)
  for (const name of ['authorization', 'content-type', 'x-retry-count']) {
    assert.ok(preflight.headers['access-control-allow-headers'].toLowerCase().includes(name))
  }
})

test('a message is kept exactly as it was sent', async () => {
  const message = '{"messageId":"exact-1","type":"track","event":"Exact","userId":"u1","properties":' +
    '{"z":1.10,"digits":12345678901234567890.123456789,"exp":1E+2,"a":null,"a":2,"half":"\\ud800","slash":"\\/"}}'
  const body = `{"writeKey":"${server.key}","batch":[${message}]}`
  const res = await server.post('/v1/batch', body)
  assert.equal(res.status, 200)
  assert.deepEqual(await res.json(), { success: true })
  const line = (await server.ndjson()).find(l => l.includes('exact-1'))
  const properties = message.slice(message.indexOf('"properties":'), -1)
  assert.ok(line.includes(properties), `${properties}\nis not in\n${line}`)

  const { seq } = JSON.parse(line)
  const raw = await fetch(`${server.url}/api/events/${seq}/raw`, { headers: { authorization: `Bearer ${server.token}` } })
  assert.equal(await raw.text(), body)
})

test('what cannot be read is refused, and its neighbours are not', async () => {
  for (const [body, status] of [['nonsense', 400], ['[]', 400], ['{"batch":{}}', 400], ['{"batch":[1,2]}', 400], ['{"batch":[]}', 200]]) {
    const res = await server.post('/v1/batch', body)
    assert.equal(res.status, status, body)
    assert.equal((await res.json()).success, status === 200, body)
  }
  const res = await server.post('/v1/batch', `{"writeKey":"${server.key}","batch":[7,{"messageId":"neighbour","type":"track","event":"N","userId":"u"}]}`)
  assert.equal(res.status, 200)
  assert.ok((await server.records()).some(r => r.messageId === 'neighbour' && r.disposition === 'accepted'))
})

test('an unknown query is refused with its position', async () => {
  for (const path of ['/api/events?nonsense=1', '/api/events?q=' + encodeURIComponent('is:nonsense')]) {
    const res = await ask({ authorization: `Bearer ${server.token}` }, path)
    assert.equal(res.status, 422, path)
  }
})

test('the counters add up', async () => {
  const { received, stored, pending, dropped } = await server.api('/api/status')
  assert.equal(received, stored + pending)
  assert.equal(dropped, 0)
})

test('a second copy on the same data joins the first', async () => {
  const second = await start(server.data)
  try {
    assert.equal(second.joined, true)
    assert.equal(second.url, server.url)
    assert.equal(await second.exited, 0)
  } finally {
    second.kill()
  }
})

test('the embedded browser library is the published one', () => {
  assert.deepEqual(drift(), [])
})
