import { expect, it } from 'vitest'

import { curl } from './call'
import { languageOf, languages } from './languages'
import { parse, textOf } from './lossless'

const callLines = languages[0].lines

const call = (type: string, message: string) => textOf(callLines(parse(message), type))

it('shows a track as the call that sent it, numbers as written', () => {
  expect(call('track', '{"event":"Order Completed","properties":{"total":289.90,"odd key":1},"userId":"u"}')).toBe(
    'analytics.track("Order Completed", {\n  total: 289.90,\n  "odd key": 1\n})',
  )
})

it('shows the other calls', () => {
  expect(call('identify', '{"userId":"u_1","traits":{"plan":"pro"}}')).toBe('analytics.identify("u_1", {\n  plan: "pro"\n})')
  expect(call('page', '{"name":"Home","properties":{}}')).toBe('analytics.page("Home", {})')
  expect(call('alias', '{"userId":"b","previousId":"a"}')).toBe('analytics.alias("b", "a")')
})

it('shows a message of an unknown type as JSON', () => {
  expect(call('purchase', '{"x":1}')).toBe('{\n  "x": 1\n}')
})

it('places findings by the path of the message, not of the call', () => {
  const lines = callLines(parse('{"event":"A","properties":{"revenue":"1"}}'), 'track')
  expect(lines[1].path).toBe('/properties/revenue')
})

it('writes a curl that a shell reads back to the same message', () => {
  const text = curl('http://localhost:4747', 'KEY', 'track', `{"event":"It's"}`)
  expect(text).toContain('http://localhost:4747/v1/track')
  expect(text).toContain("-u 'KEY:'")
  expect(text).toContain(`'{"event":"It'\\''s"}'`)
})

const message = parse(
  '{"userId":"u_1","event":"Order Completed","properties":{"total":25.50,"paid":true,"note":null,"tags":["a","$b"],"to":{}},"context":{"library":{"name":"analytics-python","version":"2.3.4"}}}',
)
const as = (id: string) => textOf(languages.find((l) => l.id === id)!.lines(message, 'track'))

it('speaks the language of the library that sent it', () => {
  expect(languageOf(message).name).toBe('Python')
  expect(languageOf(parse('{"context":{"library":{"name":"analytics.js"}}}')).name).toBe('JavaScript')
  expect(languageOf(parse('{"context":{"library":{"name":"something else"}}}')).name).toBe('JavaScript')
})

it('writes values as each language does', () => {
  expect(as('py')).toBe(
    'analytics.track(\n  user_id="u_1",\n  event="Order Completed",\n  properties={\n    "total": 25.50,\n    "paid": True,\n    "note": None,\n    "tags": [\n      "a",\n      "$b"\n    ],\n    "to": {}\n  }\n)',
  )
  expect(as('go')).toBe(
    'client.Enqueue(analytics.Track{\n  UserId: "u_1",\n  Event: "Order Completed",\n  Properties: analytics.Properties{\n    "total": 25.50,\n    "paid": true,\n    "note": nil,\n    "tags": []any{\n      "a",\n      "$b",\n    },\n    "to": map[string]any{},\n  },\n})',
  )
  expect(as('php')).toContain("'tags' => [\n      'a',\n      '$b'\n    ]")
  expect(as('kt')).toContain('"\\$b"')
  expect(as('swift')).toContain('"note": NSNull(),')
  expect(as('rb')).toContain('user_id: "u_1",')
  expect(as('java')).toBe(
    'analytics.enqueue(TrackMessage.builder("Order Completed")\n  .userId("u_1")\n  .properties(Map.ofEntries(\n    entry("total", 25.50),\n    entry("paid", true),\n    entry("note", null),\n    entry("tags", List.of(\n      "a",\n      "$b"\n    )),\n    entry("to", Map.ofEntries())\n  ))\n)',
  )
})

it('keeps the path of the message on every line, in every language', () => {
  for (const l of languages) {
    const line = l.lines(message, 'track').find((x) => x.tokens.some((t) => t.text === '25.50'))
    expect(line?.path, l.name).toBe('/properties/total')
  }
})
