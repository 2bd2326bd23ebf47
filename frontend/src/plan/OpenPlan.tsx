import { Modal } from '@mantine/core'
import { useState, type FormEvent } from 'react'

import { choosePlanFile } from '../api/host'
import type { PlanView } from '../api/types'
import { Failure, Note } from '../ui/Note'
import { failed } from '../ui/notify'
import { useSetPlan } from './queries'

/** Names the files of the plan. */
export function OpenPlan({ plan, onClose }: { plan: PlanView | undefined; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Open a tracking plan" size={620}>
      <OpenForm plan={plan} onDone={onClose} />
    </Modal>
  )
}

/** The system's dialog, in the window. */
export function Choose({ ask, disabled, onChosen }: { ask: (() => Promise<string>) | undefined; disabled?: boolean; onChosen: (path: string) => void }) {
  if (!ask) return null
  return (
    <button type="button" className="btn xs" disabled={disabled} onClick={() => void ask().then((path) => path && onChosen(path), failed('Nothing was chosen.'))}>
      Choose
    </button>
  )
}

const pathsIn = (text: string) =>
  text
    .split('\n')
    .map((l) => l.trim())
    .filter(Boolean)

function OpenForm({ plan, onDone }: { plan: PlanView | undefined; onDone: () => void }) {
  const set = useSetPlan()
  const [text, setText] = useState((plan?.paths ?? []).join('\n'))
  const fixed = plan && !plan.setting.editable
  const submit = (e: FormEvent) => {
    e.preventDefault()
    set.mutate(pathsIn(text), { onSuccess: onDone })
  }
  return (
    <form className="form" onSubmit={submit}>
      {fixed && (
        <Note tone="warn">
          <b>The plan is set by {plan.setting.from || plan.setting.layer}.</b> Change it there, or take it out to choose here.
        </Note>
      )}
      <div className="wide">
        <label className="label" htmlFor="plan-paths">
          Path of a file or folder on this machine
        </label>
        <p id="plan-paths-about" className="xs t3 paths-about">
          Segment JSON or CSV, Terraform, Typewriter, RudderStack, Avo, JSON Schema or Sidetrack YAML: the content tells which. One path a line.
        </p>
        <div className="row top-a">
          <textarea
            id="plan-paths"
            className="editor mono"
            aria-describedby="plan-paths-about"
            placeholder="/home/you/shop/tracking-plan.yaml"
            rows={Math.min(6, Math.max(2, text.split('\n').length))}
            spellCheck={false}
            data-autofocus
            disabled={fixed}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          <Choose ask={choosePlanFile()} disabled={fixed} onChosen={setText} />
        </div>
      </div>
      {set.error && <Failure error={set.error} what="Not opened." />}
      <div className="row">
        <button type="submit" className="btn pri" disabled={fixed || pathsIn(text).length === 0 || set.isPending}>
          Open
        </button>
        {(plan?.paths.length ?? 0) > 0 && !fixed && (
          <button type="button" className="btn" disabled={set.isPending} onClick={() => set.mutate([], { onSuccess: onDone })}>
            Use no plan
          </button>
        )}
      </div>
    </form>
  )
}
