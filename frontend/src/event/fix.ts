/** What is to be changed in the app: the sent call and the corrected one, line by line. */
import type { EventFix } from '../api/types'
import type { DiffLine } from '../ui/Diff'
import { languageOf } from './languages'
import { parse, plain, print, textOf, type Line } from './lossless'

export interface Mended {
  /** Colours and name of the sender's language. */
  lang: string
  language: string
  lines: DiffLine[]
  /** The corrected call. */
  call: string
}

export function mended(fix: EventFix, type: string): Mended {
  const message = parse(fix.before)
  const language = languageOf(message)
  const before = language.lines(message, type)
  const after = language.lines(parse(fix.after), type)
  return { lang: language.id, language: language.name, lines: near(diffOf(before, after), 2), call: textOf(after) }
}

/** A message before and after, its numbers and keys as they are written. */
export const messageDiff = (before: string, after: string): DiffLine[] => near(diffOf(print(parse(before)), print(parse(after))), 3)

/** The difference with the colours the lines have. */
function diffOf(before: readonly Line[], after: readonly Line[]): DiffLine[] {
  const text = (l: Line) => textOf([l])
  let i = 0
  let j = 0
  return lineDiff(before.map(text), after.map(text)).map((d) => {
    const line = d.op === '+' ? after[j] : before[i]
    if (d.op !== '+') i++
    if (d.op !== '-') j++
    return { ...d, tokens: line.depth ? [plain('  '.repeat(line.depth)), ...line.tokens] : line.tokens }
  })
}

/** The longest list of lines in common stays; the rest goes and comes. */
export function lineDiff(a: readonly string[], b: readonly string[]): DiffLine[] {
  const least = Math.min(a.length, b.length)
  let head = 0
  while (head < least && a[head] === b[head]) head++
  let tail = 0
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const same = (text: string): DiffLine => ({ op: ' ', text })
  return [...a.slice(0, head).map(same), ...between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...a.slice(a.length - tail).map(same)]
}

/** More pairs of lines than this are not compared: all of the one goes, all of the other comes. */
const mostCompared = 4_000_000

function between(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > mostCompared) return [...a.map((text): DiffLine => ({ op: '-', text })), ...b.map((text): DiffLine => ({ op: '+', text }))]
  const long = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) long[i][j] = a[i] === b[j] ? long[i + 1][j + 1] + 1 : Math.max(long[i + 1][j], long[i][j + 1])
  const out: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ op: ' ', text: a[i++] })
      j++
    } else if (i < a.length && (j >= b.length || long[i + 1][j] >= long[i][j + 1])) out.push({ op: '-', text: a[i++] })
    else out.push({ op: '+', text: b[j++] })
  }
  return out
}

/** The lines that change with so many around them; what is left out says so. */
export function near(lines: readonly DiffLine[], around: number): DiffLine[] {
  const shown = lines.map((_, i) => lines.slice(Math.max(0, i - around), i + around + 1).some((l) => l.op === '-' || l.op === '+'))
  return lines.flatMap((l, i): DiffLine[] => (shown[i] ? [l] : i > 0 && shown[i - 1] && shown.includes(true, i) ? [{ op: '…', text: '' }] : []))
}
