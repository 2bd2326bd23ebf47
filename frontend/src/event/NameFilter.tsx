import { Modal, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'

/** Asks under which name a filter is kept. */
export function NameFilter({ first, onName, onClose }: { first: string; onName: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState(first)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (name.trim()) onName(name.trim())
  }
  return (
    <Modal opened onClose={onClose} title="Save this filter">
      <form className="form" onSubmit={submit}>
        <TextInput label="Name" data-autofocus value={name} onChange={(e) => setName(e.currentTarget.value)} />
        <button type="submit" className="btn pri" disabled={!name.trim()}>
          Save
        </button>
      </form>
    </Modal>
  )
}
