// Browser SDKs in a real Chromium, on a page of another origin.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { browser, compare, eventually, here, messagesIn, site, start } from './lib.mjs'

let server, chrome, pages
before(async () => { server = await start() })
beforeEach(async () => { chrome = await browser() })
afterEach(async () => { await chrome?.close(); await pages?.close(); chrome = pages = undefined })
after(async () => { await server?.stop() })

// Segment's snippet as its documentation gives it, except for the one address to load from: the collector sets the rest.
const snippet = (base, key, options = {}) => `<!doctype html><meta charset="utf-8"><title>Shop</title><script>
!function(){var i="analytics",analytics=window[i]=window[i]||[];if(!analytics.initialize)if(analytics.invoked)window.console&&console.error&&console.error("Segment snippet included twice.");else{analytics.invoked=!0;analytics.methods=["trackSubmit","trackClick","trackLink","trackForm","pageview","identify","reset","group","track","ready","alias","debug","page","screen","once","off","on","addSourceMiddleware","addIntegrationMiddleware","setAnonymousId","addDestinationMiddleware","register"];analytics.factory=function(e){return function(){if(window[i].initialized)return window[i][e].apply(window[i],arguments);var n=Array.prototype.slice.call(arguments);if(["track","screen","alias","group","page","identify"].indexOf(e)>-1){var c=document.querySelector("link[rel='canonical']");n.push({__t:"bpc",c:c&&c.getAttribute("href")||void 0,p:location.pathname,u:location.href,s:location.search,t:document.title,r:document.referrer})}n.unshift(e);analytics.push(n);return analytics}};for(var n=0;n<analytics.methods.length;n++){var key=analytics.methods[n];analytics[key]=analytics.factory(key)}analytics.load=function(key,n){var t=document.createElement("script");t.type="text/javascript";t.async=!0;t.setAttribute("data-global-segment-analytics-key",i);t.src=${JSON.stringify(base)}+"/analytics.js/v1/"+key+"/analytics.min.js";var r=document.getElementsByTagName("script")[0];r.parentNode.insertBefore(t,r);analytics._loadOptions=n};
analytics._writeKey=${JSON.stringify(key)};
analytics.SNIPPET_VERSION="5.2.1";
analytics.load(${JSON.stringify(key)},${JSON.stringify(options)});
analytics.page();
}}();
</script><h1>Shop</h1>`

const batching = (size, timeout) => ({
  integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size, timeout } } } },
})

const speak = page => page.evaluate(() => new Promise(resolve => {
  analytics.ready(async () => {
    await Promise.all([
      analytics.identify('u1', { email: 'u1@example.com', nothing: null, big: 9007199254740991 }),
      analytics.track('Order Completed', { total: 25.5, text: 'Zoë 🛤️', list: [], nested: { a: [1, [2]] } }),
      analytics.group('g1', { name: 'Company' }),
      analytics.screen('Start', { first: true }),
      analytics.alias('u2', 'u1'),
    ])
    resolve()
  })
}))

async function arrivedAsSent(types) {
  const sent = await eventually(`${types.length} messages from the page`, () => {
    const all = messagesIn(chrome.posted(server.url))
    return all.length >= types.length && all
  })
  assert.deepEqual(sent.map(m => m.type).sort(), [...types].sort())
  const ids = sent.map(m => m.messageId)
  await eventually('the messages in the log', async () => {
    const stored = new Set((await server.records()).map(r => r.messageId))
    return ids.every(id => stored.has(id))
  })
  compare(sent, await server.records())
}

const everything = ['page', 'identify', 'track', 'group', 'screen', 'alias']

test('the snippet, served by the collector, standard delivery', async () => {
  pages = await site({ '/': snippet(server.url, server.key) })
  const page = await chrome.context.newPage()
  await page.goto(pages.url)
  await speak(page)
  await arrivedAsSent(everything)
  chrome.onlyTalkedTo(server.url, pages.url)
})

test('the snippet with batching', async () => {
  pages = await site({ '/': snippet(server.url, server.key, batching(3, 500)) })
  const page = await chrome.context.newPage()
  await page.goto(pages.url)
  await speak(page)
  await arrivedAsSent(everything)
  chrome.onlyTalkedTo(server.url, pages.url)
})

const chunkAsked = (...names) => names.filter(name => chrome.requests.some(r => r.url().startsWith(`${server.url}/analytics-next/bundles/${name}.bundle.`)))

