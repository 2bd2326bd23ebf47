import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

import type { View } from './address'

/** What is being looked at, and how to look at something else. */
export function useView(): [View, (change: Partial<View>, options?: { replace?: boolean }) => void] {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const change = useCallback(
    (part: Partial<View>, options?: { replace?: boolean }) =>
      void navigate({ to: '.', search: (last: View) => ({ ...last, ...part }), replace: options?.replace }),
    [navigate],
  )
  return [view, change]
}
