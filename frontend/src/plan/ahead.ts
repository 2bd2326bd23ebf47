/** The questions that the tracking plan opens with, asked before its screen is drawn. */
import { queryOptions, type QueryClient } from '@tanstack/react-query'

import { get } from '../api/client'
import type { Coverage, PlanView } from '../api/types'
import type { View } from '../view/address'
import { since } from './since'

/** Everything below is read anew when the stream says that the plan changed. */
export const planKey = ['plan'] as const

/** The scopes of the top bar and the chosen time, as the server takes them. */
export const scopeOf = (view: Pick<View, 'label' | 'source' | 'since'>) => ({
  label: view.label,
  source: view.source,
  since: since(view.since),
})
export type Scope = Partial<ReturnType<typeof scopeOf>>

/** The plan without its rules, which of a large one are megabytes. */
export const planQuery = queryOptions({
  queryKey: [...planKey, 'view'],
  queryFn: ({ signal }) => get<PlanView>('/plan', { rules: false }, signal),
})

/** The events without their properties, for the same reason. */
export const coverageQuery = (scope: Scope) =>
  queryOptions({
    queryKey: [...planKey, 'coverage', scope],
    queryFn: ({ signal }) => get<Coverage>('/plan/coverage', { ...scope, properties: false }, signal),
  })

/** Asks at the click, while the screen is still being made. What is known already is asked for by the screen. */
export function askAhead(cache: QueryClient, view: View) {
  const coverage = coverageQuery(scopeOf(view))
  if (cache.getQueryState(coverage.queryKey) === undefined) void cache.prefetchQuery(coverage)
  if (cache.getQueryState(planQuery.queryKey) === undefined) void cache.prefetchQuery(planQuery)
}
