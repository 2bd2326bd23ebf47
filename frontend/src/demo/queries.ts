import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { get, json } from '../api/client'
import type { Demo } from '../api/types'

const demoKey = ['demo'] as const

/** Whether the demo shop sends. */
export const useDemo = () =>
  useQuery({
    queryKey: demoKey,
    queryFn: ({ signal }) => get<Demo>('/demo', undefined, signal),
    refetchInterval: (query) => (query.state.data?.running ? 2000 : false),
  })

export function usePlayDemo() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (play: boolean) => json<Demo>('POST', play ? '/demo/start' : '/demo/stop', { body: play ? {} : undefined }),
    onSuccess: (state) => cache.setQueryData(demoKey, state),
  })
}
