import { useState, type FormEvent } from 'react'

import type { Retention, Setting, SettingList, Status } from '../api/types'
import { CopyButton } from '../ui/copy'
import { Failure } from '../ui/Note'
import { notify } from '../ui/notify'
import { bytes, count } from '../ui/words'
import { Fact, Section } from './parts'
import { useKeep } from './queries'

const gb = 1024 ** 3

export function Storage({ status: s, settings }: { status: Status; settings: SettingList | undefined }) {
  const find = (name: string) => settings?.items.find((x) => x.name === name)
  const most = settings?.retention.maxBytes ?? 0
  return (
    <Section id="storage" title="Storage">
      <dl className="facts">
        <Fact name="Folder" set={find('data')}>
          <span className="mono wrap">{s.dataDir}</span> <CopyButton bare text={s.dataDir} label="Copy folder" />
        </Fact>
        <Fact name="In use">
          {bytes(s.bytes)}, {count(s.stored - s.pruned - s.deleted)} events
          {most > 0 && (
            <span className="meter" aria-hidden>
              <i className="f-acc" style={{ width: `${Math.min(100, (s.bytes / most) * 100)}%` }} />
            </span>
          )}
        </Fact>
      </dl>
      {settings && <Keep key={JSON.stringify(settings.retention)} retention={settings.retention} find={find} />}
      <dl className="facts">
        <Fact name="Gone by age or size">{count(s.pruned)} events</Fact>
        <Fact name="Deleted by hand">{count(s.deleted)} events</Fact>
        <Fact name="Safe on disk">Written before the answer. Survives a power cut.</Fact>
      </dl>
    </Section>
  )
}

/** How long and how much is kept. What is beyond goes at once, so it is said before. */
function Keep({ retention, find }: { retention: Retention; find: (name: string) => Setting | undefined }) {
  const keep = useKeep()
  const [days, setDays] = useState(String(retention.maxAgeDays))
  const [size, setSize] = useState(String(retention.maxBytes / gb))
  const [events, setEvents] = useState(String(retention.maxEvents))
  const wanted: Retention = { maxAgeDays: Number(days), maxBytes: Math.round(Number(size) * gb), maxEvents: Number(events) }
  const changed = JSON.stringify(wanted) !== JSON.stringify(retention)
  const tighter = (['maxAgeDays', 'maxBytes', 'maxEvents'] as const).some((k) => wanted[k] > 0 && (retention[k] === 0 || wanted[k] < retention[k]))
  const submit = (e: FormEvent) => {
    e.preventDefault()
    keep.mutate(wanted, { onSuccess: () => void notify({ message: 'Kept as you said' }) })
  }
  const field = (name: string, set: Setting | undefined, value: string, change: (v: string) => void, unit: string, step = '1') => (
    <Fact name={name} set={set}>
      <label className="row g6">
        <input
          className="field s amount"
          type="number"
          min={0}
          step={step}
          aria-label={name}
          value={value}
          disabled={!set?.editable}
          onChange={(e) => change(e.currentTarget.value)}
        />
        {Number(value) > 0 ? unit : 'no limit'}
      </label>
    </Fact>
  )
  return (
    <form onSubmit={submit}>
      <dl className="facts keep">
        {field('Keep for', find('keep-for'), days, setDays, 'days')}
        {field('Keep at most', find('keep-bytes'), size, setSize, 'GB', 'any')}
        {field('Keep at most, events', find('keep'), events, setEvents, 'events')}
      </dl>
      {keep.error && <Failure error={keep.error} what="Not changed." />}
      {changed && (
        <div className="row save">
          <button type="submit" className="btn s pri" disabled={keep.isPending || Object.values(wanted).some((n) => !Number.isFinite(n) || n < 0)}>
            Keep so
          </button>
          <span className="t2 sm">{tighter ? 'The oldest events beyond this go at once, for good.' : 'Whichever bound is reached first; the oldest go first.'}</span>
        </div>
      )}
    </form>
  )
}
