import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import { ApiError } from '../api/client'
import { CommandsProvider } from '../ui/commands'
import { router } from './router'
import { resolver, theme } from './theme'

const Notices = lazy(() => import('./Notices').then((m) => ({ default: m.Notices })))

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // What the server refuses it refuses again; who does not answer may come back.
      retry: (n, error) => !(error instanceof ApiError) && n < 1,
      placeholderData: <T,>(last: T) => last,
    },
  },
})

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
      <Suspense fallback={null}>
        <Notices />
      </Suspense>
      <QueryClientProvider client={client}>
        <CommandsProvider>
          <RouterProvider router={router} />
        </CommandsProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
