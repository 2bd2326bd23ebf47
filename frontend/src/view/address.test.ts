import { expect, it } from 'vitest'

import { parseSearch, readView, stringifySearch, type View } from './address'

it('gives a view back from its address', () => {
  const view: View = {
    label: 'staging',
    source: 'src_1',
    q: 'name:"Order Completed" properties.total>100 a&b=c "ü+"',
    off: 'has:violation',
    sel: 4187,
    tab: 'checks',
    span: '24h',
    lib: 'go',
  }
  expect(readView(parseSearch(stringifySearch({ ...view })))).toEqual(view)
})

it('keeps text that looks like a number or JSON as text', () => {
  expect(readView(parseSearch(stringifySearch({ q: '123' })))).toEqual({ q: '123' })
  expect(readView(parseSearch(stringifySearch({ q: '"true"' })))).toEqual({ q: '"true"' })
})

it('leaves out what it does not understand', () => {
  expect(readView({ sel: '-3', tab: 'nope', label: 'qa', other: 'x' })).toEqual({})
})

it('has no question mark when there is nothing to say', () => {
  expect(stringifySearch({ q: undefined })).toBe('')
})
