import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { get, json, request } from '../api/client'
import type { Coverage, Draft, Drafted, DraftList, EnforcementView, PlanEdit, PlanEdited, PlanSuggestions, PlanView, SchemaSeen, Violation, ViolationList } from '../api/types'
import { useStatus } from '../status/queries'
import { coverageQuery, planKey, planQuery, scopeOf, type Scope } from './ahead'
import { chosen } from './words'

export { planKey, scopeOf, type Scope }

/**
 * How often counts are asked for while events arrive. Those of a large plan come less often; when nothing arrived since,
 * only what the stream does not tell of is looked for.
 */
const pace = (coverage: Coverage | undefined, head: number | undefined) => {
  const large = (coverage?.plans.reduce((n, p) => n + p.items.length, 0) ?? 0) > 200
  if (coverage && head !== undefined && coverage.through >= head) return 30_000
  return large ? 10_000 : 3000
}

export const usePlan = () =>
  useQuery({
    ...planQuery,
    // While events are checked again the stream tells of it; this is for when it does not.
    refetchInterval: (q) => (q.state.data?.rejudging.running ? 1000 : 10_000),
  })

export function useCoverage(scope: Scope, enabled = true) {
  const head = useStatus().data?.head
  return useQuery({ ...coverageQuery(scope), enabled, refetchInterval: (q) => pace(q.state.data, head) })
}

/** The properties of one event, or of all, with what was seen of them. */
export function useProperties(scope: Scope, event: string | undefined, list: Coverage | undefined) {
  const head = useStatus().data?.head
  return useQuery({
    queryKey: [...planKey, 'properties', scope, event],
    queryFn: ({ signal }) => get<Coverage>('/plan/coverage', { ...scope, ...chosen(event) }, signal),
    refetchInterval: pace(list, head),
  })
}

/** The rules of one event, or all, as the plan that was read at `since` has them. */
export const useRules = (event: string | undefined, since: string | undefined) =>
  useQuery({
    queryKey: [...planKey, 'rules', event, since],
    queryFn: ({ signal }) => get<PlanView>('/plan', chosen(event), signal),
  })

/** How many of the newest events the counts of enforcement are over. */
const newest = 1000

const enforcement = (last: number, refetchInterval: number) => ({
  queryKey: [...planKey, 'enforcement', last],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<EnforcementView>('/plan/enforcement', { last }, signal),
  refetchInterval,
})

/** What is in force for each source, and what it would have done. */
export const useEnforcement = () => useQuery(enforcement(newest, 5000))

/** The same without counts. */
export const useSettings = () => useQuery(enforcement(0, 30_000))

/** More than this many kinds of violation nobody reads down to. */
const mostViolations = 1000

export function useViolations(scope: Scope, coverage: Coverage | undefined) {
  const head = useStatus().data?.head
  return useQuery({
    queryKey: [...planKey, 'violations', scope],
    queryFn: ({ signal }) => get<ViolationList>('/violations', { ...scope, limit: mostViolations }, signal),
    refetchInterval: pace(coverage, head),
  })
}

/** The changes of the plan that would accept what was sent. */
export const useSuggestions = (v: Violation) =>
  useQuery({
    queryKey: [...planKey, 'suggestions', v.code, v.call, v.event, v.path, v.version],
    queryFn: ({ signal }) =>
      get<PlanSuggestions>('/plan/suggestions', { code: v.code, call: v.call, event: v.event, path: v.path, version: v.version, source: v.sources[0]?.id }, signal),
    placeholderData: undefined,
  })

const postEdits = (edits: readonly PlanEdit[], plan: string, more: { dryRun: boolean; expect?: string }) =>
  json<PlanEdited>('POST', '/plan/edits', { body: { edits, plan, ...more } })

/** What edits would change, without changing it. */
export const useDryRun = (edits: readonly PlanEdit[], plan: string) =>
  useQuery({
    queryKey: [...planKey, 'dry run', plan, edits],
    queryFn: () => postEdits(edits, plan, { dryRun: true }),
    placeholderData: undefined,
  })

function useChange<V, R>(fn: (value: V) => Promise<R>) {
  const cache = useQueryClient()
  return useMutation({ mutationFn: fn, onSettled: () => cache.invalidateQueries({ queryKey: planKey }) })
}

/** Writes what was looked at; a file that changed meanwhile is refused. */
export const useWriteEdits = () =>
  useChange(({ edits, plan, expect }: { edits: readonly PlanEdit[]; plan: string; expect: string }) => postEdits(edits, plan, { dryRun: false, expect }))

export const useDrafts = () =>
  useQuery({
    queryKey: ['plan drafts'],
    queryFn: ({ signal }) => get<DraftList>('/plan/drafts', undefined, signal),
    staleTime: Infinity,
  })

export const useDraft = (body: Draft | undefined) =>
  useQuery({
    queryKey: ['plan draft', body],
    queryFn: () => json<Drafted>('POST', '/plan/draft', { body }),
    enabled: body !== undefined,
    placeholderData: undefined,
  })

export const useWriteDraft = () => useChange((body: Draft) => json<Drafted>('POST', '/plan/draft', { body }))

/** What was sent, for when there is no plan to lay it beside. */
export const useSchema = (scope: Scope, enabled: boolean) =>
  useQuery({
    queryKey: ['schema', scope],
    queryFn: ({ signal }) => get<SchemaSeen>('/schema', scope, signal),
    refetchInterval: 3000,
    enabled,
  })

export const schemaCsv = async (scope: Scope, call?: string, event?: string) =>
  (await request('GET', '/schema', { params: { ...scope, call, event, format: 'csv' }, accept: 'text/csv' })).blob()

export const useSetPlan = () => useChange((paths: string[]) => json<PlanView>('PUT', '/plan', { body: { paths } }))
