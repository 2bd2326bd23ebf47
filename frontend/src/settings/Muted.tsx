import type { Mute } from '../api/types'
import { useMutes, useUnmute } from '../mute/queries'
import { useSources } from '../source/queries'
import { Failure } from '../ui/Note'
import { failed } from '../ui/notify'
import { count, fullTime } from '../ui/words'
import { Section } from './parts'

/** Findings that were set aside: which, by whom, and why. */
export function Muted() {
  const mutes = useMutes()
  const items = mutes.data?.items ?? []
  return (
    <Section id="muted" title="Muted findings" aside={<span className="t3 sm">They stay visible and decide no verdict</span>}>
      {mutes.error ? (
        <Failure error={mutes.error} what="They cannot be read." />
      ) : items.length === 0 ? (
        <p className="t2 empty-line">None. Checks of an event offers to mute what you know about.</p>
      ) : (
        <ul className="mutes">
          {items.map((m) => (
            <MuteRow key={m.id} mute={m} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function MuteRow({ mute: m }: { mute: Mute }) {
  const unmute = useUnmute()
  const source = useSources().data?.items.find((s) => s.id === m.sourceId)
  const where = [m.event && `for ${m.event}`, m.path && `at ${m.path}`, m.sourceId && `from ${source?.name ?? m.sourceId}`].filter(Boolean).join(', ')
  return (
    <li className="row">
      <div className="grow">
        <span className="mono">{m.code}</span> <span className="t2">{where || 'everywhere'}</span>
        <div className="sm t2" title={fullTime(m.createdAt)}>
          {m.reason}, {m.by}
        </div>
      </div>
      <span className="t2 sm">
        {count(m.count)} {m.count === 1 ? 'finding' : 'findings'}
      </span>
      <button type="button" className="btn s" onClick={() => unmute.mutate(m.id, { onError: failed('Still muted.') })}>
        Unmute
      </button>
    </li>
  )
}
