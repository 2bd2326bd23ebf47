/** What the last connections say about an event that does not come. */
import type { Connection } from '../api/types'

export type Mark = 'ok' | 'warn' | 'now' | 'open'

export interface Stage {
  title: string
  mark: Mark
  text?: string
  todo?: string[]
  /** The record in the log to look at. */
  seq?: number
}

/** What arrived last and could not be read, and why. */
export interface Unread {
  seq: number
  why: string
}

const isOptions = (c: Connection) => c.kind === 'preflight'
const isSettings = (c: Connection) => c.kind === 'settings' || c.kind === 'bundle'
const isEvent = (c: Connection) => ['events', 'rejected', 'pixel'].includes(c.kind)

const who = (c: Connection) =>
  c.origin ? `A browser page at ${c.origin}` : c.userAgent ? c.userAgent.split(' ')[0] : 'A program on this machine'

const later = (a: Connection, b: Connection) => a.at.localeCompare(b.at)

export function diagnose(address: string, connections: Connection[], stored: number, time: (at: string) => string, unread?: Unread): Stage[] {
  const all = [...connections].sort(later)
  const settings = all.filter(isSettings)
  const preflights = all.filter(isOptions)
  const events = all.filter(isEvent)
  const refused = events.filter((c) => c.status >= 400)
  const last = all.at(-1)
  const stages: Stage[] = [{ title: 'Collector is listening', mark: 'ok', text: `${address}, it just answered this page.` }]

  stages.push(
    last
      ? { title: 'Something connected', mark: 'ok', text: `${who(last)}, ${time(last.at)}.` }
      : {
          title: 'Nothing connected yet',
          mark: 'now',
          text: 'Run the app with the code in the middle, then do something it tracks.',
        },
  )
  const lastSettings = settings.at(-1)
  if (lastSettings) {
    stages.push({
      title: 'Settings were fetched',
      mark: 'ok',
      text: `The library asked for its settings${lastSettings.sourceName ? ` with the key of ${lastSettings.sourceName}` : ''}.`,
    })
  }
  const lastPreflight = preflights.at(-1)
  if (lastPreflight && !events.some((e) => e.at >= lastPreflight.at)) {
    const n = preflights.length
    stages.push({
      title: 'The browser asked first, then sent nothing',
      mark: 'warn',
      text: `${n === 1 ? 'A preflight request' : `${n} preflight requests`} arrived and no event followed. The browser may be holding the page back until it may reach your local network.`,
      todo: ['Click the icon left of the page address.', 'Set Local network access to Allow.', 'Reload the page.'],
    })
  }
  const lastRefused = refused.at(-1)
  if (lastRefused && lastRefused === events.at(-1)) {
    stages.push({
      title: `A request could not be read (${lastRefused.status})`,
      mark: 'warn',
      text: `${lastRefused.method} ${lastRefused.path} at ${time(lastRefused.at)}. ${unread?.why ?? 'Its body has to be one JSON object.'}`,
      seq: unread?.seq,
    })
  }
  if (unread && stored === 0 && !(lastRefused && lastRefused === events.at(-1))) {
    stages.push({ title: 'Something arrived that could not be read', mark: 'warn', text: unread.why, seq: unread.seq })
  }
  const good = events.filter((c) => c.status < 400)
  stages.push(
    good.length
      ? {
          title: 'An event arrived',
          mark: 'ok',
          text: good.at(-1)!.sourceName ? `With the key of ${good.at(-1)!.sourceName}.` : undefined,
        }
      : { title: 'An event arrives', mark: 'open' },
  )
  stages.push(
    stored > 0
      ? { title: 'Stored, checked and on screen', mark: 'ok' }
      : { title: 'Stored, checked and on screen', mark: good.length ? 'now' : 'open' },
  )
  return stages
}
