import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'

import { ApiError } from '../api/client'
import { router } from './router'
import { resolver, theme } from './theme'

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
      <Notifications position="bottom-right" autoClose={4000} />
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
