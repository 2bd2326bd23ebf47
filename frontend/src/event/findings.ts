/** Where a finding shows in the code, and the one thing to do about it. */
import type { EventRecord, Finding } from '../api/types'
import type { Line } from './lossless'
import { quote } from './query'
import { worstFirst } from './words'

/**
 * Puts each finding under the line it is about: the line of its path, else of
 * the nearest part around it, since something that is missing has no line.
 */
export function placed(lines: readonly Line[], findings: readonly Finding[]): { at: Map<number, Finding[]>; rest: Finding[] } {
  const byPath = new Map<string, number>()
  lines.forEach((l, i) => {
    if (l.path && !byPath.has(l.path)) byPath.set(l.path, i)
  })
  const at = new Map<number, Finding[]>()
  const rest: Finding[] = []
  for (const f of worstFirst(findings)) {
    let path = f.path
    while (path && !byPath.has(path)) path = path.slice(0, path.lastIndexOf('/'))
    const line = path ? byPath.get(path) : undefined
    if (line === undefined) rest.push(f)
    else at.set(line, [...(at.get(line) ?? []), f])
  }
  return { at, rest }
}

/** A filter that shows more of what the finding is about. */
export function actionFor(f: Finding, record: EventRecord): { label: string; q: string } {
  if (f.code === 'segment.duplicate_id' && record.messageId) return { label: 'Show both', q: 'id:' + quote(record.messageId) }
  if (f.code === 'lens.sent_twice') {
    const at = Date.parse(record.receivedAt)
    const name = record.name ? `name:${quote(record.name)}` : `type:${quote(record.type)}`
    return { label: 'Show both', q: `${name} after:${new Date(at - 1000).toISOString()} before:${new Date(at + 1000).toISOString()}` }
  }
  return { label: 'Show all like it', q: 'code:' + f.code }
}
