import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'

import { LivePage } from '../event/LivePage'
import { SettingsPage } from '../settings/SettingsPage'
import { SourcesPage } from '../source/SourcesPage'
import { FirstRun } from '../source/FirstRun'
import { parseSearch, readView, stringifySearch } from '../view/address'
import { Frame } from './Frame'
import { NotFound } from './NotFound'

const root = createRootRoute({ component: Frame, validateSearch: readView, notFoundComponent: NotFound })

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/live', replace: true })
    },
  }),
  // The page that watches and the page that helps to begin know nothing of each other.
  createRoute({ getParentRoute: () => root, path: '/live', component: () => <LivePage whenEmpty={<FirstRun />} /> }),
  createRoute({ getParentRoute: () => root, path: '/sources', component: SourcesPage }),
  createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsPage }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch,
  stringifySearch,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
