/** Reads the plan anew the moment the program says that it is another one. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import { get } from '../api/client'
import type { Status } from '../api/types'
import { follow } from '../event/stream'

/** No event has such a place, so the socket brings what changed and nothing else. */
const nothing = 'seq<1'

export function useChanges() {
  const cache = useQueryClient()
  useEffect(() => {
    const abort = new AbortController()
    let stop: (() => void) | undefined
    let cursor = 0
    let lost = false
    void get<Status>('/status', undefined, abort.signal).then(
      ({ head }) => {
        if (abort.signal.aborted) return
        cursor = head
        stop = follow(nothing, {
          cursor: () => cursor,
          // What changed while nobody listened was not told.
          connected: (away) => {
            if (!away && lost) void cache.invalidateQueries({ queryKey: ['plan'] })
            lost = away !== null
          },
          frame: (frame) => {
            if (frame.type === 'events') cursor = Math.max(cursor, frame.last)
            if (frame.type === 'changed') void cache.invalidateQueries({ queryKey: [frame.topic] })
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
