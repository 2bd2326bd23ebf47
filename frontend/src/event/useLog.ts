/** Ties the log to the query of the address: read, follow, read again. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'

import { statusKey } from '../status/queries'
import { EventLog } from './log'
import { olderPage, openingPage } from './queries'
import { follow } from './stream'

export type Phase = { is: 'loading' } | { is: 'ready' } | { is: 'failed'; error: unknown }

/** A stretch during which the stream was broken, open until it is back. */
interface Away {
  from: Date
  until?: number
}

/** How many of the records were received while nobody listened here. */
const arrivedWhile = (away: Away, records: { receivedAt: string }[]) =>
  records.filter((r) => {
    const at = Date.parse(r.receivedAt)
    return at >= away.from.getTime() && at <= (away.until ?? 0)
  }).length

export function useLog(q: string) {
  const [log] = useState(() => new EventLog())
  const cache = useQueryClient()
  const [phase, setPhase] = useState<Phase>({ is: 'loading' })
  const [away, setAway] = useState<Date | null>(null)
  const [round, setRound] = useState(0)
  const [missed, setMissed] = useState(0)
  /** Where to read on below the oldest row. A search may end early, so this is not always that row. */
  const next = useRef({ oldest: 0, before: 0 })
  const reading = useRef(false)
  const snapshot = useSyncExternalStore(log.subscribe, log.read)

  useEffect(() => {
    const abort = new AbortController()
    let stop: (() => void) | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone: Away | null = null
    const read = async () => {
      try {
        const page = await openingPage(q, abort.signal)
        if (abort.signal.aborted) return
        next.current = { oldest: page.rows.at(-1)?.seq ?? 0, before: page.next }
        log.reset(page.rows, page.cursor, page.next === 0)
        setPhase({ is: 'ready' })
        stop = follow(q, {
          cursor: () => log.cursor,
          connected: (since) => {
            gone = since ?? (gone && { from: gone.from, until: Date.now() })
            setAway(since?.from ?? null)
          },
          frame: (frame) => {
            if (frame.type === 'events') {
              const records = frame.records ?? []
              if (gone?.until) setMissed((n) => n + arrivedWhile(gone!, records))
              log.receive(records, frame.last)
            }
            else if (frame.type === 'status') {
              cache.setQueryData(statusKey, (last: object | undefined) => last && { ...last, ...frame })
            } else if (frame.type === 'changed') {
              void cache.invalidateQueries({ queryKey: [frame.topic] })
              if (frame.topic === 'events') setRound((n) => n + 1)
            }
          },
        })
      } catch (error) {
        if (abort.signal.aborted) return
        setPhase({ is: 'failed', error })
        timer = setTimeout(read, 2000)
      }
    }
    void read()
    return () => {
      abort.abort()
      clearTimeout(timer)
      stop?.()
    }
  }, [q, round, log, cache])

  const reload = useCallback(() => setRound((n) => n + 1), [])

  const more = useCallback(async () => {
    const oldest = log.read().rows.at(-1)
    if (!oldest || log.read().complete || reading.current) return
    reading.current = true
    try {
      const page = await olderPage(q, next.current.oldest === oldest.seq ? next.current.before : oldest.seq)
      if (log.read().rows.at(-1) !== oldest) return
      next.current = { oldest: page.rows.at(-1)?.seq ?? oldest.seq, before: page.next }
      log.older(page.rows, page.next === 0)
    } catch {
      // Scrolling on asks again; that nobody answers is said in the top bar.
    } finally {
      reading.current = false
    }
  }, [q, log])

  const seenMissed = useCallback(() => setMissed(0), [])
  return { log, snapshot, phase, away, missed, seenMissed, reload, more }
}
