import type { Stretch } from '../view/address'

const days: Record<Stretch, number> = { today: 1, '7d': 7, '30d': 30 }

/** Counts are of whole days in UTC, so a stretch begins with one. */
export function since(stretch: Stretch | undefined, now = Date.now()): string | undefined {
  return stretch && new Date(now - (days[stretch] - 1) * 86_400_000).toISOString().slice(0, 10)
}
