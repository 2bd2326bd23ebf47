import { expect, it } from 'vitest'

import { parse } from './lossless'
import { toResend } from './resend'

it('leaves out what would make the copy a duplicate, and no digit of the rest', () => {
  const text = toResend(parse('{"messageId":"m","event":"A","writeKey":"k","timestamp":"x","properties":{"total":1.50,"messageId":"kept"}}'))
  expect(text).toBe('{\n  "event": "A",\n  "properties": {\n    "total": 1.50,\n    "messageId": "kept"\n  }\n}')
})
