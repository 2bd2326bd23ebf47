/** Reads the plan anew the moment the program says that it is another one. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import { get } from '../api/client'
import type { Status } from '../api/types'
import { follow } from '../event/stream'
import { planKey } from './ahead'

/** No event has such a place, so the socket brings what changed and nothing else. */
const nothing = 'seq<1'

/**
 * Changes come faster than a large plan is read while a million events are checked again: what comes in between is read
 * once more at the end, and no reading is broken off.
 */
function oneAtATime(run: () => Promise<unknown>): () => void {
  let busy = false
  let again = false
  return function start() {
    again = busy
    if (busy) return
    busy = true
    void run().finally(() => {
      busy = false
      if (again) start()
    })
  }
}

export function useChanges() {
  const cache = useQueryClient()
  useEffect(() => {
    const abort = new AbortController()
    let stop: (() => void) | undefined
    let cursor = 0
    let lost = false
    const refresh = oneAtATime(() => cache.invalidateQueries({ queryKey: planKey }))
    void get<Status>('/status', undefined, abort.signal).then(
      ({ head }) => {
        if (abort.signal.aborted) return
        cursor = head
        stop = follow(nothing, {
          cursor: () => cursor,
          // What changed while nobody listened was not told.
          connected: (away) => {
            if (!away && lost) refresh()
            lost = away !== null
          },
          frame: (frame) => {
            if (frame.type === 'events') cursor = Math.max(cursor, frame.last)
            if (frame.type !== 'changed') return
            // Events that are judged or muted anew have other findings.
            if (frame.topic === 'plan' || frame.topic === 'events' || frame.topic === 'mutes') refresh()
            else void cache.invalidateQueries({ queryKey: [frame.topic] })
          },
        })
      },
      () => undefined, // nobody answers: the top bar says so, and everything here is asked for again by itself
    )
    return () => {
      abort.abort()
      stop?.()
    }
  }, [cache])
}
