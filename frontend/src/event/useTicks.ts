import { useCallback, useState } from 'react'

import type { EventLog } from './log'

/** Rows that were ticked, to do something with all of them. */
export function useTicks(log: EventLog) {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set())
  const [last, setLast] = useState<number>()

  const tick = useCallback((seq: number) => {
    setLast(seq)
    setTicked((before) => {
      const next = new Set(before)
      if (!next.delete(seq)) next.add(seq)
      return next
    })
  }, [])

  /** Ticks everything from the row ticked last up to this one. */
  const tickTo = useCallback(
    (seq: number) => {
      const all = log.read().rows.map((r) => r.seq)
      const from = all.indexOf(last ?? seq)
      const to = all.indexOf(seq)
      if (from < 0 || to < 0) return
      setLast(seq)
      setTicked((before) => new Set([...before, ...all.slice(Math.min(from, to), Math.max(from, to) + 1)]))
    },
    [log, last],
  )

  const clear = useCallback(() => setTicked(new Set()), [])
  return { ticked, tick, tickTo, clear }
}
