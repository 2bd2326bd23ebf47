/** What is asked before a source is added, renamed, given another key, or connected. */
import { TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'

import type { Label as LabelName, Source } from '../api/types'
import { useStatus } from '../status/queries'
import { Code, colour } from '../ui/Code'
import { CopyButton } from '../ui/copy'
import { Failure } from '../ui/Note'
import { Seg } from '../ui/Seg'
import { useAddSource, useRotateKey, useUpdateSource } from './queries'
import { SnippetCard } from './SnippetCard'
import { curlCheck, findLibrary, libraries } from './snippets'

const labelOptions = [
  { value: 'dev', label: 'Dev', className: 'eq dev' },
  { value: 'staging', label: 'Staging', className: 'eq stg' },
  { value: 'prod', label: 'Prod', className: 'eq prod' },
] satisfies { value: LabelName; label: string; className: string }[]

export function AddForm({ onDone }: { onDone: () => void }) {
  const add = useAddSource()
  const [name, setName] = useState('')
  const [label, setLabel] = useState<LabelName>('dev')
  const submit = (e: FormEvent) => {
    e.preventDefault()
    add.mutate({ name: name.trim(), label }, { onSuccess: onDone })
  }
  return (
    <form className="form" onSubmit={submit}>
      <TextInput label="Name" placeholder="Web shop" data-autofocus value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <div>
        <span className="label">Label</span>
        <Seg label="Label" value={label} onChange={setLabel} options={labelOptions} />
      </div>
      {add.error && <Failure error={add.error} what="Not added." />}
      <button type="submit" className="btn pri" disabled={!name.trim() || add.isPending}>
        Add source
      </button>
    </form>
  )
}

export function RenameForm({ source, onDone }: { source: Source; onDone: () => void }) {
  const update = useUpdateSource()
  const [name, setName] = useState(source.name)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    update.mutate({ id: source.id, name: name.trim() }, { onSuccess: onDone })
  }
  return (
    <form className="form" onSubmit={submit}>
      <TextInput label="Name" data-autofocus value={name} onChange={(e) => setName(e.currentTarget.value)} />
      {update.error && <Failure error={update.error} what="Not renamed." />}
      <button type="submit" className="btn pri" disabled={!name.trim() || update.isPending}>
        Rename
      </button>
    </form>
  )
}

export function Rotate({ source, onDone }: { source: Source; onDone: () => void }) {
  const rotate = useRotateKey()
  return (
    <div className="form">
      <p>
        <b>{source.name}</b> gets a new key. Apps that still send with the old one are kept apart as a source nobody has claimed.
      </p>
      {rotate.error && <Failure error={rotate.error} what="The key stays." />}
      {rotate.data ? (
        <div className="row">
          <span className="mono wrap">{(rotate.data as Source).writeKey}</span>
          <CopyButton text={(rotate.data as Source).writeKey} label="Copy new key" />
          <button type="button" className="btn s" onClick={onDone}>
            Done
          </button>
        </div>
      ) : (
        <button type="button" className="btn pri" disabled={rotate.isPending} onClick={() => rotate.mutate(source.id)}>
          Make a new key
        </button>
      )}
    </div>
  )
}

export function Connect({ source }: { source: Source }) {
  const status = useStatus()
  const [id, setId] = useState(libraries[0].id)
  const place = { baseUrl: status.data?.url ?? window.location.origin, writeKey: source.writeKey }
  const library = findLibrary(id)
  return (
    <div className="form">
      <label className="row">
        <span className="label">Library</span>
        <select className="field s" value={id} onChange={(e) => setId(e.target.value)}>
          {libraries.map((l) => (
            <option key={l.id} value={l.id}>
              {l.name}
            </option>
          ))}
        </select>
      </label>
      <SnippetCard library={library} source={source} place={place} />
      {library.id !== 'curl' && (
        <div className="cblk">
          <div className="cbody">
            <Code lines={colour(curlCheck(place), 'sh')} label="Command" />
          </div>
        </div>
      )}
    </div>
  )
}
