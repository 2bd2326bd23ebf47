/**
 * JSON without losing anything. JSON.parse turns 12345678901234567890 and
 * 1.50 into other numbers, moves keys that look like integers and merges
 * repeated ones; somebody debugging their tracking has to see what was sent.
 * So tokens keep the text they had.
 */
export type Node =
  | { kind: 'object'; entries: [key: string, value: Node][]; start: number; end: number }
  | { kind: 'array'; items: Node[]; start: number; end: number }
  | { kind: 'string' | 'number' | 'word'; text: string; start: number; end: number }

const space = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null/y
const deepest = 2000

/** Keys and strings stay as written, quotes and escapes included. */
export function parse(source: string): Node {
  let at = 0
  const skip = () => {
    space.lastIndex = at
    space.test(source)
    at = space.lastIndex
  }
  const fail = (): never => {
    throw new SyntaxError(`Unreadable JSON at character ${at}`)
  }
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const hit = pattern.exec(source)
    if (!hit) return fail()
    at = pattern.lastIndex
    return hit[0]
  }
  const string = () => {
    const start = at
    if (source[at] !== '"') fail()
    for (at++; at < source.length; at++) {
      if (source[at] === '\\') at++
      else if (source[at] === '"') return source.slice(start, ++at)
    }
    return fail()
  }
  const value = (depth: number): Node => {
    if (depth > deepest) fail()
    skip()
    const start = at
    const c = source[at]
    if (c === '{') {
      const entries: [string, Node][] = []
      at++
      skip()
      if (source[at] === '}') at++
      else
        for (;;) {
          skip()
          const key = string()
          skip()
          if (source[at++] !== ':') fail()
          entries.push([key, value(depth + 1)])
          skip()
          const next = source[at++]
          if (next === '}') break
          if (next !== ',') fail()
        }
      return { kind: 'object', entries, start, end: at }
    }
    if (c === '[') {
      const items: Node[] = []
      at++
      skip()
      if (source[at] === ']') at++
      else
        for (;;) {
          items.push(value(depth + 1))
          skip()
          const next = source[at++]
          if (next === ']') break
          if (next !== ',') fail()
        }
      return { kind: 'array', items, start, end: at }
    }
    if (c === '"') return { kind: 'string', text: string(), start, end: at }
    if (c === 't' || c === 'f' || c === 'n') return { kind: 'word', text: take(word), start, end: at }
    return { kind: 'number', text: take(number), start, end: at }
  }
  const root = value(0)
  skip()
  if (at < source.length) fail()
  return root
}

/** What a quoted key or string says; the text itself when it says nothing sound. */
export function unquote(text: string): string {
  try {
    return JSON.parse(text) as string
  } catch {
    return text.slice(1, -1)
  }
}

/** The last entry of that name, as JSON.parse would choose. */
export function child(node: Node | undefined, name: string): Node | undefined {
  if (node?.kind !== 'object') return undefined
  for (let i = node.entries.length - 1; i >= 0; i--) {
    if (unquote(node.entries[i][0]) === name) return node.entries[i][1]
  }
  return undefined
}

/** The value at a top-level key, exactly as it stands in the text. */
export function substring(source: string, name: string): string | undefined {
  const node = child(parse(source), name)
  return node && source.slice(node.start, node.end)
}

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'plain' | 'call' | 'comment'
export interface Token {
  kind: TokenKind
  text: string
}
export interface Line {
  tokens: Token[]
  /** JSON pointer of what the line shows. */
  path: string
  depth: number
  /** Lines that a fold at this line hides, closing line not included. */
  inside: number
}

const plainName = /^[A-Za-z_$][\w$]*$/
const pointer = (base: string, part: string | number) =>
  base + '/' + String(part).replace(/~/g, '~0').replace(/\//g, '~1')

export interface PrintOptions {
  /** Leave the quotes off keys that JavaScript can read bare. */
  bareKeys?: boolean
  path?: string
  depth?: number
  before?: Token[]
  after?: Token[]
}

/** Lays a value out in lines of two blanks per level. Tokens are never changed. */
export function print(node: Node, options: PrintOptions = {}): Line[] {
  const lines: Line[] = []
  const put = (value: Node, path: string, depth: number, before: Token[], after: Token[]) => {
    if (value.kind === 'object' || value.kind === 'array') {
      const [open, close] = value.kind === 'object' ? '{}' : '[]'
      const size = value.kind === 'object' ? value.entries.length : value.items.length
      if (size === 0) {
        lines.push({ tokens: [...before, plain(open + close), ...after], path, depth, inside: 0 })
        return
      }
      const head: Line = { tokens: [...before, plain(open)], path, depth, inside: 0 }
      lines.push(head)
      const first = lines.length
      const comma = (i: number) => (i < size - 1 ? [plain(',')] : [])
      if (value.kind === 'object') {
        value.entries.forEach(([key, item], i) => {
          const name = unquote(key)
          const shown = options.bareKeys && plainName.test(name) ? name : key
          put(item, pointer(path, name), depth + 1, [{ kind: 'key', text: shown }, plain(': ')], comma(i))
        })
      } else {
        value.items.forEach((item, i) => put(item, pointer(path, i), depth + 1, [], comma(i)))
      }
      head.inside = lines.length - first
      lines.push({ tokens: [plain(close), ...after], path: '', depth, inside: 0 })
    } else {
      const kind = value.kind
      lines.push({ tokens: [...before, { kind, text: value.text }, ...after], path, depth, inside: 0 })
    }
  }
  put(node, options.path ?? '', options.depth ?? 0, options.before ?? [], options.after ?? [])
  return lines
}

export const plain = (text: string): Token => ({ kind: 'plain', text })

export const textOf = (lines: Line[]) =>
  lines.map((l) => '  '.repeat(l.depth) + l.tokens.map((t) => t.text).join('')).join('\n')
