import { describe, expect, it } from 'vitest'

import { libraries } from './snippets'

const place = { baseUrl: 'http://localhost:4753', writeKey: 'KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEY' }
const all = libraries.flatMap((l) => l.variants.map((v) => ({ name: `${l.name} ${v.name}`, code: v.snippet.code(place) })))

describe('snippets', () => {
  it.each(all)('$name carries the real address and key', ({ code }) => {
    expect(code).toContain('localhost:4753')
    expect(code).toContain(place.writeKey)
  })

  it.each(all)('$name names no host of Segment', ({ code }) => {
    expect(code).not.toMatch(/segment\.(io|com)\//)
  })

  it('sets _cdn in the script tag, or the library would go to Segment', () => {
    expect(all.find((s) => s.name === 'Browser Script tag')!.code).toContain(`a._cdn="${place.baseUrl}"`)
  })
})
