/** How fast events arrive, from counts that are read every two seconds. */

export interface Sample {
  at: number
  received: number
}

/** Long enough that a batch a second is a steady figure. */
const stretch = 6000

/** Adds a count to those of the last seconds. A smaller one is another collector's, and begins anew. */
export function sampled(last: readonly Sample[], next: Sample): Sample[] {
  const before = last.at(-1)
  if (before && next.received < before.received) return [next]
  if (before && next.at <= before.at) return [...last]
  return [...last.filter((s) => next.at - s.at <= stretch), next]
}

/** Whole events in a second; nothing while there is less than one. */
export function rateWords(samples: readonly Sample[]): string | undefined {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at === first.at) return undefined
  const rate = Math.round(((last.received - first.received) * 1000) / (last.at - first.at))
  return rate > 0 ? `${rate.toLocaleString('en-US')}/s` : undefined
}
