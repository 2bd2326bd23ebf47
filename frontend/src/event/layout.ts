/** The lines of the stream: its rows, and the silences between them. */
import type { EventRecord } from '../api/types'

export type Line =
  | { kind: 'row'; key: string; record: EventRecord; top: number }
  | { kind: 'gap'; key: string; seconds: number; top: number }

export const gapHeight = 22
/** A silence shorter than this needs no line of its own. */
export const shortestGap = 10

export interface Layout {
  lines: readonly Line[]
  height: number
}

/** Newest first, each line with its place from the top. */
export function layOut(rows: readonly EventRecord[], rowHeight: number): Layout {
  const lines: Line[] = []
  let top = 0
  let last = NaN
  for (const record of rows) {
    const at = Date.parse(record.receivedAt)
    const seconds = Math.floor((last - at) / 1000)
    if (seconds >= shortestGap) {
      lines.push({ kind: 'gap', key: 'gap-' + record.seq, seconds, top })
      top += gapHeight
    }
    lines.push({ kind: 'row', key: String(record.seq), record, top })
    top += rowHeight
    last = at
  }
  return { lines, height: top }
}

/** "14 s", "3 min", "2 h": the larger part is enough. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? '1 day' : `${days} days`
}
