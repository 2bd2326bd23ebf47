import { Menu } from '@mantine/core'
import { IconAlertOctagon, IconChevronDown, IconDownload, IconEye, IconFileCode, IconWand } from '@tabler/icons-react'

import type { PlanView } from '../api/types'
import { icon } from '../ui/marks'
import { clock, count, fullTime, happened } from '../ui/words'
import { exportPlan, exportsOf } from './exportPlan'
import { base } from './words'

interface Props {
  plan: PlanView | undefined
  failed: boolean
  onDraft: () => void
  onOpen: () => void
}

export function Head({ plan, failed, onDraft, onOpen }: Props) {
  const [first, ...others] = plan?.paths ?? []
  const inForce = (plan?.plans.length ?? 0) > 0
  return (
    <div className="head plan-head">
      <h1 className="nowrap">Tracking plan</h1>
      <State plan={plan} failed={failed} />
      {first && (
        <span className="mono t2 path" title={plan?.paths.join('\n')}>
          <span className="clip">{first.slice(0, first.length - base(first).length)}</span>
          <span className="nowrap">
            {base(first)}
            {others.length > 0 && ` and ${others.length} more`}
          </span>
        </span>
      )}
      <Read plan={plan} />
      <span className="grow" />
      <button type="button" className="btn" onClick={onDraft}>
        <IconWand {...icon} />
        <span className="hide-m">Draft from seen events</span>
        <span className="only-m">Draft</span>
      </button>
      <button type="button" className="btn" onClick={onOpen}>
        <IconFileCode {...icon} />
        Open file
      </button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <button type="button" className="btn" disabled={!inForce}>
            <IconDownload {...icon} />
            <span className="hide-m">Export</span>
            <span className="vh only-m">Export</span>
            <IconChevronDown {...icon} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {exportsOf(plan?.plans ?? []).map((e) => (
            <Menu.Item key={e.name} onClick={() => void exportPlan(e)}>
              {e.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

function State({ plan, failed }: { plan: PlanView | undefined; failed: boolean }) {
  if (!plan) return <span className="pill">{failed ? 'Not known' : 'Reading'}</span>
  if (plan.state === 'error') {
    return (
      <span className="pill bad">
        <IconAlertOctagon {...icon} />
        Cannot be read
      </span>
    )
  }
  if (plan.state === 'none') return <span className="pill">None</span>
  return (
    <span className="pill ok" title="A change of the file is taken over at once">
      <IconEye {...icon} />
      Watching
    </span>
  )
}

/** When the plan was read, and how far stored events were held against it. */
function Read({ plan }: { plan: PlanView | undefined }) {
  if (!plan || !happened(plan.since)) return null
  const { running, done, total, changed } = plan.rejudging
  const read = `read ${clock(plan.since, false)}`
  const again = running
    ? `checking ${count(Math.min(done, total))} of ${count(total)} events`
    : done > 0
      ? `${count(Math.min(done, total))} events checked again`
      : ''
  return (
    <span className="sm t3 clip read" title={`${fullTime(plan.since)}${again ? `\n${again}, ${count(changed)} of them came out differently` : ''}`}>
      <span className={running ? 'hide-m' : ''}>{read}</span>
      {again && <span className={running ? '' : 'hide-m'}>{`${running ? ' ' : ', '}${again}`}</span>}
    </span>
  )
}
