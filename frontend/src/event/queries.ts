import { useQuery } from '@tanstack/react-query'

import { get, json, request } from '../api/client'
import type { Bucket, EventPage, EventRecord, Status, Wire } from '../api/types'
import { child, parse, type Node } from './lossless'

export const pageSize = 200

/** The head first: nothing committed after it can be missed by the stream. */
export async function openingPage(q: string, signal: AbortSignal) {
  const status = await get<Status>('/status', undefined, signal)
  const page = await get<EventPage>('/events', { q, limit: pageSize }, signal)
  const rows = page.items ?? []
  return { rows, cursor: status.head, complete: rows.length < pageSize }
}

export async function olderPage(q: string, before: number) {
  const rows = (await get<EventPage>('/events', { q, before, limit: pageSize })).items ?? []
  return { rows, complete: rows.length < pageSize }
}

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
      (await get<{ buckets: Bucket[] | null }>('/events/volume', { q, since, buckets }, signal)).buckets ?? [],
    refetchInterval: 3000,
  })

export const checkQuery = (q: string) => get('/query', { q })

export const deleteParams = (q: string) => (q ? { q } : { all: true })
export const countEvents = (q: string) =>
  json<{ count: number }>('DELETE', '/events', { params: { ...deleteParams(q), dryRun: true } })
export const deleteEvents = (q: string) =>
  json<{ count: number; id: string }>('DELETE', '/events', { params: deleteParams(q) })
export const undoDelete = (id: string) => json('POST', '/events/undo', { body: { id } })

/** All matches as NDJSON, message included. */
export const exportEvents = async (q: string) =>
  (await request('GET', '/events', { params: { q }, accept: 'application/x-ndjson' })).blob()
