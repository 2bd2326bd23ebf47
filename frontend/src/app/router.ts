import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'

import { askAhead } from '../plan/ahead'
import { parseSearch, readView, stringifySearch } from '../view/address'
import { cache } from './cache'
import { Frame } from './Frame'
import { Live } from './Live'
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
  createRoute({ getParentRoute: () => root, path: '/live', component: Live }),
  createRoute({ getParentRoute: () => root, path: '/plan', beforeLoad: ({ search }) => askAhead(cache, search), component: lazyRouteComponent(() => import('../plan/PlanPage'), 'PlanPage') }),
  createRoute({ getParentRoute: () => root, path: '/sources', component: lazyRouteComponent(() => import('../source/SourcesPage'), 'SourcesPage') }),
  createRoute({ getParentRoute: () => root, path: '/sources/$id', component: lazyRouteComponent(() => import('../source/SourcesPage'), 'SourcesPage') }),
  createRoute({ getParentRoute: () => root, path: '/settings', component: lazyRouteComponent(() => import('../settings/SettingsPage'), 'SettingsPage') }),
  createRoute({ getParentRoute: () => root, path: '/settings/$section', component: lazyRouteComponent(() => import('../settings/SettingsPage'), 'SettingsPage') }),
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
