import { useQuery } from '@tanstack/react-query'

import { get } from '../api/client'
import type { ViolationList } from '../api/types'

/** How many kinds of violation are open, whatever is looked at. */
export const useOpenViolations = () =>
  useQuery({
    queryKey: ['plan', 'open'],
    queryFn: async ({ signal }) => (await get<ViolationList>('/violations', { limit: 1 }, signal)).totals.violations,
    refetchInterval: 10_000,
  })

