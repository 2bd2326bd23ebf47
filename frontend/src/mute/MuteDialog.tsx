import { Modal, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'

import type { EventRecord, Finding } from '../api/types'
import { Failure } from '../ui/Note'
import { isText, usePreference } from '../ui/preferences'
import { useMute } from './queries'

interface Props {
  finding: Finding
  record: EventRecord
  onClose: () => void
}

/** Sets a kind of finding aside, as narrow as wanted, with the reason and the name of who did. */
export function MuteDialog({ finding: f, record, onClose }: Props) {
  const mute = useMute()
  const [by, setBy] = usePreference('name', '', isText)
  const [name, setName] = useState(by)
  const [reason, setReason] = useState('')
  const [only, setOnly] = useState({ event: Boolean(record.name), path: Boolean(f.path), source: false })
  const submit = (e: FormEvent) => {
    e.preventDefault()
    setBy(name.trim())
    const body = {
      code: f.code,
      reason: reason.trim(),
      by: name.trim(),
      ...(only.event && record.name ? { event: record.name } : {}),
      ...(only.path && f.path ? { path: f.path } : {}),
      ...(only.source ? { sourceId: record.source.id } : {}),
    }
    mute.mutate(body, { onSuccess: onClose })
  }
  const box = (key: keyof typeof only, words: string, value: string) =>
    value && (
      <label className="row">
        <input type="checkbox" checked={only[key]} onChange={(e) => setOnly({ ...only, [key]: e.currentTarget.checked })} />
        {words} <span className="mono clip">{value}</span>
      </label>
    )
  return (
    <Modal opened onClose={onClose} title="Mute a finding" transitionProps={{ duration: 0 }}>
      <form className="form" onSubmit={submit}>
        <p>
          <span className="mono">{f.code}</span> stays visible, and no longer decides the verdict.
        </p>
        <fieldset className="plain">
          <legend className="label">Where</legend>
          {box('event', 'Only for', record.name)}
          {box('path', 'Only at', f.path)}
          {box('source', 'Only from', record.source.name)}
        </fieldset>
        <TextInput label="Why" data-autofocus value={reason} onChange={(e) => setReason(e.currentTarget.value)} placeholder="Fixed with the next release" />
        <TextInput label="Your name" value={name} onChange={(e) => setName(e.currentTarget.value)} />
        {mute.error && <Failure error={mute.error} what="Not muted." />}
        <button type="submit" className="btn pri" disabled={!reason.trim() || !name.trim() || mute.isPending}>
          Mute
        </button>
      </form>
    </Modal>
  )
}
