// Made by sidetrack plan generate from the tracking plan "Shop". Do not edit.
import type { AnalyticsBrowser, Options } from '@segment/analytics-next'

function withVersion(options: Options | undefined, version: number): Options {
  return { ...options, context: { ...options?.context, protocols: { event_version: version } } }
}

export type IdentifyTraits = {
  email: string
  age?: number
}

/** Sends an identify call. */
export function identify(analytics: Pick<AnalyticsBrowser, 'identify'>, userId: string | undefined, traits: IdentifyTraits, options?: Options) {
  return userId === undefined ? analytics.identify(traits as Record<string, any>, options) : analytics.identify(userId, traits as Record<string, any>, options)
}

export type GroupTraits = {
  name?: string
}

/** Sends a group call. */
export function group(analytics: Pick<AnalyticsBrowser, 'group'>, groupId: string, traits: GroupTraits = {}, options?: Options) {
  return analytics.group(groupId, traits as Record<string, any>, options)
}

/**
 * An order was paid.
 * Sent by the server, never by the page. *\/
 */
export type OrderCompleted = {
  /** The number on the receipt. */
  order_id: string
  revenue: number
  quantity: number
  currency: "EUR" | "USD" | "£"
  /** Null when there was none. */
  coupon: string | null
  gift?: boolean
  paid_at?: Date | string
  rating?: 1 | 2 | 2.5
  channel?: "web" | "app" | null
  either?: string | number
  free?: unknown
  address?: {
    city: string
    country?: "DE" | "FR"
  }
  meta: Record<string, unknown>
  products: Array<{
    sku: string
    price?: number
    tags?: Array<string | null>
  }>
  matrix?: Array<Array<number>>
  "odd key"?: string
  class?: string
  fields?: string
}

/**
 * An order was paid.
 * Sent by the server, never by the page. *\/
 */
export function orderCompleted(analytics: Pick<AnalyticsBrowser, 'track'>, properties: OrderCompleted, options?: Options) {
  return analytics.track("Order Completed", properties as Record<string, any>, withVersion(options, 2))
}

/** The old spelling. */
export type OrderCompleted2 = {
  order_id?: string
}

/**
 * The old spelling.
 * @deprecated The plan says so.
 */
export function orderCompleted2(analytics: Pick<AnalyticsBrowser, 'track'>, properties: OrderCompleted2 = {}, options?: Options) {
  return analytics.track("order completed", properties as Record<string, any>, options)
}

/** Sends "Delete". */
export function deleteEvent(analytics: Pick<AnalyticsBrowser, 'track'>, options?: Options) {
  return analytics.track("Delete", {}, options)
}

export type Event42Reached = {
  orderId?: string
  order_id?: string
}

/** Sends "42 Reached". */
export function event42Reached(analytics: Pick<AnalyticsBrowser, 'track'>, properties: Event42Reached = {}, options?: Options) {
  return analytics.track("42 Reached", properties as Record<string, any>, options)
}

export type 注文完了 = {
  "注文"?: string
}

/** Sends "注文完了". */
export function 注文完了(analytics: Pick<AnalyticsBrowser, 'track'>, properties: 注文完了 = {}, options?: Options) {
  return analytics.track("注文完了", properties as Record<string, any>, options)
}

export type PageProperties = {
  section: string
}

/** Sends a page call. */
export function page(analytics: Pick<AnalyticsBrowser, 'page'>, name: string, properties: PageProperties, options?: Options) {
  return analytics.page(name, properties as Record<string, any>, options)
}

export type HomePage = {
  path?: string
}

/** Sends "Home". */
export function homePage(analytics: Pick<AnalyticsBrowser, 'page'>, properties: HomePage = {}, options?: Options) {
  return analytics.page("Home", properties as Record<string, any>, options)
}

export type StartScreen = {
  tab: string
}

/** Sends "Start". */
export function startScreen(analytics: Pick<AnalyticsBrowser, 'screen'>, properties: StartScreen, options?: Options) {
  return analytics.screen("Start", properties as Record<string, any>, options)
}
