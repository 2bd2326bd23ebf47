// Made by sidetrack plan generate from the tracking plan "Shop". Do not edit.
import type { Analytics } from '@segment/analytics-node'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Who, when and whatever else belongs to a call beside what the plan says. */
export type Message<Call extends 'identify' | 'group' | 'track' | 'page' | 'screen'> =
  Without<Parameters<Analytics[Call]>[0], 'event' | 'properties' | 'traits' | 'name'>

/** Called when the library has sent the call, or given up. */
export type Callback = Parameters<Analytics['track']>[1]

export type IdentifyTraits = {
  email: string
  age?: number
}

/** Sends an identify call. */
export function identify(analytics: Pick<Analytics, 'identify'>, message: Message<'identify'>, traits: IdentifyTraits, callback?: Callback): void {
  analytics.identify({ ...message, traits: traits as Record<string, any> }, callback)
}

export type GroupTraits = {
  name?: string
}

/** Sends a group call. */
export function group(analytics: Pick<Analytics, 'group'>, message: Message<'group'>, traits: GroupTraits = {}, callback?: Callback): void {
  analytics.group({ ...message, traits: traits as Record<string, any> }, callback)
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
export function orderCompleted(analytics: Pick<Analytics, 'track'>, message: Message<'track'>, properties: OrderCompleted, callback?: Callback): void {
  analytics.track({ ...message, event: "Order Completed", properties: properties as Record<string, any>, context: { ...message.context, protocols: { event_version: 2 } } }, callback)
}

/** The old spelling. */
export type OrderCompleted2 = {
  order_id?: string
}

/**
 * The old spelling.
 * @deprecated The plan says so.
 */
export function orderCompleted2(analytics: Pick<Analytics, 'track'>, message: Message<'track'>, properties: OrderCompleted2 = {}, callback?: Callback): void {
  analytics.track({ ...message, event: "order completed", properties: properties as Record<string, any> }, callback)
}

/** Sends "Delete". */
export function deleteEvent(analytics: Pick<Analytics, 'track'>, message: Message<'track'>, callback?: Callback): void {
  analytics.track({ ...message, event: "Delete", properties: {} }, callback)
}

export type Event42Reached = {
  orderId?: string
  order_id?: string
}

/** Sends "42 Reached". */
export function event42Reached(analytics: Pick<Analytics, 'track'>, message: Message<'track'>, properties: Event42Reached = {}, callback?: Callback): void {
  analytics.track({ ...message, event: "42 Reached", properties: properties as Record<string, any> }, callback)
}

export type 注文完了 = {
  "注文"?: string
}

/** Sends "注文完了". */
export function 注文完了(analytics: Pick<Analytics, 'track'>, message: Message<'track'>, properties: 注文完了 = {}, callback?: Callback): void {
  analytics.track({ ...message, event: "注文完了", properties: properties as Record<string, any> }, callback)
}

export type PageProperties = {
  section: string
}

/** Sends a page call. */
export function page(analytics: Pick<Analytics, 'page'>, message: Message<'page'>, name: string, properties: PageProperties, callback?: Callback): void {
  analytics.page({ ...message, name, properties: properties as Record<string, any> }, callback)
}

export type HomePage = {
  path?: string
}

/** Sends "Home". */
export function homePage(analytics: Pick<Analytics, 'page'>, message: Message<'page'>, properties: HomePage = {}, callback?: Callback): void {
  analytics.page({ ...message, name: "Home", properties: properties as Record<string, any> }, callback)
}

export type StartScreen = {
  tab: string
}

/** Sends "Start". */
export function startScreen(analytics: Pick<Analytics, 'screen'>, message: Message<'screen'>, properties: StartScreen, callback?: Callback): void {
  analytics.screen({ ...message, name: "Start", properties: properties as Record<string, any> }, callback)
}
