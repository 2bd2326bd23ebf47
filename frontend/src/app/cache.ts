import { QueryClient } from '@tanstack/react-query'

import { ApiError } from '../api/client'

/** What was read from the program, kept for all screens. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // What the server refuses it refuses again; who does not answer may come back.
      retry: (n, error) => !(error instanceof ApiError) && n < 1,
      placeholderData: <T,>(last: T) => last,
    },
  },
})
