/**
 * What you look at lives in the address: filters, the open event, the tab.
 * An address opens the same view in the window, in a browser and from a link.
 */
import type { Label } from '../api/types'

export const tabs = ['pretty', 'raw', 'checks', 'delivery', 'wire'] as const
export type Tab = (typeof tabs)[number]
export const planTabs = ['violations', 'properties', 'file', 'enforcement'] as const
export type PlanTab = (typeof planTabs)[number]
export const listed = ['all', 'unseen', 'unplanned'] as const
export type Listed = (typeof listed)[number]
export const groupings = ['event', 'rule', 'source'] as const
export type Grouping = (typeof groupings)[number]
export const stretches = ['today', '7d', '30d'] as const
export type Stretch = (typeof stretches)[number]
export const spans = ['30m', '3h', '24h', '168h'] as const
export type Span = (typeof spans)[number]

export interface View {
  label?: Label
  source?: string
  q?: string
  /** Terms that are switched off but not forgotten. */
  off?: string
  sel?: number
  tab?: Tab | PlanTab
  span?: Span
  lib?: string
  /** The event of the plan that is looked at, as call:name. */
  event?: string
  /** The finding that is opened. */
  open?: string
  show?: Listed
  find?: string
  by?: Grouping
  since?: Stretch
  /** The destination that an event is shown on its way to. */
  to?: string
}

/** The tab of a screen, when the address names one that it has. */
export const tabOf = <T extends string>(all: readonly T[], tab: string | undefined): T => all.find((t) => t === tab) ?? all[0]

const one = <T extends string>(all: readonly T[], value: unknown): T | undefined =>
  all.find((v) => v === value)
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** Keeps what is understood and leaves the rest out, so an old link still opens. */
export function readView(raw: Record<string, unknown>): View {
  const sel = Number(raw.sel)
  const view: View = {
    label: one(['dev', 'staging', 'prod'] as const, raw.label),
    source: text(raw.source),
    q: text(raw.q),
    off: text(raw.off),
    sel: Number.isSafeInteger(sel) && sel > 0 ? sel : undefined,
    tab: one([...tabs, ...planTabs], raw.tab),
    span: one(spans, raw.span),
    lib: text(raw.lib),
    event: text(raw.event),
    open: text(raw.open),
    show: one(listed, raw.show),
    find: text(raw.find),
    by: one(groupings, raw.by),
    since: one(stretches, raw.since),
    to: text(raw.to),
  }
  for (const key of Object.keys(view) as (keyof View)[]) {
    if (view[key] === undefined) delete view[key]
  }
  return view
}

/** Plain names and values; the router would otherwise quote text as JSON. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const all = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') all.set(key, String(value))
  }
  const out = all.toString()
  return out ? '?' + out : ''
}