test('the library loads its late pieces from the collector', async () => {
  pages = await site({ '/': snippet(server.url, server.key) })
  const page = await chrome.context.newPage()
  await page.goto(pages.url + '/?ajs_uid=u-from-query&ajs_event=Clicked%20Mail&ajs_prop_campaign=spring')
  const [record] = await eventually('the event the address asks for', async () => {
    const found = (await server.records()).filter(r => r.name === 'Clicked Mail')
    return found.length && found
  })
  assert.equal(record.userId, 'u-from-query')
  assert.equal(record.message.properties.campaign, 'spring')
  await page.evaluate(() => {
    document.body.innerHTML = '<form id="f" action="/"><input name="q"><button>Go</button></form>'
    analytics.trackForm(document.getElementById('f'), 'Searched', { where: 'header' })
  })
  await eventually('the piece for forms', () => chunkAsked('auto-track').length)
  await page.waitForLoadState('networkidle')
  await page.click('button')
  await eventually('the form event', async () => (await server.records()).some(r => r.name === 'Searched'))
  assert.deepEqual(chunkAsked('queryString', 'auto-track'), ['queryString', 'auto-track'])
  chrome.onlyTalkedTo(server.url, pages.url)
})

test('analytics-next as it comes from npm, told nothing but cdnURL', async () => {
  const library = readFileSync(join(here, 'node_modules/@segment/analytics-next/dist/umd/index.js'), 'utf8')
  pages = await site({ '/ajs.js': ['text/javascript; charset=utf-8', library], '/': '<!doctype html><meta charset="utf-8"><title>Shop</title><script src="/ajs.js"></script>' })
  const page = await chrome.context.newPage()
  await page.goto(pages.url)
  await page.evaluate(({ writeKey, cdnURL }) => {
    window.analytics = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL })
    return analytics.page()
  }, { writeKey: server.key, cdnURL: server.url })
  await speak(page)
  await arrivedAsSent(everything)
  chrome.onlyTalkedTo(server.url, pages.url)
})

test('what was waiting when the page unloads still arrives', async () => {
  // A minute between batches: only the unload can have sent these.
  pages = await site({ '/': snippet(server.url, server.key, batching(100, 60_000)), '/next': '<!doctype html><title>Next</title>' })
  const page = await chrome.context.newPage()
  await page.goto(pages.url)
  const ids = await page.evaluate(() => new Promise(resolve => {
    analytics.ready(async () => {
      const sent = []
      for (let n = 0; n < 5; n++) sent.push((await analytics.track('Left', { n })).event.messageId)
      resolve(sent)
    })
  }))
  await page.goto(pages.url + '/next')
  const records = await eventually('five events sent on unload', async () => {
    const left = (await server.records()).filter(r => ids.includes(r.messageId))
    return left.length === 5 && left
  })
  assert.deepEqual(records.map(r => r.message.properties.n).sort(), [0, 1, 2, 3, 4])
  chrome.onlyTalkedTo(server.url, pages.url)
})

test('standard delivery keeps what did not get out and sends it on the next page', async () => {
  pages = await site({ '/': snippet(server.url, server.key) })
  const page = await chrome.context.newPage()
  await page.goto(pages.url)
  await page.evaluate(() => new Promise(resolve => analytics.ready(resolve)))
  // The road is closed until the SDK has tried all five: what a page had not handed over when it was left is nobody's to keep.
  const tried = new Set()
  await page.route('**/v1/t', async route => {
    tried.add(JSON.parse(route.request().postData()).properties.n)
    await route.abort('connectionfailed')
  })
  await page.evaluate(() => { for (let n = 0; n < 5; n++) analytics.track('Hurried', { n }) })
  await eventually('five tries', () => tried.size === 5)
  await page.waitForTimeout(100) // the SDK hears that they failed
  await page.unroute('**/v1/t')
  await page.goto(pages.url)
  await eventually('five hurried events', async () => {
    const names = (await server.records()).filter(r => r.name === 'Hurried').map(r => r.message.properties.n)
    return new Set(names).size === 5
  })
  chrome.onlyTalkedTo(server.url, pages.url)
})

test('@rudderstack/analytics-js', async () => {
  const bundle = readFileSync(join(here, 'node_modules/@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js'), 'utf8')
  pages = await site({
    '/rudder.js': ['text/javascript; charset=utf-8', bundle],
    '/': `<!doctype html><meta charset="utf-8"><title>Shop</title><script src="/rudder.js"></script>`,
  })
  const page = await chrome.context.newPage()
  await page.goto(pages.url)
  await page.evaluate(({ key, collector }) => new Promise((resolve, reject) => {
    const { RudderAnalytics } = window.rudderanalytics
    const client = new RudderAnalytics()
    setTimeout(() => reject(new Error('the SDK never became ready')), 15_000)
    client.ready(resolve)
    client.load(key, collector, { configUrl: collector, useBeacon: false, sendAdblockPage: false })
    client.identify('u1', { email: 'u1@example.com', nothing: null })
    client.track('Order Completed', { total: 25.5, text: 'Zoë 🛤️', list: [], nested: { a: [1, [2]] } })
    client.page('Docs', 'Home', { first: true })
    client.group('g1', { name: 'Company' })
    client.alias('u2', 'u1')
  }), { key: server.key, collector: server.url })
  await arrivedAsSent(['identify', 'track', 'page', 'group', 'alias'])
  chrome.onlyTalkedTo(server.url, pages.url)
})
