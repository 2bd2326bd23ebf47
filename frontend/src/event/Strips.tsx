/** The lines between the chart and the stream: what is true of the list right now. */
import { IconDownload, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'

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
  return (
    <div className="row wrap-row">
      {terms(view.q ?? '').map((t) => (
        <button key={t} type="button" className="btn s" onClick={() => change({ q: without(view.q, t), off: withTerm(view.off, t) })}>
          Switch off <span className="mono">{t}</span>
          <Left q={scoped({ ...view, q: without(view.q, t) })} />
        </button>
      ))}
      {(view.label || view.source) && (
        <button type="button" className="btn s" onClick={() => change({ label: undefined, source: undefined })}>
          Show all labels and sources
          <Left q={scoped({ q: view.q })} />
        </button>
      )}
    </div>
  )
}

function Left({ q }: { q: string }) {
  const n = useQuery({ queryKey: ['events', 'left', q], queryFn: () => countEvents(q), placeholderData: undefined }).data?.count
  return n === undefined ? null : <span>to see {count(n)}</span>
}
