import { beforeEach, describe, expect, it } from 'vitest'

import type { EventRecord } from '../api/types'
import { EventLog, mostRows, type Clock } from './log'

const record = (seq: number, verdict: EventRecord['verdict'] = 'good') => ({ seq, verdict }) as EventRecord
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => record(from + i))

class HandClock implements Clock {
  time = 0
  waits: { fn: () => void; ms: number }[] = []
  now = () => this.time
  /** How long drawing takes on this machine. */
  drawing = 0
  later = (fn: () => void, ms: number) => void this.waits.push({ fn, ms })
  drawn = (fn: () => void) => {
    this.time += this.drawing
    fn()
    this.time -= this.drawing
  }
  tick() {
    const due = this.waits.splice(0)
    for (const { fn, ms } of due) {
      this.time += Math.max(0, ms)
      fn()
    }
  }
}

let clock: HandClock
let log: EventLog
const seqs = () => log.read().rows.map((r) => r.seq)

beforeEach(() => {
  clock = new HandClock()
  log = new EventLog(clock)
  log.reset([record(2), record(1)], 2, true)
})

describe('the live log', () => {
  it('draws four times a second, and less often where drawing takes long', () => {
    const between = (drawing: number) => {
      clock.drawing = drawing
      for (let i = 0; i < 2; i++) {
        log.receive([record(log.cursor + 1)], log.cursor + 1)
        clock.tick()
      }
      log.receive([record(log.cursor + 1)], log.cursor + 1)
      const { ms } = clock.waits[0]
      clock.tick()
      return ms
    }
    expect(between(20)).toBe(250)
    expect(between(134)).toBe(1200)
    expect(between(5000)).toBe(2000)
    expect(between(20)).toBe(250)
  })

  it('puts many arrivals on screen with one change', () => {
    let changes = 0
    log.subscribe(() => changes++)
    for (let i = 3; i < 103; i++) log.receive([record(i)], i)
    expect(changes).toBe(0)
    clock.tick()
    expect(changes).toBe(1)
    expect(seqs().slice(0, 2)).toEqual([102, 101])
  })

  it('flushes at most four times a second', () => {
    log.receive([record(3)], 3)
    clock.tick()
    log.receive([record(4)], 4)
    expect(clock.waits[0].ms).toBe(250)
  })

  it('holds still while held, counts, and lets in when asked', () => {
    log.hold(true)
    log.receive([record(3), record(4, 'violation')], 4)
    clock.tick()
    expect(seqs()).toEqual([2, 1])
    expect(log.read()).toMatchObject({ waiting: 2, waitingBad: 1 })
    expect(log.release()).toBe(true)
    expect(seqs()).toEqual([4, 3, 2, 1])
    expect(log.read().waiting).toBe(0)
  })

  it('keeps holding after a jump to the new ones', () => {
    log.hold(true)
    log.receive([record(3)], 3)
    clock.tick()
    log.release()
    log.receive([record(4)], 4)
    clock.tick()
    expect(seqs()).toEqual([3, 2, 1])
    expect(log.read().waiting).toBe(1)
  })

  it('leaves out what a reconnect repeats', () => {
    log.receive([record(2), record(3)], 3)
    log.receive([record(3)], 3)
    clock.tick()
    expect(seqs()).toEqual([3, 2, 1])
    expect(log.cursor).toBe(3)
  })

  it('moves its cursor over events the filter leaves out', () => {
    log.receive([], 40)
    expect(log.cursor).toBe(40)
  })

  it('never keeps more rows than it may', () => {
    log.receive(range(3, mostRows + 100), mostRows + 100)
    clock.tick()
    expect(log.read().rows).toHaveLength(mostRows)
    expect(log.read().complete).toBe(false)
    expect(seqs()[0]).toBe(mostRows + 100)
  })

  it('counts on when more wait than it keeps, and then asks for a new read', () => {
    log.hold(true)
    log.receive(range(3, mostRows + 10), mostRows + 10)
    clock.tick()
    expect(seqs()).toEqual([2, 1])
    expect(log.read().waiting).toBe(mostRows + 8)
    expect(log.release()).toBe(false)
    expect(seqs()).toEqual([2, 1])
  })

  it('adds older rows below and lets the newest go when full', () => {
    log.reset(range(1001, 1000 + mostRows).reverse(), 1000 + mostRows, false)
    log.older(range(991, 1000).reverse(), false)
    expect(log.read().rows).toHaveLength(mostRows)
    expect(seqs().at(-1)).toBe(991)
    expect(log.read().detached).toBe(true)
  })
})
