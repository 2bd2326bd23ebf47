import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { lazy, Suspense, useCallback, useState, type KeyboardEvent } from 'react'

import type { EventRecord, Source } from '../api/types'
import { CallType, icon, Label } from '../ui/marks'
import { Failure } from '../ui/Note'
import { Seg } from '../ui/Seg'
import { clock, fullTime } from '../ui/words'
import { tabs, type Tab } from '../view/address'
import { useView } from '../view/useView'
import { Checks } from './Checks'
import { Delivery } from './Delivery'
import { DetailFooter } from './DetailFooter'
import { languageOf, libraryOf } from './languages'
import type { Node } from './lossless'
import { Pretty } from './Pretty'
import { quote, withTerm } from './query'
import { useEvent, type Detail as Loaded } from './queries'
import { Raw } from './Raw'
import { Wire } from './Wire'
import { titleOf } from './words'

const Resend = lazy(() => import('./Resend').then((m) => ({ default: m.Resend })))
const names: Record<Tab, string> = { pretty: 'Pretty', raw: 'Raw', checks: 'Checks', delivery: 'Delivery', wire: 'Wire' }

interface Props {
  seq: number
  known: EventRecord | undefined
  tab: Tab
  sources: readonly Source[]
  onStep: (by: 1 | -1) => void
  onSelect: (seq: number) => void
  onClose: () => void
  /** curl for the same event, once the key is known. */
  curlFor: (record: EventRecord, message: string) => string
}

export function Detail({ seq, known, tab, sources, onStep, onSelect, onClose, curlFor }: Props) {
  const event = useEvent(seq)
  const r = event.data?.record ?? known
  return (
    <section className="det" aria-label="Selected event">
      <Head record={r} library={libraryOf(event.data?.message)} onStep={onStep} onClose={onClose} />
      {event.error ? (
        <div className="pad16">
          <Failure error={event.error} what="This event cannot be shown." />
        </div>
      ) : !event.data ? (
        <div className="skeletons" aria-label="Loading">
          {[70, 45, 60, 52, 40].map((w) => (
            <i key={w} style={{ width: w + '%' }} />
          ))}
        </div>
      ) : (
        <Shown key={seq} detail={event.data} tab={tab} sources={sources} onSelect={onSelect} curlFor={curlFor} />
      )}
    </section>
  )
}

interface HeadProps {
  record: EventRecord | undefined
  library: { name: string; version: string }
  onStep: Props['onStep']
  onClose: Props['onClose']
}

function Head({ record: r, library, onStep, onClose }: HeadProps) {
  const [view, change] = useView()
  return (
    <div className="dh">
      <div className="row">
        {r && <CallType type={r.type} />}
        <h2 className="grow clip">
          {r && (
            <button
              type="button"
              className="title-link clip"
              title={r.name ? 'Show only this name' : undefined}
              disabled={!r.name}
              onClick={() => change({ q: withTerm(view.q, 'name:' + quote(r.name)) })}
            >
              {titleOf(r)}
            </button>
          )}
        </h2>
        <button type="button" className="btn s ghost icon" aria-label="Previous event" title="Previous (k)" onClick={() => onStep(-1)}>
          <IconChevronUp {...icon} />
        </button>
        <button type="button" className="btn s ghost icon" aria-label="Next event" title="Next (j)" onClick={() => onStep(1)}>
          <IconChevronDown {...icon} />
        </button>
        <button type="button" className="btn s ghost icon" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          <IconX {...icon} />
        </button>
      </div>
      {r && (
        <div className="row sm t2 under">
          <Label label={r.source.label} />
          <span className="clip">{r.source.name}</span>
          <span className="t3" title={fullTime(r.receivedAt)}>
            {clock(r.receivedAt)}
          </span>
          <span className="t3">#{r.seq}</span>
          <span className="t3 clip">{[`${library.name} ${library.version}`.trim(), r.userId || r.anonymousId].filter(Boolean).join(' · ')}</span>
        </div>
      )}
    </div>
  )
}

interface ShownProps extends Pick<Props, 'tab' | 'sources' | 'onSelect' | 'curlFor'> {
  detail: Loaded
}

function Shown({ detail, tab, sources, onSelect, curlFor }: ShownProps) {
  const { record, message, text } = detail
  const language = languageOf(message)
  const curl = curlFor(record, text)
  const [asCurl, setAsCurl] = useState(false)
  const [editing, setEditing] = useState(false)
  const edit = useCallback(() => setEditing(true), [])
  return (
    <>
      <div className="tab-line">
        <Tabs tab={tab} record={record} />
        {tab === 'pretty' && message && (
          <Seg
            small
            label="Language"
            value={asCurl ? 'curl' : 'call'}
            options={[
              { value: 'call', label: language.name },
              { value: 'curl', label: 'curl' },
            ]}
            onChange={(v) => setAsCurl(v === 'curl')}
          />
        )}
      </div>
      <div className="body" role="tabpanel" id="tab-body" aria-labelledby={`tab-${tab}`}>
        {tab === 'pretty' && <Pretty detail={detail} language={language} curl={asCurl ? curl : undefined} />}
        {tab === 'raw' && <Raw detail={detail} />}
        {tab === 'checks' && <Checks record={record} />}
        {tab === 'delivery' && <Delivery record={record} readable={message !== undefined} />}
        {tab === 'wire' && <Wire record={record} />}
      </div>
      <DetailFooter detail={detail} language={language} curl={curl} onEdit={edit} />
      {editing && message && (
        <Suspense fallback={null}>
          <Resend
            detail={detail as Loaded & { message: Node }}
            sources={sources}
            onClose={() => setEditing(false)}
            onSent={(seq) => {
              setEditing(false)
              onSelect(seq)
            }}
          />
        </Suspense>
      )}
    </>
  )
}

function Tabs({ tab, record }: { tab: Tab; record: EventRecord }) {
  const [, change] = useView()
  const found = (record.findings ?? []).length
  const worst = { good: '', warning: 'warn', violation: 'bad', would_drop: '' }[record.verdict]
  const onKeyDown = (e: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
    if (!by) return
    e.preventDefault()
    e.stopPropagation()
    change({ tab: tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] }, { replace: true })
    const list = e.currentTarget
    requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected=true]')?.focus())
  }
  return (
    <div className="tabs" role="tablist" aria-label="Detail" onKeyDown={onKeyDown}>
      {tabs.map((t) => (
        <button
          key={t}
          type="button"
          role="tab"
          id={`tab-${t}`}
          aria-selected={t === tab}
          aria-controls="tab-body"
          tabIndex={t === tab ? 0 : -1}
          className={t === tab ? 'on' : ''}
          onClick={() => change({ tab: t }, { replace: true })}
        >
          {names[t]}
          {t === 'checks' && found > 0 && <span className={`count ${worst}`}>{found}</span>}
        </button>
      ))}
    </div>
  )
}
