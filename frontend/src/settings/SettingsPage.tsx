import { useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'

import type { SettingList, Status } from '../api/types'
import { useStatus } from '../status/queries'
import { CopyButton } from '../ui/copy'
import { Failure } from '../ui/Note'
import { useDensity, useSingleKeys, type Density } from '../ui/preferences'
import { Seg } from '../ui/Seg'
import { count, fullTime, happened } from '../ui/words'
import { Muted } from './Muted'
import { Fact, Section } from './parts'
import { useSettings } from './queries'
import { Storage } from './Storage'

const sections = [
  ['collector', 'Collector'],
  ['storage', 'Storage'],
  ['muted', 'Muted findings'],
  ['look', 'Appearance'],
  ['keys', 'Keys'],
  ['about', 'About'],
] as const

export function SettingsPage() {
  const { data: s, error } = useStatus()
  const settings = useSettings()
  const { section } = useParams({ strict: false })
  const ready = Boolean(s)
  useEffect(() => {
    if (section && ready) document.getElementById(section)?.scrollIntoView({ block: 'start' })
  }, [section, ready])
  return (
    <>
      <div className="head set-head">
        <h1>Settings</h1>
        <span className="sub">Changes apply at once. The small words say which layer set a value.</span>
      </div>
      <div className="settings">
        <nav aria-label="Sections" className="set-nav">
          {sections.map(([id, name]) => (
            <Link key={id} to="/settings/$section" params={{ section: id }} search={(last) => last} aria-current={section === id ? 'location' : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <div className="set-body" tabIndex={-1}>
          {(error ?? settings.error) && <Failure error={error ?? settings.error} what="The collector does not say how it is set up." />}
          {s && <Collector status={s} settings={settings.data} />}
          {s && <Storage status={s} settings={settings.data} />}
          <Muted />
          <Look />
          <KeySettings />
          {s && <About status={s} />}
        </div>
      </div>
    </>
  )
}

function Collector({ status: s, settings }: { status: Status; settings: SettingList | undefined }) {
  return (
    <Section id="collector" title="Collector">
      <dl className="facts">
        <Fact name="Address" set={settings?.items.find((x) => x.name === 'listen')}>
          <span className="mono">{s.url}</span> <CopyButton bare text={s.url} label="Copy address" />
        </Fact>
        <Fact name="Last event">{happened(s.lastReceived) ? fullTime(s.lastReceived) : 'None yet'}</Fact>
        <Fact name="Unreadable requests">
          {count(s.rejected)}, kept and shown under <span className="mono">is:rejected</span>
        </Fact>
      </dl>
    </Section>
  )
}

function Look() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [density, setDensity] = useDensity()
  return (
    <Section id="look" title="Appearance" aside={<span className="t3 sm">Of this browser</span>}>
      <dl className="facts">
        <Fact name="Theme">
          <Seg<MantineColorScheme>
            label="Theme"
            value={colorScheme}
            onChange={setColorScheme}
            options={[
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'auto', label: 'As the system' },
            ]}
          />
        </Fact>
        <Fact name="Rows">
          <Seg<Density>
            label="Rows"
            value={density}
            onChange={setDensity}
            options={[
              { value: 'dense', label: 'Dense' },
              { value: 'roomy', label: 'Roomy' },
            ]}
          />
        </Fact>
      </dl>
    </Section>
  )
}

function KeySettings() {
  const [on, setOn] = useSingleKeys()
  return (
    <Section id="keys" title="Keys">
      <dl className="facts">
        <Fact name="Single keys">
          <label className="row g6">
            <input type="checkbox" checked={on} onChange={(e) => setOn(e.currentTarget.checked)} />
            <span>
              Do something outside fields; <kbd>?</kbd> lists them
            </span>
          </label>
        </Fact>
      </dl>
    </Section>
  )
}

function About({ status: s }: { status: Status }) {
  return (
    <Section id="about" title="About">
      <dl className="facts">
        <Fact name="Version">
          <span className="mono">{s.version}</span>
        </Fact>
        <Fact name="Sent to us">Nothing. No usage data, no crash reports.</Fact>
      </dl>
    </Section>
  )
}
