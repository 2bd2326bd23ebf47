/** The call that sent an event, in the language of the library that sent it. */
import { dart, go, java, javascript, kotlin, lay, php, python, ruby, scalar, swift, type Dialect } from './dialect'
import { child, plain, print, unquote, type Line, type Node, type Token } from './lossless'

export interface Language {
  id: string
  name: string
  /** Names of Segment's libraries, as they say in context.library.name. */
  libraries: RegExp
  lines: (message: Node, type: string) => Line[]
}

const text = (node: Node | undefined) => (node?.kind === 'string' ? unquote(node.text) : '')
const given = (node: Node | undefined): node is Node => Boolean(node) && !(node!.kind === 'word' && node!.text === 'null')

/** What of a message a call of each kind says. The rest is in Raw. */
const parts: Record<string, { words: string[]; body?: string }> = {
  track: { words: ['event'], body: 'properties' },
  page: { words: ['category', 'name'], body: 'properties' },
  screen: { words: ['category', 'name'], body: 'properties' },
  identify: { words: ['userId'], body: 'traits' },
  group: { words: ['groupId'], body: 'traits' },
  alias: { words: ['userId', 'previousId'] },
}

type Argument = [name: string, value: Node]

/** The arguments of the call, those that are there. */
function argumentsOf(message: Node, type: string, named: readonly string[]): Argument[] {
  const { words, body } = parts[type]
  const wanted = [...named.filter((n) => !words.includes(n)), ...words, ...(body ? [body] : [])]
  return wanted.map((name): [string, Node | undefined] => [name, child(message, name)]).filter((a): a is Argument => given(a[1]) && !(a[0] === 'category' && text(a[1]) === ''))
}

const call = (before: string, name: string, after: string): Token[] => [
  ...(before ? [{ kind: 'call', text: before } as Token] : []),
  plain(name + after),
]

/** `analytics.track("Order Completed", {…})`: arguments by their place. */
function positional(d: Dialect, start: (type: string) => Token[], end = ')') {
  return (message: Node, type: string): Line[] => {
    const args = argumentsOf(message, type, [])
    const before = [...start(type)]
    for (const [i, [name, value]] of args.entries()) {
      const last = i === args.length - 1
      if (last && name === parts[type].body) return lay(value, d, { path: '/' + name, depth: 0, before, after: [plain(end)] })
      before.push(scalar(value, d), ...(last ? [] : [plain(', ')]))
    }
    return [{ tokens: [...before, plain(end)], path: '/' + (args[0]?.[0] ?? ''), depth: 0, inside: 0 }]
  }
}

interface Named {
  start: (type: string) => Token[]
  end: string
  argument: (name: string) => Token[]
  /** A comma after the last argument too. */
  trailing?: boolean
}

/** One argument a line, each with its name. */
function named(d: Dialect, { start, end, argument, trailing }: Named) {
  return (message: Node, type: string): Line[] => {
    const args = argumentsOf(message, type, ['userId', 'anonymousId'])
    const lines: Line[] = [{ tokens: start(type), path: '', depth: 0, inside: 0 }]
    args.forEach(([name, value], i) => {
      const after = trailing || i < args.length - 1 ? [plain(',')] : []
      lines.push(...lay(value, d, { path: '/' + name, depth: 1, before: argument(name), after }))
    })
    lines[0].inside = lines.length - 1
    lines.push({ tokens: [plain(end)], path: '', depth: 0, inside: 0 })
    return lines
  }
}

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => '_' + c.toLowerCase())
const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
const goType: Record<string, string> = { properties: 'analytics.Properties{', traits: 'analytics.Traits{' }

