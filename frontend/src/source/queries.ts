import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { get, json } from '../api/client'
import type { EventPage, Label, Source, SourceList, Volume } from '../api/types'

export const sourcesKey = ['sources'] as const

export const useSources = () =>
  useQuery({
    queryKey: sourcesKey,
    queryFn: ({ signal }) => get<SourceList>('/sources', undefined, signal),
    refetchInterval: 10_000,
  })

function useChange<V>(fn: (value: V) => Promise<unknown>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: fn,
    onSettled: () => cache.invalidateQueries({ queryKey: sourcesKey }),
  })
}

export const useAddSource = () =>
  useChange((body: { name: string; label: Label }) => json<Source>('POST', '/sources', { body }))

export const useUpdateSource = () =>
  useChange(({ id, ...body }: { id: string; name?: string; label?: Label }) =>
    json<Source>('PATCH', `/sources/${id}`, { body }),
  )

export const useRotateKey = () => useChange((id: string) => json<Source>('POST', `/sources/${id}/rotate-key`))
export const useDeleteSource = () => useChange((id: string) => json('DELETE', `/sources/${id}`))
export const useRestoreSource = () => useChange((id: string) => json('POST', `/sources/${id}/restore`))

/** What could not be read last, and why; asked for again when there is more of it. */
export const useUnread = (rejected: number) =>
  useQuery({
    queryKey: ['events', 'unread', rejected],
    queryFn: async ({ signal }) => {
      const [r] = (await get<EventPage>('/events', { q: 'is:rejected', limit: 1 }, signal)).items
      return r ? { seq: r.seq, why: r.findings?.[0]?.message ?? 'It could not be read.' } : null
    },
    enabled: rejected > 0,
  })

/** The key to show in snippets: the oldest dev source's. */
export const devSource = (list: SourceList | undefined) =>
  list?.items?.find((s) => s.label === 'dev' && !s.demo) ?? list?.items?.find((s) => s.label !== 'prod')

/** The last 24 hours of one source in half hours, whatever the filter. */
export const useSourceVolume = (source: string) =>
  useQuery({
    queryKey: ['volume', 'source', source],
    queryFn: async ({ signal }) =>
      (await get<Volume>('/events/volume', { source, since: '24h', buckets: 48 }, signal)).buckets,
    refetchInterval: 10_000,
  })
