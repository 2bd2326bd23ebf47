/** Where the event went, and what would be left of it on the way. */
import { IconBan, IconCheck } from '@tabler/icons-react'
import { useMemo } from 'react'

import type { EnforcementPreview, EventRecord } from '../api/types'
import { inForce, reasonWords } from '../plan/enforcement'
import { Place } from '../plan/Place'
import { useSettings } from '../plan/queries'
import { Diff } from '../ui/Diff'
import { icon } from '../ui/marks'
import { Failure } from '../ui/Note'
import { Names } from '../ui/Said'
import { Seg } from '../ui/Seg'
import { useView } from '../view/useView'
import { messageDiff } from './fix'
import { usePreview } from './queries'

export function Delivery({ record, readable }: { record: EventRecord; readable: boolean }) {
  return (
    <div className="pad16 delivery">
      <p className="t2">
        <b className="m">Not sent anywhere.</b> This Sidetrack has no destinations, so the event stays on this machine.
      </p>
      {readable && <Forwarded record={record} />}
    </div>
  )
}

function Forwarded({ record }: { record: EventRecord }) {
  const [view, change] = useView()
  const settings = useSettings()
  const own = settings.data?.items.find((s) => s.source.id === record.source.id)
  const active = own !== undefined && inForce(own)
  const destinations = [...new Set(own?.transformations.map((t) => t.destination).filter(Boolean))]
  const to = destinations.find((d) => d === view.to)
  const preview = usePreview(record.seq, to, active)
  const error = settings.error ?? preview.error
  return (
    <section aria-label="What would be forwarded">
      <h3>What would be forwarded</h3>
      {destinations.length > 0 && (
        <Seg
          small
          label="On the way to"
          value={to ?? ''}
          options={[{ value: '', label: 'Every destination' }, ...destinations.map((d) => ({ value: d, label: d }))]}
          onChange={(d) => change({ to: d || undefined }, { replace: true })}
        />
      )}
      {error ? (
        <Failure error={error} what="It cannot be said what would be forwarded." />
      ) : settings.data && !active ? (
        <p className="t2">All of it, as it was sent: no enforcement is in force for {record.source.name}.</p>
      ) : preview.data ? (
        <Preview of={preview.data} />
      ) : (
        <div className="skeletons" aria-label="Loading">
          <i style={{ width: '55%' }} />
        </div>
      )}
    </section>
  )
}

function Preview({ of }: { of: EnforcementPreview }) {
  const lines = useMemo(() => (of.blocked || of.before === of.after ? [] : messageDiff(of.before, of.after)), [of])
  const same = !of.blocked && lines.length === 0
  return (
    <>
      <p>
        {of.blocked ? (
          <span className="v bad">
            <IconBan {...icon} />
            Blocked: {of.reason && reasonWords[of.reason]}
          </span>
        ) : (
          <span className="v ok">
            <IconCheck {...icon} />
            {same ? 'All of it, as it was sent' : 'Allowed, with changes'}
          </span>
        )}
      </p>
      {lines.length > 0 && (
        <div className="diff">
          <div className="hd2">As stored, and as it would be forwarded</div>
          <Diff lines={lines} lang="json" label="The message before and after" />
        </div>
      )}
      {rulesOf(of.steps).map(({ rule, at, steps }, i) => (
        <div className="diff" key={i}>
          <div className="hd2">
            <span className="mono clip grow">{rule}</span>
            {at.line > 0 && <Place at={at} />}
          </div>
          <ol className="enf-words">
            {steps.map((s, j) => (
              <li key={j} title={s.path}>
                <Names of={s.words} />
              </li>
            ))}
          </ol>
        </div>
      ))}
      <p className="sm t3">Only what is forwarded is changed. What is stored stays as it was sent.</p>
    </>
  )
}

type Step = EnforcementPreview['steps'][number]

/** Steps in their order, those of one rule in a row together. */
function rulesOf(steps: readonly Step[]) {
  const out: { rule: string; at: Step['at']; steps: Step[] }[] = []
  for (const s of steps) {
    const last = out.at(-1)
    if (last && last.rule === s.rule && last.at.line === s.at.line && last.at.file === s.at.file) last.steps.push(s)
    else out.push({ rule: s.rule, at: s.at, steps: [s] })
  }
  return out
}
