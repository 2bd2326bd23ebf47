import { Modal } from '@mantine/core'
import { useState } from 'react'

import type { Send, Source } from '../api/types'
import { Failure } from '../ui/Note'
import { notify } from '../ui/notify'
import { parse, type Node } from './lossless'
import { sendEvent, type Detail } from './queries'
import { toResend } from './resend'

const types: Send['type'][] = ['track', 'identify', 'page', 'screen', 'group', 'alias']

interface Props {
  detail: Detail & { message: Node }
  sources: readonly Source[]
  onClose: () => void
  onSent: (seq: number) => void
}

/** The message again, changed by hand, down the same road as an SDK's. */
export function Resend({ detail, sources, onClose, onSent }: Props) {
  const { record, message } = detail
  const [text, setText] = useState(() => toResend(message))
  const [source, setSource] = useState(record.source.id)
  const [type, setType] = useState<Send['type']>(() => types.find((t) => t === record.type) ?? 'track')
  const [error, setError] = useState<unknown>()
  const [sending, setSending] = useState(false)

  const send = async () => {
    setSending(true)
    setError(undefined)
    try {
      parse(text)
      const seqs = await sendEvent(source, type, text)
      void notify({ message: 'Sent and stored' })
      onSent(seqs[0])
    } catch (e) {
      setError(e)
      setSending(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title="Edit and resend" size={760} transitionProps={{ duration: 0 }}>
      <div className="form">
        <div className="row g12">
          <label className="row g6">
            <span className="label">Send as</span>
            <select className="field s" value={source} onChange={(e) => setSource(e.target.value)}>
              {sources.map((s) => (
                <option key={s.id} value={s.id}>
                  {s.name} {s.label ? `(${s.label})` : ''}
                </option>
              ))}
            </select>
          </label>
          <label className="row g6">
            <span className="label">Call</span>
            <select className="field s" value={type} onChange={(e) => setType(e.target.value as Send['type'])}>
              {types.map((t) => (
                <option key={t}>{t}</option>
              ))}
            </select>
          </label>
        </div>
        <textarea
          className="editor mono"
          aria-label="Message"
          data-autofocus
          spellCheck={false}
          rows={18}
          value={text}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void send()
          }}
        />
        <p className="sm t2">The id, the times and the key are left out, so it counts as a new event of now.</p>
        {error !== undefined && <Failure error={error} what="Not sent." />}
        <button type="button" className="btn pri" disabled={sending} onClick={() => void send()}>
          Send
          <kbd>Ctrl</kbd>
          <kbd>Enter</kbd>
        </button>
      </div>
    </Modal>
  )
}
