import { describe, expect, it } from 'vitest'

import { child, parse, print, substring, textOf } from './lossless'

describe('reading JSON without losing anything', () => {
  it('keeps every digit of a number', () => {
    const source = '{"a":12345678901234567890,"b":1.50,"c":-0,"d":1e400,"e":0.10000000000000000555}'
    expect(textOf(print(parse(source))).replace(/\s/g, '')).toBe(source)
  })

  it('keeps key order, integer-like keys and repeated keys', () => {
    const source = '{"z":1,"2":2,"1":3,"z":4}'
    expect(textOf(print(parse(source))).replace(/\s/g, '')).toBe(source)
  })

  it('keeps escapes and lone surrogates as written', () => {
    const source = '{"\\u0041":"\\ud800 \\/ \\" é"}'
    expect(textOf(print(parse(source)))).toBe('{\n  ' + source.slice(1, -1).replace('":"', '": "') + '\n}')
  })

  it('takes the message out of a record exactly as it stands', () => {
    const message = '{ "total" : 1.00,"message":{"x":[1 ,2]} }'
    expect(substring(`{"seq":1,"message":${message},"size":9}`, 'message')).toBe(message)
  })

  it('lays out empty and nested values', () => {
    expect(textOf(print(parse('{"a":{},"b":[],"c":[{"d":null}]}')))).toBe(
      '{\n  "a": {},\n  "b": [],\n  "c": [\n    {\n      "d": null\n    }\n  ]\n}',
    )
  })

  it('says which line shows which value', () => {
    const lines = print(parse('{"a/b":{"c~d":[7]}}'))
    expect(lines.map((l) => l.path)).toEqual(['', '/a~1b', '/a~1b/c~0d', '/a~1b/c~0d/0', '', '', ''])
    expect(lines.map((l) => l.inside)).toEqual([5, 3, 1, 0, 0, 0, 0])
  })

  it('chooses the last of repeated keys, as readers of JSON do', () => {
    const node = child(parse('{"a":1,"a":2}'), 'a')
    expect(node).toMatchObject({ kind: 'number', text: '2' })
  })

  it.each(['', '{', '{"a"}', '[1,]', '{"a":01}', '"x', '1 2', 'nul', '[' .repeat(5000)])('refuses %s', (source) => {
    expect(() => parse(source)).toThrow(SyntaxError)
  })
})
