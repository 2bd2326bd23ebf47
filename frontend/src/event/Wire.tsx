import type { ReactNode } from 'react'

import type { EventRecord } from '../api/types'
import { Failure } from '../ui/Note'
import { bytes, clock, count, fullTime, happened } from '../ui/words'
import { useWire } from './queries'

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const limit = 32 * 1024

export function Wire({ record }: { record: EventRecord }) {
  const { data, error } = useWire(record.seq)
  if (error) {
    return (
      <div className="pad16">
        <Failure error={error} what="The request cannot be shown." />
      </div>
    )
  }
  if (!data) return null
  const { request: q, span } = data
  const { index } = span
  return (
    <>
      <dl className="facts">
        <Fact name="Request">
          <span className="mono wrap">
            {q.method} {q.path}
            {q.query ? '?' + q.query : ''} {q.proto}
          </span>
        </Fact>
        <Fact name="From">
          <span className="mono wrap">
            {q.remote}
            {q.origin ? `, page at ${q.origin}` : ''}
          </span>
        </Fact>
        <Fact name="Received">
          <span title={fullTime(record.receivedAt)}>{clock(record.receivedAt)}</span>
        </Fact>
        {happened(record.timestamp) && (
          <Fact name="Happened">
            <span title={fullTime(record.timestamp)}>{clock(record.timestamp)}</span>
            <span className="t3 sm"> corrected for the sender's clock</span>
          </Fact>
        )}
        <Fact name="Place">{q.items > 1 ? `Message ${index + 1} of ${count(q.items)} in the batch` : 'The only message of the request'}</Fact>
        <Fact name="Message">
          {bytes(record.size)} of {bytes(limit)} that Segment takes
          <span className="meter" aria-hidden>
            <i
              className={record.size > limit ? 'f-bad' : 'f-acc'}
              style={{ width: Math.min(100, (record.size / limit) * 100) + '%' }}
            />
          </span>
        </Fact>
        <Fact name="Body">
          {bytes(q.bodySize)}
          {q.encoding ? `, ${bytes(q.wireSize)} on the wire as ${q.encoding}` : ''}
        </Fact>
      </dl>
      <section className="headers" aria-label="Headers">
        <h3>Headers</h3>
        {(q.headers ?? []).map((pair, i) => (
          <div className="mono wrap" key={i}>
            <span className="k">{pair?.[0]}</span>: {pair?.[1]}
          </div>
        ))}
      </section>
    </>
  )
}
