import { Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import {
  IconActivity,
  IconAlertOctagon,
  IconCheck,
  IconChevronDown,
  IconDeviceDesktop,
  IconListCheck,
  IconLock,
  IconMoon,
  IconPlugConnected,
  IconSearch,
  IconSettings,
  IconSun,
} from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'

import { ApiError, unreachable } from '../api/client'
import type { Label, Status } from '../api/types'
import { ago, clock, count, happened } from '../ui/words'
import { useOpenViolations } from '../plan/open'
import { useSources } from '../source/queries'
import { useStatus } from '../status/queries'
import { rateWords, sampled, type Sample } from '../status/rate'
import { CopyButton } from '../ui/copy'
import { icon, Logo } from '../ui/marks'
import { Seg } from '../ui/Seg'
import { useOpenCommands } from './Commands'
import { SignIn } from './SignIn'
import { useView } from '../view/useView'

export function Frame() {
  const status = useStatus()
  const away = useAway(status.isError && unreachable(status.error), status.dataUpdatedAt)
  const { openPalette, dialogs } = useOpenCommands()
  if (status.error instanceof ApiError && status.error.status === 401) return <SignIn knewUs={status.data !== undefined} />
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the main part
      </a>
      <SideBar status={status.data} at={status.dataUpdatedAt} away={away} />
      <TopBar status={status.data} away={away} onSearch={openPalette} />
      <main className="main" id="main" tabIndex={-1}>
        <Problems status={status.data} />
        <Outlet />
      </main>
      {dialogs}
    </div>
  )
}

/** Since when nobody answers, if so. */
function useAway(failing: boolean, last: number): Date | null {
  const [started] = useState(() => Date.now())
  return failing ? new Date(last || started) : null
}

function Problems({ status }: { status: Status | undefined }) {
  const all = [...new Set([status?.problem, ...(status?.problems ?? [])].filter((p): p is string => Boolean(p)))]
  if (all.length === 0) return null
  return (
    <div className="problems" role="alert">
      {all.map((p) => (
        <div className="row" key={p}>
          <IconAlertOctagon size={16} stroke={1.75} aria-hidden />
          <span>{p}</span>
        </div>
      ))}
    </div>
  )
}

function Entry({ to, name, n, bad, children }: { to: '/live' | '/plan' | '/sources' | '/settings'; name: string; n?: string; bad?: boolean; children: ReactNode }) {
  const here = useLocation({ select: (l) => l.pathname })
  const [view] = useView()
  const on = here.startsWith(to)
  return (
    <Link
      to={to}
      search={{ label: view.label, source: view.source }}
      className={on ? 'nav on' : 'nav'}
      aria-current={on ? 'page' : undefined}
      title={name}
    >
      {children}
      <span>{name}</span>
      {n && <span className={bad ? 'n bad' : 'n'}>{n}</span>}
    </Link>
  )
}

/** How fast events arrive, nothing when they do not. */
function useRate(received: number | undefined, at: number) {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  useEffect(() => {
    if (received !== undefined && at > 0) setSamples((last) => sampled(last, { at, received }))
  }, [received, at])
  return rateWords(samples)
}