/** Go names the type of the outer map; what lies within is plain maps. */
function goLines(message: Node, type: string): Line[] {
  const lines = named(go, {
    start: (t) => [{ kind: 'call', text: 'client' }, plain(`.Enqueue(analytics.${upper(t)}{`)],
    end: '})',
    argument: (n) => [{ kind: 'key', text: upper(n) }, plain(': ')],
    trailing: true,
  })(message, type)
  return lines.map((l) => {
    const own = l.depth === 1 && goType[l.path.slice(1)]
    const swapped = own ? l.tokens.map((t) => (t.text.startsWith('map[string]any{') ? plain(t.text.replace('map[string]any{', own)) : t)) : l.tokens
    // Go wants a comma before a closing brace on a line of its own.
    const ends = l.depth > 1 && swapped.at(-1)?.text !== ',' && !/[{[]$/.test(swapped.at(-1)?.text ?? '')
    return { ...l, tokens: ends ? [...swapped, plain(',')] : swapped }
  })
}

const javaMade: Record<string, string> = { track: 'event', screen: 'name', page: 'name', group: 'groupId', alias: 'previousId' }

/** `analytics.enqueue(TrackMessage.builder("…").userId("…").properties(…))`. */
function javaLines(message: Node, type: string): Line[] {
  const made = child(message, javaMade[type] ?? '')
  const first = made ? [scalar(made, java)] : []
  const start = [...call('analytics', '.enqueue', `(${upper(type)}Message.builder(`), ...first, plain(')')]
  const lines = named(java, { start: () => start, end: ')', argument: (n) => [plain(`.${n}(`)] })(message, type)
  return lines
    .filter((l) => !(l.depth === 1 && l.path === '/' + javaMade[type]))
    .map((l) => (l.depth === 1 && !/\($/.test(l.tokens.at(-1)?.text ?? '') ? { ...l, tokens: [...l.tokens.filter((t) => t.text !== ','), plain(')')] } : l))
}

const known = (lines: Language['lines']): Language['lines'] => (message, type) =>
  type in parts && message.kind === 'object' ? lines(message, type) : print(message)

const dotted = (type: string) => call('analytics', `.${type}`, '(')

export const languages: readonly Language[] = [
  { id: 'js', name: 'JavaScript', libraries: /^(analytics\.js|@segment\/analytics|analytics-node|analytics-react|RudderLabs JavaScript)/i, lines: known(positional(javascript, dotted)) },
  {
    id: 'py',
    name: 'Python',
    libraries: /python/i,
    lines: known(named(python, { start: dotted, end: ')', argument: (n) => [{ kind: 'key', text: snake(n) }, plain('=')] })),
  },
  { id: 'go', name: 'Go', libraries: /analytics-go/i, lines: known(goLines) },
  {
    id: 'rb',
    name: 'Ruby',
    libraries: /ruby/i,
    lines: known(named(ruby, { start: dotted, end: ')', argument: (n) => [{ kind: 'key', text: snake(n) }, plain(': ')] })),
  },
  {
    id: 'php',
    name: 'PHP',
    libraries: /php/i,
    lines: known(
      named(php, { start: (t) => call('Segment', `::${t}`, '(['), end: ']);', argument: (n) => [{ kind: 'key', text: `'${n}'` }, plain(' => ')] }),
    ),
  },
  { id: 'java', name: 'Java', libraries: /^analytics-java/i, lines: known(javaLines) },
  { id: 'swift', name: 'Swift', libraries: /swift|ios/i, lines: known(positional(swift, dotted)) },
  { id: 'kt', name: 'Kotlin', libraries: /kotlin|android/i, lines: known(positional(kotlin, dotted)) },
  { id: 'dart', name: 'Dart', libraries: /flutter|dart/i, lines: known(positional(dart, dotted, ');')) },
]

/** The name and version the library gave itself. */
export function libraryOf(message: Node | undefined): { name: string; version: string } {
  const library = child(child(message, 'context'), 'library')
  return { name: text(child(library, 'name')), version: text(child(library, 'version')) }
}

/** The language of the sender, JavaScript when it cannot be told. */
export const languageOf = (message: Node | undefined): Language => {
  const { name } = libraryOf(message)
  return languages.find((l) => name && l.libraries.test(name)) ?? languages[0]
}
