/** An event as the call that sent it, line by line. */
import { child, plain, print, unquote, type Line, type Node, type Token } from './lossless'

const call = (name: string): Token[] => [{ kind: 'call', text: 'analytics' }, plain(`.${name}(`)]
const inner = (node: Node | undefined) => (node?.kind === 'string' ? unquote(node.text) : '')

/** What of the message the call shows; the rest is in Raw. */
const payload: Record<string, string> = {
  track: 'properties',
  page: 'properties',
  screen: 'properties',
  identify: 'traits',
  group: 'traits',
}

export function callLines(message: Node, type: string): Line[] {
  const kind = type in payload || type === 'alias' ? type : ''
  if (!kind || message.kind !== 'object') return print(message)

  const words: Node[] = []
  const add = (name: string) => {
    const node = child(message, name)
    if (node && !(node.kind === 'word' && node.text === 'null')) words.push(node)
    return Boolean(node)
  }
  if (kind === 'track') add('event')
  else if (kind === 'identify' || kind === 'alias') add('userId')
  else if (kind === 'group') add('groupId')
  else {
    if (inner(child(message, 'category'))) add('category')
    add('name')
  }
  if (kind === 'alias') add('previousId')

  const before: Token[] = [...call(kind)]
  words.forEach((node, i) => {
    if (i) before.push(plain(', '))
    if (node.kind === 'object' || node.kind === 'array') before.push(plain('…'))
    else before.push({ kind: node.kind, text: node.text })
  })
  const body = payload[kind] && child(message, payload[kind])
  if (!body) return [{ tokens: [...before, plain(')')], path: '', depth: 0, inside: 0 }]
  if (words.length) before.push(plain(', '))
  return print(body, { bareKeys: true, path: '/' + payload[kind], before, after: [plain(')')] })
}

const shell = (text: string) => "'" + text.replace(/'/g, `'\\''`) + "'"

/** The same event again, by hand. The message goes as it stands. */
export function curl(baseUrl: string, key: string, type: string, message: string): string {
  const known = ['track', 'identify', 'page', 'screen', 'group', 'alias'].includes(type)
  const path = known ? `/v1/${type}` : '/v1/batch'
  const body = known ? message : `{"batch":[${message}]}`
  const auth = key ? ` \\\n  -u ${shell(key + ':')}` : ''
  return `curl ${baseUrl}${path}${auth} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shell(body)}`
}
