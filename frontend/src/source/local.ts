/** Finds prod keys that are used on this machine. */
import type { Source, SourceList } from '../api/types'

export interface LocalUse {
  source: Source
  origin: string
  events: number
  lastSeen: string
}

const here = /^(https?:\/\/)?(localhost|127(\.\d+){3}|\[?::1\]?|[\w-]+\.localhost)(:\d+)?$/i

export function localProdUse(list: SourceList | undefined): LocalUse[] {
  return (list?.items ?? []).filter((s) => s.label === 'prod').flatMap((source): LocalUse[] => {
    const seen = (list?.seen ?? []).filter((x) => x.sourceId === source.id && here.test(x.origin))
    if (seen.length === 0) return []
    const latest = seen.reduce((a, b) => (a.lastSeen > b.lastSeen ? a : b))
    return [{ source, origin: latest.origin, events: seen.reduce((n, x) => n + x.count, 0), lastSeen: latest.lastSeen }]
  })
}
