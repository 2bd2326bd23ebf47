/**
 * The live list. Arrivals are queued and put on screen together, at most four
 * times a second; while the list is held they wait above it. Rows on screen
 * never move by themselves. An external store, so nothing renders per event.
 */
import type { EventRecord } from '../api/types'

export const mostRows = 5000
const shortest = 250 // ms between two flushes
const longest = 2000
/** Drawing arrivals takes at most one part in so many of the time, whatever arrives and however slow the machine is. */
const share = 12
/** Two frames pass before what was drawn is known to be on screen. */
const twoFrames = 34

export interface Snapshot {
  /** Newest first. */
  rows: readonly EventRecord[]
  /** How many arrived since the list was held. */
  waiting: number
  /** Of those, how many carry a violation or would be dropped. */
  waitingBad: number
  /** False while older events may exist on the server. */
  complete: boolean
  /** True when newer rows were let go, so going to the top means reading again. */
  detached: boolean
}

export interface Clock {
  now(): number
  /** Calls back with the next frame at the earliest, after ms at the earliest. */
  later(fn: () => void, ms: number): void
  /** Calls back once what was just changed is on screen; never while nobody looks. */
  drawn(fn: () => void): void
}

const browserClock: Clock = {
  now: () => performance.now(),
  later: (fn, ms) => {
    const frame = () => (document.hidden ? fn() : requestAnimationFrame(fn))
    if (ms <= 0) frame()
    else setTimeout(frame, ms)
  },
  drawn: (fn) => {
    if (!document.hidden) requestAnimationFrame(() => requestAnimationFrame(fn))
  },
}

const empty: Snapshot = { rows: [], waiting: 0, waitingBad: 0, complete: false, detached: false }
const bad = (r: EventRecord) => r.verdict === 'violation' || r.verdict === 'would_drop'

export class EventLog {
  /** The newest Seq received, shown or waiting: where the stream goes on. */
  cursor = 0
  private snapshot = empty
  private queue: EventRecord[] = []
  private held: EventRecord[] = []
  private holding = false
  private planned = false
  private flushedAt = -Infinity
  private pause = shortest
  private readonly listeners = new Set<() => void>()

  constructor(private readonly clock: Clock = browserClock) {}

  subscribe = (fn: () => void) => {
    this.listeners.add(fn)
    return () => void this.listeners.delete(fn)
  }

  read = () => this.snapshot

  /** Starts over with what a read of the log gave, newest first. */
  reset(rows: EventRecord[], cursor: number, complete: boolean) {
    this.queue = []
    this.held = []
    this.cursor = Math.max(cursor, rows[0]?.seq ?? 0)
    this.set({ ...empty, rows: rows.slice(0, mostRows), complete })
  }

  /** Takes what the stream gave, oldest first. */
  receive(records: EventRecord[], last: number) {
    for (const r of records) {
      if (r.seq <= this.cursor) continue // a repeat after reconnecting
      this.cursor = r.seq
      this.queue.push(r)
    }
    this.cursor = Math.max(this.cursor, last)
    if (this.queue.length) this.plan()
  }

  /** Adds older rows at the end; the newest go when there is no room. */
  older(rows: EventRecord[], complete: boolean) {
    const oldest = this.snapshot.rows.at(-1)?.seq ?? Infinity
    const all = [...this.snapshot.rows, ...rows.filter((r) => r.seq < oldest)]
    const over = all.length - mostRows
    this.set({
      ...this.snapshot,
      rows: over > 0 ? all.slice(over) : all,
      complete,
      detached: this.snapshot.detached || over > 0,
    })
  }

  hold(on: boolean) {
    if (this.holding === on) return
    this.holding = on
    if (!on && !this.snapshot.detached) this.release()
  }

  /** Lets the waiting rows in. False: too many to keep, read the log again. */
  release(): boolean {
    this.take()
    if (this.snapshot.detached) return false
    const rows = [...this.held].reverse().concat(this.snapshot.rows).slice(0, mostRows)
    const cut = this.held.length + this.snapshot.rows.length > mostRows
    this.held = []
    this.set({ ...this.snapshot, rows, waiting: 0, waitingBad: 0, complete: this.snapshot.complete && !cut })
    return true
  }

  /** Takes deleted rows out, or replaces one whose verdict changed in place. */
  change(fn: (row: EventRecord) => EventRecord | null) {
    const rows = this.snapshot.rows.map(fn).filter((r): r is EventRecord => r !== null)
    this.set({ ...this.snapshot, rows })
  }

  private plan() {
    if (this.planned) return
    this.planned = true
    this.clock.later(() => {
      this.planned = false
      this.flush()
    }, this.flushedAt + this.pause - this.clock.now())
  }

  private take() {
    this.held.push(...this.queue)
    this.queue = []
  }

  private flush() {
    const began = this.clock.now()
    this.flushedAt = began
    this.clock.drawn(() => {
      const took = Math.max(0, this.clock.now() - began - twoFrames)
      this.pause = Math.min(longest, Math.max(shortest, share * took))
    })
    const fresh = this.queue
    if (fresh.length === 0) return
    if (!this.holding && !this.snapshot.detached) {
      this.release()
      return
    }
    this.take()
    // More wait than fit: keep counting, and read them from the log when asked.
    const over = this.held.length > mostRows
    if (over) this.held = []
    this.set({
      ...this.snapshot,
      waiting: this.snapshot.waiting + fresh.length,
      waitingBad: this.snapshot.waitingBad + fresh.filter(bad).length,
      detached: this.snapshot.detached || over,
    })
  }

  private set(next: Snapshot) {
    this.snapshot = next
    for (const fn of this.listeners) fn()
  }
}
