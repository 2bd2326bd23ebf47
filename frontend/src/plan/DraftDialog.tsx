import { Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState, type FormEvent } from 'react'

import { chooseNewPlanFile } from '../api/host'
import type { Draft, Drafted, PlanView } from '../api/types'
import { Code, colour } from '../ui/Code'
import { CopyButton } from '../ui/copy'
import { Failure, Note } from '../ui/Note'
import { notify } from '../ui/notify'
import { isText, usePreference } from '../ui/preferences'
import { Seg } from '../ui/Seg'
import { count } from '../ui/words'
import type { DraftFrom } from './draft'
import { Choose } from './OpenPlan'
import { useDraft, useDrafts, useWriteDraft, type Scope } from './queries'
import { base } from './words'

interface Props {
  from: DraftFrom
  scope: Scope
  plan: PlanView | undefined
  onClose: () => void
}

const froms: { value: DraftFrom; label: string }[] = [
  { value: 'events', label: 'Seen events' },
  { value: 'spec', label: 'Business spec' },
  { value: 'use_case', label: 'Use case' },
]

/** A plan to begin with: looked at, then saved where you want it. */
export function DraftDialog(props: Props) {
  return (
    <Modal opened onClose={props.onClose} title="Draft a tracking plan" size={860}>
      <DraftForm {...props} />
    </Modal>
  )
}

function DraftForm({ from: first, scope, plan, onClose }: Props) {
  const [from, setFrom] = useState(first)
  const [chosen, setChosen] = useState<Record<'spec' | 'use_case', string | null>>({ spec: null, use_case: null })
  const [words, setWords] = useState('')
  const [asked] = useDebouncedValue(words, 250)
  const drafts = useDrafts()
  const list = from === 'spec' ? drafts.data?.specs : from === 'use_case' ? drafts.data?.useCases : undefined
  const id = from === 'events' ? undefined : (chosen[from] ?? list?.[0]?.id)
  const body = draftOf(from, id, asked, scope)
  const draft = useDraft(body)
  const about = list?.find((d) => d.id === id)
  return (
    <div className="form draft">
      <div className="row wrap-row">
        <Seg label="Draft from" value={from} options={froms} onChange={setFrom} />
        {from === 'events' ? (
          <TextInput className="grow" aria-label="Only events with these words" placeholder="All events, or words of their names" value={words} onChange={(e) => setWords(e.currentTarget.value)} />
        ) : (
          <select
            className="field grow"
            aria-label={from === 'spec' ? 'Business spec' : 'Use case'}
            value={id ?? ''}
            onChange={(e) => {
              const value = e.currentTarget.value
              setChosen((last) => ({ ...last, [from]: value }))
            }}
          >
            {(list ?? []).map((d) => (
              <option key={d.id} value={d.id}>
                {d.title}, {count(d.events)} {d.events === 1 ? 'event' : 'events'}
              </option>
            ))}
          </select>
        )}
      </div>
      {about && (
        <p className="sm t2">
          {about.description}{' '}
          {about.page && (
            <a href={about.page} target="_blank" rel="noreferrer">
              Segment's page
            </a>
          )}
        </p>
      )}
      {from === 'events' && (scope.label || scope.source || scope.since) && <p className="sm t2">Only what the label, source and time of the screen leave.</p>}
      {(draft.error || drafts.error) && <Failure error={draft.error ?? drafts.error} what="No draft." />}
      <Preview draft={draft.data} waiting={!draft.error && !drafts.error} />
      <Save body={body} draft={draft.data} plan={plan} onDone={onClose} />
    </div>
  )
}

function draftOf(from: DraftFrom, id: string | undefined, words: string, scope: Scope): Draft | undefined {
  if (from === 'events') return { from, q: words.trim() || undefined, ...scope }
  if (!id) return undefined
  return from === 'spec' ? { from, spec: id } : { from, useCase: id }
}

function Preview({ draft, waiting }: { draft: Drafted | undefined; waiting: boolean }) {
  return (
    <div className="cblk wide">
      <div className="hd">
        <span className="grow">{draft ? `${draft.name || 'Draft'}: ${count(draft.events)} ${draft.events === 1 ? 'event' : 'events'}` : waiting ? 'Drafting' : 'Nothing to show'}</span>
        {draft && <CopyButton text={draft.text} label="Copy the draft" />}
      </div>
      <div className="draft-code">{draft ? <Code lines={colour(draft.text.replace(/\n$/, ''), 'yaml')} label="The draft" /> : waiting && <div className="skeletons">{[40, 55, 48].map((w) => <i key={w} style={{ width: w + '%' }} />)}</div>}</div>
      {draft && draft.notes.length > 0 && (
        <ul className="draft-notes sm t2">
          {draft.notes.map((n) => (
            <li key={n}>{n}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** The folder of last time, so that only the name is typed. */
const suggested = (plan: PlanView | undefined, folder: string) => {
  const last = folder || plan?.paths[0]?.replace(/[^/\\]*$/, '') || ''
  if (!last) return ''
  const usual = `${last}tracking-plan.yaml`
  return plan?.paths.includes(usual) ? `${last}drafted-plan.yaml` : usual
}

function Save({ body, draft, plan, onDone }: { body: Draft | undefined; draft: Drafted | undefined; plan: PlanView | undefined; onDone: () => void }) {
  const [folder, setFolder] = usePreference('plan.folder', '', isText)
  const [path, setPath] = useState(() => suggested(plan, folder))
  const write = useWriteDraft()
  const fixed = plan !== undefined && !plan.setting.editable
  const [use, setUse] = useState(!fixed)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (!body) return
    write.mutate(
      { ...body, path: path.trim(), use },
      {
        onSuccess: (done) => {
          setFolder(done.path.slice(0, done.path.length - base(done.path).length))
          void notify({ message: done.used ? `${base(done.path)} is the plan now` : `Saved as ${base(done.path)}` })
          onDone()
        },
      },
    )
  }
  return (
    <form className="form" onSubmit={submit}>
      <TextInput
        className="wide"
        label="Save it as"
        description="A path on this machine, from the root, to a .yaml file that is not there yet."
        placeholder="/home/you/shop/tracking-plan.yaml"
        rightSection={<Choose ask={chooseNewPlanFile()} onChosen={setPath} />}
        rightSectionWidth={chooseNewPlanFile() ? 84 : 0}
        value={path}
        onChange={(e) => setPath(e.currentTarget.value)}
      />
      <label className="row g6">
        <input type="checkbox" checked={use} disabled={fixed} onChange={(e) => setUse(e.currentTarget.checked)} />
        Use it as the tracking plan{plan && plan.paths.length > 0 ? ', in place of the one in force' : ''}
      </label>
      {fixed && (
        <Note tone="warn">
          <b>The plan is set by {plan.setting.from || plan.setting.layer}.</b> The draft can be saved; name it there to use it.
        </Note>
      )}
      {write.error && <Failure error={write.error} what="Not saved." />}
      <button type="submit" className="btn pri" disabled={!draft || !path.trim() || write.isPending}>
        {use ? 'Save and use' : 'Save'}
      </button>
    </form>
  )
}