function SideBar({ status, at: read, away }: { status: Status | undefined; at: number; away: Date | null }) {
  const sources = useSources()
  const open = useOpenViolations().data
  const rate = useRate(status?.received, read)
  const at = status?.url.replace(/^https?:\/\//, '') ?? window.location.host
  const state = away ? 'Not connected' : !status ? 'Connecting' : status.problem ? 'In trouble' : 'Collecting'
  const n = sources.data?.items?.length
  return (
    <nav className="side" aria-label="Main">
      <div className="logo">
        <Logo />
        <span>Sidetrack</span>
      </div>
      <h6>Watch</h6>
      <Entry to="/live" name="Live" n={status && status.received === 0 ? 'waiting' : away ? undefined : rate}>
        <IconActivity size={16} stroke={1.75} aria-hidden />
      </Entry>
      <h6>Check</h6>
      <Entry to="/plan" name="Tracking plan" n={open ? count(open) : undefined} bad>
        <IconListCheck size={16} stroke={1.75} aria-hidden />
      </Entry>
      <h6>Set up</h6>
      <Entry to="/sources" name="Sources" n={n === undefined ? undefined : String(n)}>
        <IconPlugConnected size={16} stroke={1.75} aria-hidden />
      </Entry>
      <Entry to="/settings" name="Settings">
        <IconSettings size={16} stroke={1.75} aria-hidden />
      </Entry>
      <div className="collector" title={`${state}, ${at}`}>
        <div className="row g6">
          <span className={away || !status ? 'pulse off' : status.problem ? 'pulse bad' : 'pulse'} />
          <b className="m">{state}</b>
        </div>
        <div className="row g4 addr">
          <span className="mono clip">{at}</span>
          <span className="right">
            <CopyButton bare text={status?.url ?? window.location.origin} label="Copy address" />
          </span>
        </div>
      </div>
    </nav>
  )
}

const scopes = [
  { value: '', label: 'All' },
  { value: 'dev', label: 'Dev', className: 'eq dev' },
  { value: 'staging', label: 'Staging', className: 'eq stg' },
  { value: 'prod', label: 'Prod', className: 'eq prod' },
] as const

function TopBar({ status, away, onSearch }: { status: Status | undefined; away: Date | null; onSearch: () => void }) {
  const [view, change] = useView()
  return (
    <header className={away ? 'top away' : 'top'}>
      <Seg
        small
        label="Label"
        value={view.label ?? ''}
        options={[...scopes]}
        onChange={(v) => change({ label: (v || undefined) as Label | undefined })}
      />
      <SourceScope />
      <button type="button" className="spot hide-m" onClick={onSearch}>
        <IconSearch {...icon} />
        <span className="grow">Search or jump to</span>
        <kbd>Ctrl</kbd>
        <kbd>K</kbd>
      </button>
      <span className="grow" />
      {away ? (
        <span className="pill warn" role="status">
          Not connected since {clock(away, false)}, trying again
        </span>
      ) : (
        <Counters status={status} />
      )}
      <span className="lock" title="This build sends nothing anywhere. Events stay on this machine.">
        <IconLock {...icon} />
        Nothing leaves
      </span>
      <ThemeMenu />
    </header>
  )
}

function SourceScope() {
  const [view, change] = useView()
  const sources = useSources()
  const items = sources.data?.items ?? []
  const chosen = items.find((s) => s.id === view.source)
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className="btn s ghost scope" title="Source">
          <IconPlugConnected {...icon} />
          <span className="clip">{chosen?.name ?? (view.source || 'All sources')}</span>
          <IconChevronDown {...icon} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => change({ source: undefined })}>All sources</Menu.Item>
        {items.map((s) => (
          <Menu.Item
            key={s.id}
            onClick={() => change({ source: s.id })}
            rightSection={s.id === view.source ? <IconCheck {...icon} /> : null}
          >
            {s.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Redraws the age of the last event without asking anybody. */
function useNow(ms: number) {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), ms)
    return () => clearInterval(timer)
  }, [ms])
  return now
}

export function Counters({ status }: { status: Status | undefined }) {
  const now = useNow(1000)
  if (!status) return <span className="counter">Connecting</span>
  if (status.received === 0) {
    return <span className="counter">Nothing received yet{status.rejected > 0 && `, ${count(status.rejected)} unreadable`}</span>
  }
  // Pending ones are on their way to disk; anything beyond is missing.
  const missing = status.received - status.stored - status.pending
  return (
    <div className="counter" title={`${status.pending} on their way to disk, ${status.rejected} unreadable requests kept`}>
      <span>
        <b>{count(status.received)}</b> received
      </span>
      {missing === 0 ? (
        <span className="eq-sign" aria-label="equals">
          =
        </span>
      ) : (
        <span className="v bad">
          <IconAlertOctagon {...icon} />
          {count(Math.abs(missing))} missing
        </span>
      )}
      <span>
        <b>{count(status.stored + (missing === 0 ? status.pending : 0))}</b> stored
      </span>
      {happened(status.lastReceived) && <span className="t3 hide-m">last {ago(status.lastReceived, now)}</span>}
    </div>
  )
}

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const shown = useComputedColorScheme('light')
  const Icon = shown === 'dark' ? IconMoon : IconSun
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <button type="button" className="btn s ghost icon" aria-label="Theme" title="Theme">
          <Icon {...icon} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {(
          [
            ['light', 'Light', IconSun],
            ['dark', 'Dark', IconMoon],
            ['auto', 'As the system', IconDeviceDesktop],
          ] as const
        ).map(([value, name, I]) => (
          <Menu.Item
            key={value}
            leftSection={<I {...icon} />}
            rightSection={colorScheme === value ? <IconCheck {...icon} /> : null}
            onClick={() => setColorScheme(value)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
