import { expect, it } from 'vitest'

import { callLines, curl } from './call'
import { parse, textOf } from './lossless'

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
