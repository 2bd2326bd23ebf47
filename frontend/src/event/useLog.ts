/** Ties the log to the query of the address: read, follow, read again. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'

import { statusKey } from '../status/queries'
import { EventLog } from './log'
import { olderPage, openingPage } from './queries'
import { follow } from './stream'

export type Phase = { is: 'loading' } | { is: 'ready' } | { is: 'failed'; error: unknown }

export function useLog(q: string) {
  const [log] = useState(() => new EventLog())
  const cache = useQueryClient()
  const [phase, setPhase] = useState<Phase>({ is: 'loading' })
  const [away, setAway] = useState<Date | null>(null)
  const [round, setRound] = useState(0)
  const snapshot = useSyncExternalStore(log.subscribe, log.read)

  useEffect(() => {
    const abort = new AbortController()
    let stop: (() => void) | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      try {
        const page = await openingPage(q, abort.signal)
        if (abort.signal.aborted) return
        log.reset(page.rows, page.cursor, page.complete)
        setPhase({ is: 'ready' })
        stop = follow(q, {
          cursor: () => log.cursor,
          connected: setAway,
          frame: (frame) => {
            if (frame.type === 'events') log.receive(frame.records ?? [], frame.last)
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
    if (!oldest || log.read().complete) return
    const page = await olderPage(q, oldest.seq)
    if (log.read().rows.at(-1) === oldest) log.older(page.rows, page.complete)
  }, [q, log])

  return { log, snapshot, phase, away, reload, more }
}
