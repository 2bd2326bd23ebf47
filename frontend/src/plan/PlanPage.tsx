import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'

import { unreachable } from '../api/client'
import type { Coverage, PlanView, ViolationList } from '../api/types'
import { useStatus } from '../status/queries'
import { Divider, useDivider } from '../ui/Divider'
import { Failure } from '../ui/Note'
import { Seg } from '../ui/Seg'
import { planTabs, tabOf, type Grouping, type PlanTab } from '../view/address'
import { useView } from '../view/useView'
import { Band } from './Band'
import './plan.css'
import { Csv } from './Csv'
import { countsOf, entriesOf, linesOf, stepFrom, type Entry, type Group } from './entries'
import { Enforcement } from './Enforcement'
import { EventList, type Jump } from './EventList'
import { Head } from './Head'
import type { DraftFrom } from './draft'
import { NoPlan } from './NoPlan'
import { BrokenPlan } from './PlanFile'
import { scopeOf, useCoverage, usePlan, useViolations, type Scope } from './queries'
import { FileTab, PropertiesTab, Waiting } from './TabBody'
import { useChanges } from './useChanges'
import { useListCommands, usePlanCommands } from './usePlanCommands'
import { Violations } from './Violations'
import { wrongEvents } from './violations'

const DraftDialog = lazy(() => import('./DraftDialog').then((m) => ({ default: m.DraftDialog })))
const OpenPlan = lazy(() => import('./OpenPlan').then((m) => ({ default: m.OpenPlan })))

type Dialog = { is: 'draft'; from: DraftFrom } | { is: 'open' } | null

const nobody: ReadonlySet<string> = new Set()

