import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { get, json } from '../api/client'
import type { Mute, MuteList, NewMute } from '../api/types'

const mutesKey = ['mutes'] as const

export const useMutes = () =>
  useQuery({ queryKey: mutesKey, queryFn: ({ signal }) => get<MuteList>('/mutes', undefined, signal), refetchInterval: 10_000 })

function useChange<V>(fn: (value: V) => Promise<unknown>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: fn,
    // Verdicts change with it, of events on screen too.
    onSuccess: () => Promise.all([mutesKey, ['event'], ['volume']].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  })
}

export const useMute = () => useChange((body: NewMute) => json<Mute>('POST', '/mutes', { body }))
export const useUnmute = () => useChange((id: string) => json('DELETE', `/mutes/${id}`))
