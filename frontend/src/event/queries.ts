import { useQuery } from '@tanstack/react-query'

import { get, json, request } from '../api/client'
import type { Deleted, EnforcementPreview, EventFix, EventPage, EventRecord, Send, Sent, Status, Volume, Wire } from '../api/types'
import { child, parse, type Node } from './lossless'
import { quote } from './query'

export const pageSize = 200

/** The head first: nothing committed after it can be missed by the stream. */
export async function openingPage(q: string, signal: AbortSignal) {
  const status = await get<Status>('/status', undefined, signal)
  let page = await get<EventPage>('/events', { q, limit: pageSize }, signal)
  // A search that takes long ends with what it has: go on until something or nothing is certain.
  while (page.items.length === 0 && page.next > 0) {
    page = await get<EventPage>('/events', { q, before: page.next, limit: pageSize }, signal)
  }
  return { rows: page.items, cursor: status.head, next: page.next }
}

export async function olderPage(q: string, before: number) {
  const page = await get<EventPage>('/events', { q, before, limit: pageSize })
  return { rows: page.items, next: page.next }
}

/** A first look at what matches, for the palette. */
export const findEvents = (q: string, limit: number, signal: AbortSignal) =>
  get<EventPage>('/events', { q, limit }, signal)

export interface Detail {
  record: EventRecord
  /** The message exactly as stored, and the same read without loss. */
  text: string
  message: Node | undefined
}

export const useEvent = (seq: number) =>
  useQuery({
    queryKey: ['event', seq],
    queryFn: async ({ signal }): Promise<Detail> => {
      const text = await (await request('GET', `/events/${seq}`, { signal })).text()
      const node = child(parse(text), 'message')
      const message = node && text.slice(node.start, node.end)
      return { record: JSON.parse(text) as EventRecord, text: message ?? '', message: message ? parse(message) : undefined }
    },
    staleTime: 60_000,
    placeholderData: undefined,
  })

/** The corrected message, of one kind of finding or of all. */
export const getFix = (seq: number, code?: string, path?: string, signal?: AbortSignal) =>
  get<EventFix>(`/events/${seq}/fix`, { code, path: path?.includes('*') ? undefined : path }, signal)

export const useFix = (seq: number, code?: string, path?: string) =>
  useQuery({
    // What is right depends on the plan in force.
    queryKey: ['plan', 'fix', seq, code, path],
    queryFn: ({ signal }) => getFix(seq, code, path, signal),
    placeholderData: undefined,
  })

/** What would be left of the event on its way out, by the plan in force. */
export const usePreview = (seq: number, destination: string | undefined, enabled: boolean) =>
  useQuery({
    queryKey: ['plan', 'preview', seq, destination],
    queryFn: ({ signal }) => get<EnforcementPreview>(`/events/${seq}/enforcement`, { destination }, signal),
    placeholderData: undefined,
    enabled,
  })

export const useWire = (seq: number) =>
  useQuery({
    queryKey: ['event', seq, 'wire'],
    queryFn: ({ signal }) => get<Wire>(`/events/${seq}/wire`, undefined, signal),
    staleTime: Infinity,
    placeholderData: undefined,
  })

export const useRaw = (seq: number, enabled: boolean) =>
  useQuery({
    queryKey: ['event', seq, 'raw'],
    queryFn: async ({ signal }) => (await request('GET', `/events/${seq}/raw`, { accept: '*/*', signal })).text(),
    staleTime: Infinity,
    enabled,
    placeholderData: undefined,
  })

export const volumeKey = ['volume'] as const
export const buckets = 120

export const useVolume = (q: string, since: string) =>
  useQuery({
    queryKey: [...volumeKey, q, since],
    queryFn: async ({ signal }) =>
      (await get<Volume>('/events/volume', { q, since, buckets }, signal)).buckets,
    refetchInterval: 3000,
  })

/**
 * The nearest earlier (-1) or later (1) event of one person. The list comes
 * newest first, so later ones are looked for in ever wider stretches.
 */
export async function ofSamePerson(r: EventRecord, by: 1 | -1): Promise<number | undefined> {
  const q = r.userId ? 'user:' + quote(r.userId) : 'anon:' + quote(r.anonymousId)
  if (by < 0) return (await get<EventPage>('/events', { q, before: r.seq, limit: 1 })).items[0]?.seq
  const { head } = await get<Status>('/status')
  let found: number | undefined
  for (let from = r.seq, width = 1000; from < head && found === undefined; from += width, width *= 4) {
    let before = Math.min(from + width, head) + 1
    // A stretch may hold more than a page: go on down to its oldest match.
    while (before > 0) {
      const page = await get<EventPage>('/events', { q, after: from, before, limit: 1000 })
      found = page.items.at(-1)?.seq ?? found
      before = page.next
    }
  }
  return found
}

/** Sends a message as if an SDK had. The text goes as it stands: no number is rewritten on the way. */
export async function sendEvent(source: string, type: Send['type'], message: string): Promise<number[]> {
  const text = `{"source":${JSON.stringify(source)},"type":"${type}","message":${message}}`
  return (await json<Sent>('POST', '/events/send', { text })).seqs
}

export const checkQuery = (q: string) => get('/query', { q })

export const deleteParams = (q: string) => (q ? { q } : { all: true })
export const countEvents = (q: string) =>
  json<Deleted>('DELETE', '/events', { params: { ...deleteParams(q), dryRun: true } })
export const deleteEvents = (q: string) =>
  json<Deleted>('DELETE', '/events', { params: deleteParams(q) })
export const undoDelete = (id: string) => json('POST', '/events/undo', { body: { id } })

/** All matches as NDJSON, message included. */
export const exportEvents = async (q: string) =>
  (await request('GET', '/events', { params: { q }, accept: 'application/x-ndjson' })).blob()