export function PlanPage() {
  const [view] = useView()
  const scope = useMemo(() => scopeOf({ label: view.label, source: view.source, since: view.since }), [view.label, view.source, view.since])
  const plan = usePlan()
  const coverage = useCoverage(scope)
  const violations = useViolations(scope, coverage.data)
  useChanges()
  const status = useStatus()
  const away = status.isError && unreachable(status.error)
  const [dialog, setDialog] = useState<Dialog>(null)
  const draft = useCallback((from: DraftFrom) => setDialog({ is: 'draft', from }), [])
  const open = useCallback(() => setDialog({ is: 'open' }), [])
  usePlanCommands(draft, open)

  const errors = [plan.error, coverage.error, violations.error].filter((e) => e && !unreachable(e))
  const none = plan.data !== undefined && plan.data.plans.length === 0 && plan.data.state !== 'error'
  return (
    <>
      <Head plan={plan.data} failed={Boolean(plan.error)} onDraft={() => draft('events')} onOpen={open} />
      <BrokenPlan plan={plan.data} />
      {errors[0] && (
        <div className="plan-note">
          <Failure error={errors[0]} what={coverage.data ? 'What is shown may be old.' : 'The tracking plan cannot be shown.'} />
        </div>
      )}
      {none ? (
        <NoPlan scope={scope} onDraft={draft} onOpen={open} />
      ) : (
        <Whole plan={plan.data} coverage={coverage.data} violations={violations.data} scope={scope} away={away} failed={errors.length > 0} />
      )}
      <Suspense fallback={null}>
        {dialog?.is === 'draft' && <DraftDialog from={dialog.from} scope={scope} plan={plan.data} onClose={() => setDialog(null)} />}
        {dialog?.is === 'open' && <OpenPlan plan={plan.data} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  )
}

interface WholeProps {
  plan: PlanView | undefined
  coverage: Coverage | undefined
  violations: ViolationList | undefined
  scope: Scope
  away: boolean
  failed: boolean
}

function Whole({ plan, coverage, violations, scope, away, failed }: WholeProps) {
  const [view, change] = useView()
  const [jump, setJump] = useState<Jump>()
  const field = useRef<HTMLInputElement>(null)
  const divider = useDivider('plan')
  const wrong = useMemo(() => (violations ? wrongEvents(violations.items) : nobody), [violations])
  const entries = useMemo(() => coverage && entriesOf(coverage, wrong), [coverage, wrong])
  const counts = useMemo(() => entries && countsOf(entries), [entries])
  const lines = useMemo(() => linesOf(entries ?? [], view.show ?? 'all', view.find ?? ''), [entries, view.show, view.find])
  const selected = entries?.find((e) => e.key === view.event)

  const select = useCallback((event: string | undefined) => change({ event, open: undefined }, { replace: event !== undefined && view.event !== undefined }), [change, view.event])
  const step = useCallback((by: 1 | -1) => select(stepFrom(lines, view.event, by)), [lines, select, view.event])
  useListCommands({
    step,
    find: () => field.current?.focus(),
    back: () => (view.open ? change({ open: undefined }, { replace: true }) : view.event && select(undefined)),
    show: (tab) => change({ tab: tab === planTabs[0] ? undefined : tab }, { replace: true }),
  })
  const showGroup = (group: Group) => {
    if (group === 'wrong') change({ event: undefined, open: undefined, tab: undefined, show: undefined, find: undefined })
    else change({ show: group === 'unseen' || group === 'unplanned' ? group : undefined, find: undefined })
    setJump((last) => ({ group, n: (last?.n ?? 0) + 1 }))
  }
  useMark(entries !== undefined)
  return (
    <>
      <Band counts={counts} failed={failed} onShow={showGroup} />
      <div className="tp" style={divider.style}>
        {entries ? (
          <EventList lines={lines} selected={view.event} field={field} jump={jump} away={away} onSelect={select} />
        ) : (
          <div className="cv skeletons rows-like" aria-label="Loading">
            {!failed && Array.from({ length: 14 }, (_, i) => <i key={i} style={{ width: 45 + ((i * 17) % 40) + '%' }} />)}
          </div>
        )}
        <Divider width={divider.width} setWidth={divider.setWidth} />
        <Right plan={plan} coverage={coverage} entries={entries} violations={violations} selected={selected} scope={scope} failed={failed} onAll={() => select(undefined)} />
      </div>
    </>
  )
}

/** The moment the list can be read, for whoever measures it. */
function useMark(shown: boolean) {
  useEffect(() => {
    if (shown) performance.mark('plan-shown')
  }, [shown])
}

const tabNames: Record<PlanTab, string> = { violations: 'Violations', properties: 'Properties seen', file: 'File', enforcement: 'Enforcement' }
const bys: { value: Grouping; label: string }[] = [
  { value: 'event', label: 'By event' },
  { value: 'rule', label: 'By rule' },
  { value: 'source', label: 'By source' },
]

interface RightProps {
  plan: PlanView | undefined
  coverage: Coverage | undefined
  entries: readonly Entry[] | undefined
  violations: ViolationList | undefined
  selected: Entry | undefined
  scope: Scope
  failed: boolean
  onAll: () => void
}

function Right({ plan, coverage, entries, violations, selected, scope, failed, onAll }: RightProps) {
  const [view, change] = useView()
  const tab = tabOf(planTabs, view.tab)
  // What cannot be read is said above; nothing pretends to be on its way.
  const waiting = failed ? null : <Waiting />
  return (
    <section className="tp-right" aria-label={selected ? `About ${selected.name}` : 'About all events'}>
      <div className="tab-line">
        <Tabs tab={tab} violations={violations?.totals.violations} />
        {tab === 'violations' && (
          <Seg small label="Grouped" value={view.by ?? 'event'} options={bys} onChange={(by) => change({ by: by === 'event' ? undefined : by }, { replace: true })} />
        )}
        {tab === 'properties' && entries && <Csv of={selected} scope={scope} />}
      </div>
      <div className="tp-body" role="tabpanel" id="plan-body" aria-labelledby={`plan-tab-${tab}`}>
        {view.event && tab !== 'enforcement' && (
          <div className="only">
            <span className="clip">
              Only <b className="m">{selected?.name ?? view.event}</b>
            </span>
            <button type="button" className="linkb" onClick={onAll}>
              Show all
            </button>
          </div>
        )}
        {tab === 'violations' && (violations ? <Violations list={violations} event={view.event} eventName={selected?.name ?? view.event ?? ''} /> : waiting)}
        {tab === 'properties' && <PropertiesTab scope={scope} list={coverage} plan={plan} event={view.event} />}
        {tab === 'enforcement' && <Enforcement plan={plan} />}
        {tab === 'file' && <FileTab plan={plan} event={view.event} />}
      </div>
    </section>
  )
}

function Tabs({ tab, violations }: { tab: PlanTab; violations: number | undefined }) {
  const [, change] = useView()
  const show = (t: PlanTab) => change({ tab: t === planTabs[0] ? undefined : t }, { replace: true })
  const onKeyDown = (e: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
    if (!by) return
    e.preventDefault()
    e.stopPropagation()
    show(planTabs[(planTabs.indexOf(tab) + by + planTabs.length) % planTabs.length])
    const list = e.currentTarget
    requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected=true]')?.focus())
  }
  return (
    <div className="tabs" role="tablist" aria-label="About the plan" onKeyDown={onKeyDown}>
      {planTabs.map((t) => (
        <button
          key={t}
          type="button"
          role="tab"
          id={`plan-tab-${t}`}
          aria-selected={t === tab}
          aria-controls="plan-body"
          tabIndex={t === tab ? 0 : -1}
          className={t === tab ? 'on' : ''}
          onClick={() => show(t)}
        >
          {tabNames[t]}
          {t === 'violations' && violations !== undefined && violations > 0 && <span className="count bad">{violations}</span>}
        </button>
      ))}
    </div>
  )
}
