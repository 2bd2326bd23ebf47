import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import { CommandsProvider } from '../ui/commands'
import { cache } from './cache'
import { router } from './router'
import { resolver, theme } from './theme'

const Notices = lazy(() => import('./Notices').then((m) => ({ default: m.Notices })))

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
      <Suspense fallback={null}>
        <Notices />
      </Suspense>
      <QueryClientProvider client={cache}>
        <CommandsProvider>
          <RouterProvider router={router} />
        </CommandsProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
