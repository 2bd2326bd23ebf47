/** How a value of JSON is written in the languages of Segment's libraries. */
import { plain, unquote, type Line, type Node, type Token } from './lossless'

export interface Dialect {
  object: [open: string, close: string]
  array: [open: string, close: string]
  /** An empty object where that is written in another way. */
  empty?: string
  key: (name: string) => Token[]
  word: Record<'true' | 'false' | 'null', string>
  string: (text: string) => string
  separator: string
  /** Closes what the key of an entry opened. */
  entryEnd?: string
}

const same = { true: 'true', false: 'false', null: 'null' }
/** JSON's own text where it has no escapes, else its value escaped anew, without \/ or halves of pairs. */
const double = (text: string) => (text.includes('\\') ? JSON.stringify(unquote(text)) : text)
const single = (text: string) => "'" + unquote(text).replace(/(['\\])/g, '\\$1') + "'"
const key = (text: string, rest: string): Token[] => [{ kind: 'key', text }, plain(rest)]
const bare = /^[A-Za-z_$][\w$]*$/
const json = (name: string) => JSON.stringify(name)

export const python: Dialect = {
  object: ['{', '}'],
  array: ['[', ']'],
  key: (n) => key(json(n), ': '),
  word: { true: 'True', false: 'False', null: 'None' },
  string: double,
  separator: ',',
}

export const javascript: Dialect = { ...python, word: same, string: (t) => t, key: (n) => key(bare.test(n) ? n : json(n), ': ') }

export const go: Dialect = { ...python, object: ['map[string]any{', '}'], array: ['[]any{', '}'], word: { ...same, null: 'nil' } }

export const swift: Dialect = { ...python, object: ['[', ']'], empty: '[:]', word: { ...same, null: 'NSNull()' }, string: (t) => double(t).replace(/\\u([\da-f]{4})/gi, '\\u{$1}') }

export const ruby: Dialect = {
  ...python,
  key: (n) => (/^[a-z_]\w*$/i.test(n) ? key(n, ': ') : key(json(n), ' => ')),
  word: { ...same, null: 'nil' },
  string: (t) => double(t).replace(/#(?=[{$@])/g, '\\#'),
}

export const php: Dialect = { ...python, object: ['[', ']'], key: (n) => key(single(JSON.stringify(n)), ' => '), word: same, string: single }

export const kotlin: Dialect = {
  ...python,
  object: ['mapOf(', ')'],
  array: ['listOf(', ')'],
  key: (n) => key(json(n).replace(/\$/g, '\\$'), ' to '),
  word: same,
  string: (t) => double(t).replace(/\$/g, '\\$'),
}

export const java: Dialect = {
  ...python,
  object: ['Map.ofEntries(', ')'],
  array: ['List.of(', ')'],
  key: (n) => [plain('entry('), ...key(json(n), ', ')],
  entryEnd: ')',
  word: same,
}

export const dart: Dialect = { ...python, key: (n) => key(single(JSON.stringify(n)).replace(/\$/g, '\\$'), ': '), word: same, string: (t) => single(t).replace(/\$/g, '\\$') }

const pointer = (base: string, part: string | number) => base + '/' + String(part).replace(/~/g, '~0').replace(/\//g, '~1')

export function scalar(node: Node, d: Dialect): Token {
  if (node.kind === 'string') return { kind: 'string', text: d.string(node.text) }
  if (node.kind === 'word') return { kind: 'word', text: d.word[node.text as 'true'] }
  return node.kind === 'number' ? { kind: 'number', text: node.text } : plain('…')
}

interface Place {
  path: string
  depth: number
  before: Token[]
  after: Token[]
}

/** Lays a value out in lines; every line knows which part of the message it shows. */
export function lay(node: Node, d: Dialect, place: Place): Line[] {
  const lines: Line[] = []
  const put = (value: Node, { path, depth, before, after }: Place) => {
    if (value.kind !== 'object' && value.kind !== 'array') {
      lines.push({ tokens: [...before, scalar(value, d), ...after], path, depth, inside: 0 })
      return
    }
    const [open, close] = d[value.kind]
    const parts: [string | number, Node, Token[]][] =
      value.kind === 'object'
        ? value.entries.map(([k, v]) => [unquote(k), v, d.key(unquote(k))])
        : value.items.map((v, i) => [i, v, []])
    if (parts.length === 0) {
      const nothing = value.kind === 'object' ? (d.empty ?? open + close) : open + close
      lines.push({ tokens: [...before, plain(nothing), ...after], path, depth, inside: 0 })
      return
    }
    const head: Line = { tokens: [...before, plain(open)], path, depth, inside: 0 }
    lines.push(head)
    const first = lines.length
    parts.forEach(([name, v, start], i) => {
      const text = (start.length ? (d.entryEnd ?? '') : '') + (i < parts.length - 1 ? d.separator : '')
      const end = text ? [plain(text)] : []
      put(v, { path: pointer(path, name), depth: depth + 1, before: start, after: end })
    })
    head.inside = lines.length - first
    lines.push({ tokens: [plain(close), ...after], path: '', depth, inside: 0 })
  }
  put(node, place)
  return lines
}
