/** The shapes of the API. */
export type Severity = 'notice' | 'warning' | 'violation' | 'drop'
export type Verdict = 'good' | 'warning' | 'violation' | 'would_drop'
export type Label = 'dev' | 'staging' | 'prod'

export interface Finding {
  code: string
  severity: Severity
  path: string
  message: string
  muted?: boolean
}

export interface EventRecord {
  seq: number
  receivedAt: string
  source: { id: string; name: string; label: Label | null }
  runId: string
  type: string
  name: string
  userId: string
  anonymousId: string
  messageId: string
  timestamp: string
  disposition: 'accepted' | 'blocked' | 'suppressed' | 'rejected'
  verdict: Verdict
  findings: Finding[] | null
  added: string[] | null
  masked: string[] | null
  summary: string
  size: number
}

export interface EventPage {
  items: EventRecord[] | null
  next?: number | string | null
}

export interface Status {
  version: string
  url: string
  dataDir: string
  received: number
  stored: number
  pending: number
  rejected: number
  dropped: number
  pruned: number
  deleted: number
  head: number
  bytes: number
  lastReceived?: string | null
  problem?: string
  problems?: string[] | null
  retention?: { maxAgeDays: number; maxBytes: number; maxEvents: number }
}

export interface Bucket {
  start: string
  good: number
  warning: number
  violation: number
  wouldDrop: number
}

export interface Wire {
  request: {
    method: string
    path: string
    query?: string
    proto: string
    remote: string
    origin?: string
    encoding?: string
    headers: [string, string][] | null
    wireSize: number
    bodySize: number
    items: number
  }
  span: { offset?: number; length?: number; index?: number; Offset?: number; Length?: number; Index?: number }
}

export interface Source {
  id: string
  name: string
  label: Label | null
  writeKey: string
  demo: boolean
  createdAt: string
}

export interface Sighting {
  sourceId: string
  library: string
  version: string
  origin: string
  count: number
  lastSeen: string
}

export interface SourceList {
  items: Source[] | null
  seen?: Sighting[] | null
}

export interface Connection {
  at: string
  kind: string
  method: string
  path: string
  origin?: string
  userAgent?: string
  sourceId?: string
  sourceName?: string
  status: number
  items: number
}

export type Frame =
  | { type: 'events'; records: EventRecord[] | null; last: number }
  | { type: 'changed'; topic: string; ids?: string[] | null }
  | ({ type: 'status' } & Partial<Status>)
  | { type: 'bye'; reason: string; after: number }
