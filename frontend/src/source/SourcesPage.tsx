import { Menu, Modal } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { IconDots, IconPlus, IconWorld } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

import { endpoint } from '../api/host'
import type { Label as LabelName, Sighting, Source } from '../api/types'
import { copied, CopyButton } from '../ui/copy'
import { icon, Label } from '../ui/marks'
import { Failure } from '../ui/Note'
import { failed, notifyUndo } from '../ui/notify'
import { ago, fullTime, happened } from '../ui/words'
import { DemoButton } from '../demo/DemoButton'
import { ProdKeyNote } from './ProdKeyNote'
import { useDeleteSource, useRestoreSource, useSources, useSourceVolume, useUpdateSource } from './queries'
import { AddForm, Connect, RenameForm, Rotate } from './SourceForms'
import { Spark, VerdictCounts } from './SourceSpark'
import { Unclaimed } from './Unclaimed'

type Doing = { what: 'add' } | { what: 'rename' | 'rotate' | 'connect'; source: Source } | null

/** A source that sent this lately counts as sending. */
const recent = 5 * 60_000

export function SourcesPage() {
  const sources = useSources()
  const { id: selected } = useParams({ strict: false })
  const [doing, setDoing] = useState<Doing>(null)
  const items = sources.data?.items ?? []
  const seen = sources.data?.seen ?? []
  const close = () => setDoing(null)
  return (
    <div className="sheet">
      <div className="head">
        <div>
          <h1>Sources</h1>
          <div className="sub">One source per site, app or server. The label travels with every event and decides where it may go.</div>
        </div>
        <span className="grow" />
        <DemoButton />
        <button type="button" className="btn pri" onClick={() => setDoing({ what: 'add' })}>
          <IconPlus {...icon} />
          Add source
        </button>
      </div>
      {sources.error && <Failure error={sources.error} what={sources.data ? 'The list may be old.' : 'The sources cannot be read.'} />}
      <ProdKeyNote list={sources.data} />
      <Unclaimed sources={items.filter((s) => !s.label)} />
      {!sources.data ? (
        !sources.error && <div className="skeletons card" aria-label="Loading">{[80, 60, 70].map((w) => <i key={w} style={{ width: w + '%' }} />)}</div>
      ) : items.length === 0 ? (
        <div className="card pad16">
          <h2>No source yet</h2>
          <p className="t2 after">A source gives your app its write key.</p>
          <button type="button" className="btn" onClick={() => setDoing({ what: 'add' })}>
            Add source
          </button>
        </div>
      ) : (
        <div className="card table-card">
          <table>
            <thead>
              <tr>
                <th>Source</th>
                <th>Label</th>
                <th className="hide-m">Library seen</th>
                <th>Write key</th>
                <th className="hide-m">Calls from</th>
                <th className="hide-m">Last 24 hours</th>
                <th>Verdicts</th>
                <th>Last event</th>
                <th>
                  <span className="vh">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((s) => (
                <SourceRow key={s.id} source={s} selected={s.id === selected} seen={seen.filter((x) => x.sourceId === s.id)} onDo={setDoing} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="labels">
        {(
          [
            ['dev', 'Your machine. Feeds dev destinations only.'],
            ['staging', 'Shared test builds. Feeds staging destinations only.'],
            ['prod', 'Real people. Feeds prod destinations only.'],
          ] as const
        ).map(([label, text]) => (
          <div className="card pad" key={label}>
            <Label label={label} />
            <p className="sm t2 after">{text}</p>
          </div>
        ))}
      </div>
      <Modal opened={doing?.what === 'add'} onClose={close} title="Add source">
        <AddForm onDone={close} />
      </Modal>
      <Modal opened={doing?.what === 'rename'} onClose={close} title="Rename source">
        {doing?.what === 'rename' && <RenameForm source={doing.source} onDone={close} />}
      </Modal>
      <Modal opened={doing?.what === 'rotate'} onClose={close} title="New write key">
        {doing?.what === 'rotate' && <Rotate source={doing.source} onDone={close} />}
      </Modal>
      <Modal opened={doing?.what === 'connect'} onClose={close} title="Connect an app" size={680}>
        {doing?.what === 'connect' && <Connect source={doing.source} />}
      </Modal>
    </div>
  )
}

function SourceRow({ source: s, selected, seen, onDo }: { source: Source; selected: boolean; seen: Sighting[]; onDo: (d: Doing) => void }) {
  const row = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  const copyLink = () => void endpoint().then((e) => copied(`${e.baseUrl}/sources/${s.id}`, 'the link'))
  const update = useUpdateSource()
  const remove = useDeleteSource()
  const restore = useRestoreSource()
  const latest = [...seen].sort((a, b) => b.lastSeen.localeCompare(a.lastSeen))[0]
  const origins = [...new Set(seen.map((x) => x.origin).filter(Boolean))]
  const volume = useSourceVolume(s.id).data ?? []
  const setLabel = (label: LabelName) => update.mutate({ id: s.id, label }, { onError: failed('The label stays.') })
  const del = () =>
    remove.mutate(s.id, {
      onError: failed('Not deleted.'),
      onSuccess: () => void notifyUndo(`Deleted ${s.name}`, () => restore.mutate(s.id, { onError: failed('Not undone.') })),
    })
  return (
    <tr ref={row} className={selected ? 'sel' : ''} aria-current={selected || undefined}>
      <td>
        <span className="row">
          <IconWorld size={20} stroke={1.5} aria-hidden className="t2" />
          <span>
            <Link className="m strong nowrap" to="/live" search={{ source: s.id }} title="Show its events">
              {s.name}
            </Link>
            {s.demo && <div className="xs t3">Demo</div>}
          </span>
        </span>
      </td>
      <td>
        <Menu position="bottom-start" shadow="md">
          <Menu.Target>
            <button type="button" className="ib">
              <Label label={s.label} />
              <span className="vh">, label of {s.name}. Change</span>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {(['dev', 'staging', 'prod'] as const).map((l) => (
              <Menu.Item key={l} onClick={() => setLabel(l)} leftSection={<Label label={l} />}>
                {l}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </td>
      <td className="hide-m">
        {latest ? (
          <>
            <div className="mono nowrap">{latest.library || 'unnamed'}</div>
            <div className="xs t3">{latest.version}</div>
          </>
        ) : (
          <span className="t3">none yet</span>
        )}
      </td>
      <td>
        {s.writeKey ? (
          <span className="row g4">
            <span className="mono key-cell clip" title={s.writeKey}>
              {s.writeKey}
            </span>
            <CopyButton bare text={s.writeKey} label={`Copy key of ${s.name}`} />
          </span>
        ) : (
          <span className="t3">none</span>
        )}
      </td>
      <td className="hide-m">
        <span className="clip origins" title={origins.join(', ')}>
          {origins[0] ?? ''}
          {origins.length > 1 ? ` and ${origins.length - 1} more` : ''}
        </span>
      </td>
      <td className="hide-m">
        <Spark buckets={volume} name={s.name} />
      </td>
      <td>
        <VerdictCounts buckets={volume} />
      </td>
      <td>
        {latest && happened(latest.lastSeen) ? (
          <span title={fullTime(latest.lastSeen)} className="row g6 nowrap">
            <span className={Date.now() - Date.parse(latest.lastSeen) < recent ? 'pulse' : 'pulse off'} />
            {ago(latest.lastSeen)}
          </span>
        ) : (
          <span className="t3">never</span>
        )}
      </td>
      <td className="num">
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <button type="button" className="btn s ghost icon" aria-label={`More for ${s.name}`}>
              <IconDots {...icon} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onDo({ what: 'connect', source: s })}>Connect an app</Menu.Item>
            <Menu.Item onClick={copyLink}>Copy link</Menu.Item>
            <Menu.Item onClick={() => onDo({ what: 'rename', source: s })}>Rename</Menu.Item>
            <Menu.Item onClick={() => onDo({ what: 'rotate', source: s })}>New write key</Menu.Item>
            <Menu.Item onClick={del}>Delete</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  )
}
