import { useQuery } from '@tanstack/react-query'

import { get } from '../api/client'
import type { Connection, Status } from '../api/types'

export const statusKey = ['status'] as const

export const useStatus = () =>
  useQuery({
    queryKey: statusKey,
    queryFn: ({ signal }) => get<Status>('/status', undefined, signal),
    refetchInterval: 2000,
    refetchIntervalInBackground: false,
  })

/** The last requests of any kind, refused ones included. */
export const useConnections = () =>
  useQuery({
    queryKey: ['connections'],
    queryFn: async ({ signal }) =>
      (await get<{ items: Connection[] | null }>('/connections', undefined, signal)).items ?? [],
    refetchInterval: 1500,
  })
