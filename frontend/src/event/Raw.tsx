import { useMemo, useState } from 'react'

import { Code } from '../ui/Code'
import { CopyButton } from '../ui/copy'
import { Failure } from '../ui/Note'
import { Seg } from '../ui/Seg'
import { print, textOf } from './lossless'
import { useRaw, type Detail } from './queries'

export function Raw({ detail }: { detail: Detail }) {
  const { record, message } = detail
  const [wanted, setWanted] = useState<'message' | 'request'>('message')
  const shown = message ? wanted : 'request'
  const raw = useRaw(record.seq, shown === 'request')
  const lines = useMemo(() => (message ? print(message) : []), [message])
  const bytes = raw.data ?? ''
  return (
    <>
      <div className="row raw-head">
        {message && (
          <Seg
            small
            label="What to show"
            value={shown}
            onChange={setWanted}
            options={[
              { value: 'message', label: 'Message' },
              { value: 'request', label: 'Request body' },
            ]}
          />
        )}
        <span className="grow" />
        <CopyButton text={shown === 'message' ? textOf(lines) : bytes} label="Copy what is shown" />
      </div>
      {shown === 'message' ? (
        <>
          {(record.added ?? []).length > 0 && (
            <p className="sm t2 raw-note">
              Not sent with this message, added from its batch or by Sidetrack:{' '}
              <span className="mono">{record.added!.join(' ')}</span>
            </p>
          )}
          <Code lines={lines} folding label="The message" />
        </>
      ) : raw.error ? (
        <div className="pad16">
          <Failure error={raw.error} what="The bytes cannot be shown." />
        </div>
      ) : (
        <pre className="bytes" tabIndex={0}>
          {bytes}
        </pre>
      )}
    </>
  )
}
