import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { get, json } from '../api/client'
import type { Retention, SettingList } from '../api/types'

const settingsKey = ['settings'] as const

export const useSettings = () =>
  useQuery({ queryKey: settingsKey, queryFn: ({ signal }) => get<SettingList>('/settings', undefined, signal) })

export function useKeep() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: Retention) => json<SettingList>('PUT', '/settings/retention', { body }),
    onSuccess: (list) => {
      cache.setQueryData(settingsKey, list)
      return cache.invalidateQueries({ queryKey: ['status'] })
    },
  })
}
