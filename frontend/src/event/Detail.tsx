import { Menu } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconCopy, IconX } from '@tabler/icons-react'
import { useMemo, type KeyboardEvent } from 'react'

import { endpoint } from '../api/host'
import type { EventRecord } from '../api/types'
import { Code, type CodeLine } from '../ui/Code'
import { copied, CopyButton } from '../ui/copy'
import { CallType, icon, Label, severityTone } from '../ui/marks'
import { Failure } from '../ui/Note'
import { bytes, clock, fullTime } from '../ui/words'
import { tabs, type Tab } from '../view/address'
import { useView } from '../view/useView'
import { callLines } from './call'
import { Checks, FindingNote } from './Checks'
import { child, print, textOf, unquote } from './lossless'
import { quote, withTerm } from './query'
import { useEvent, type Detail as Loaded } from './queries'
import { Raw } from './Raw'
import { Wire } from './Wire'
import { titleOf } from './words'

const names: Record<Tab, string> = { pretty: 'Pretty', raw: 'Raw', checks: 'Checks', delivery: 'Delivery', wire: 'Wire' }

interface Props {
  seq: number
  known: EventRecord | undefined
  tab: Tab
  onStep: (by: 1 | -1) => void
  onClose: () => void
  /** curl for the same event, once the key is known. */
  curlFor: (record: EventRecord, message: string) => string
}

export function Detail({ seq, known, tab, onStep, onClose, curlFor }: Props) {
  const [view, change] = useView()
  const event = useEvent(seq)
  const r = event.data?.record ?? known
  const findings = r?.findings ?? []
  const worst = r?.verdict === 'good' || !r ? '' : { warning: 'warn', violation: 'bad', would_drop: '' }[r.verdict]

  const onKeyDown = (e: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
    if (!by) return
    e.preventDefault()
    change({ tab: tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] }, { replace: true })
    const list = e.currentTarget
    requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected=true]')?.focus())
  }

  return (
    <section className="det" aria-label="Selected event">
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
            <span className="t3 clip">{[libraryOf(event.data), r.userId || r.anonymousId].filter(Boolean).join(' · ')}</span>
          </div>
        )}
      </div>
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
            {t === 'checks' && findings.length > 0 && <span className={`count ${worst}`}>{findings.length}</span>}
          </button>
        ))}
      </div>
      <div className="body" role="tabpanel" id="tab-body" aria-labelledby={`tab-${tab}`}>
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
          <Body tab={tab} detail={event.data} />
        )}
      </div>
      {event.data && <Footer detail={event.data} curlFor={curlFor} />}
    </section>
  )
}

function libraryOf(detail: Loaded | undefined): string {
  const library = child(child(detail?.message, 'context'), 'library')
  const say = (name: string) => {
    const node = child(library, name)
    return node?.kind === 'string' ? unquote(node.text) : ''
  }
  return [say('name'), say('version')].filter(Boolean).join(' ')
}

function Body({ tab, detail }: { tab: Tab; detail: Loaded }) {
  switch (tab) {
    case 'raw':
      return <Raw key={detail.record.seq} detail={detail} />
    case 'checks':
      return <Checks record={detail.record} />
    case 'delivery':
      return (
        <div className="pad16 t2">
          <b className="m">Not sent anywhere.</b> This Sidetrack has no destinations, so the event stays on this machine.
        </div>
      )
    case 'wire':
      return <Wire record={detail.record} />
    default:
      return <Pretty detail={detail} />
  }
}

function Pretty({ detail }: { detail: Loaded }) {
  const { record, message } = detail
  const { lines, rest } = useMemo(() => {
    const plainLines = message ? callLines(message, record.type) : []
    const left = [...(record.findings ?? [])]
    const out: CodeLine[] = plainLines.map((line) => {
      // Under its line stands what is about it, or about something absent in it.
      const here = left.filter((f) => f.path !== '' && f.path === line.path)
      for (const f of here) left.splice(left.indexOf(f), 1)
      if (here.length === 0) return line
      return { ...line, tone: severityTone[here[0].severity], below: here.map((f, i) => <FindingNote key={i} finding={f} />) }
    })
    return { lines: out, rest: left }
  }, [message, record])
  if (!message) {
    return (
      <div className="pad16 t2">
        {record.disposition === 'rejected'
          ? 'This could not be read as an event. Raw shows the bytes that came.'
          : 'This row has no payload.'}
        <div className="lints">{(record.findings ?? []).map((f, i) => <FindingNote key={i} finding={f} />)}</div>
      </div>
    )
  }
  return (
    <>
      {rest.map((f, i) => (
        <FindingNote key={i} finding={f} where />
      ))}
      <Code lines={lines} label="The call" />
    </>
  )
}

function Footer({ detail, curlFor }: { detail: Loaded; curlFor: Props['curlFor'] }) {
  const { record, message, text } = detail
  return (
    <div className="df">
      {message && <CopyButton text={textOf(print(message))} label="Copy JSON" />}
      <Menu position="top-start" shadow="md">
        <Menu.Target>
          <button type="button" className="btn xs">
            <IconCopy {...icon} />
            Copy as
            <IconChevronDown {...icon} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {message && (
            <>
              <Menu.Item onClick={() => copied(textOf(callLines(message, record.type)), 'the call')}>Call</Menu.Item>
              <Menu.Item onClick={() => copied(text, 'the JSON as sent')}>JSON as sent</Menu.Item>
              <Menu.Item onClick={() => copied(curlFor(record, text), 'as curl')}>curl</Menu.Item>
            </>
          )}
          <Menu.Item onClick={() => void endpoint().then((e) => copied(e.baseUrl + window.location.pathname + window.location.search, 'the link'))}>Link</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <span className="grow" />
      <span className="t3 sm">{bytes(record.size)}</span>
    </div>
  )
}
