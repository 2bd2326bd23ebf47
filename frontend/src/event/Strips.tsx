/** The lines between the chart and the stream: what is true of the list right now. */
import { IconDownload, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'

import { icon } from '../ui/marks'
import { failed } from '../ui/notify'
import { clock, count } from '../ui/words'
import { useView } from '../view/useView'
import { countEvents } from './queries'
import { scoped, terms, without, withTerm } from './query'
import { deleteMatching, exportMatching } from './whole'

export function AwayStrip({ away }: { away: Date | null }) {
  if (!away) return null
  return (
    <div className="strip warn" role="status">
      The stream broke off at {clock(away, false)}, trying again. Events are kept and come when it is back.
    </div>
  )
}

const shownFor = 10_000

export function MissedStrip({ missed, onSeen }: { missed: number; onSeen: () => void }) {
  useEffect(() => {
    if (missed === 0) return
    const timer = setTimeout(onSeen, shownFor)
    return () => clearTimeout(timer)
  }, [missed, onSeen])
  if (missed === 0) return null
  return (
    <div className="strip" role="status">
      <b className="m">{count(missed)} arrived while away.</b> The stream goes on from where it was.
    </div>
  )
}

export function TickStrip({ ticked, onClear, onChanged }: { ticked: ReadonlySet<number>; onClear: () => void; onChanged: () => void }) {
  if (ticked.size === 0) return null
  const q = 'seq:' + [...ticked].sort((a, b) => a - b).join(',')
  const remove = async () => {
    await deleteMatching(q, onChanged)
    onClear()
  }
  return (
    <div className="ticks" role="status">
      <b className="m">{count(ticked.size)} ticked</b>
      <button type="button" className="btn xs" onClick={() => void exportMatching(q).catch(failed('Not exported.'))}>
        <IconDownload {...icon} />
        Export
      </button>
      <button type="button" className="btn xs" onClick={() => void remove().catch(failed('Not deleted.'))}>
        <IconTrash {...icon} />
        Delete
      </button>
      <button type="button" className="btn xs ghost" onClick={onClear}>
        Clear ticks
      </button>
    </div>
  )
}

/** What to switch off so that something matches again, and how much that is. */
export function NoMatch() {
  const [view, change] = useView()
  const all = terms(view.q ?? '')
  const scopes = Boolean(view.label || view.source)
  return (
    <div className="row wrap-row">
      {all.map((t) => (
        <WayOut key={t} q={scoped({ ...view, q: without(view.q, t) })} onTake={() => change({ q: without(view.q, t), off: withTerm(view.off, t) })}>
          Switch off <span className="mono">{t}</span>
        </WayOut>
      ))}
      {scopes && (
        <WayOut q={scoped({ q: view.q })} onTake={() => change({ label: undefined, source: undefined })}>
          Show all labels and sources
        </WayOut>
      )}
      {all.length + (scopes ? 1 : 0) > 1 && (
        <WayOut q="" onTake={() => change({ q: undefined, off: all.reduce<string | undefined>(withTerm, view.off), label: undefined, source: undefined })}>
          Switch off all
        </WayOut>
      )}
    </div>
  )
}

/** Says how much it would show, and is not offered when that is nothing. */
function WayOut({ q, onTake, children }: { q: string; onTake: () => void; children: ReactNode }) {
  const n = useQuery({ queryKey: ['events', 'left', q], queryFn: () => countEvents(q), placeholderData: undefined }).data?.count
  if (n === 0) return null
  return (
    <button type="button" className="btn s" onClick={onTake}>
      {children}
      {n !== undefined && <span>to see {count(n)}</span>}
    </button>
  )
}
