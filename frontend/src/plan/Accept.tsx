/** The change of the plan that accepts what was sent: looked at as a diff, then written to the file. */
import { IconGitPullRequest } from '@tabler/icons-react'
import { useState } from 'react'

import { ApiError } from '../api/client'
import type { PlanEdited, PlanSuggestion, Violation } from '../api/types'
import { Diff, type DiffLine } from '../ui/Diff'
import { icon } from '../ui/marks'
import { Failure, Note } from '../ui/Note'
import { notify } from '../ui/notify'
import { Names } from '../ui/Said'
import { Seg } from '../ui/Seg'
import { useDryRun, useSuggestions, useWriteEdits } from './queries'
import { isUnplannedEvent } from './violations'
import { base } from './words'

export function Accept({ violation }: { violation: Violation }) {
  const found = useSuggestions(violation)
  const [chosen, setChosen] = useState('0')
  if (found.error) return <Failure error={found.error} what="No change of the plan can be suggested." />
  const items = found.data?.items ?? []
  if (found.data && items.length === 0) {
    return found.data.why ? (
      <p className="t2 sm">
        <Names of={found.data.why} />
      </p>
    ) : null
  }
  const one = items[Number(chosen)] ?? items[0]
  return (
    <div className="diff">
      <div className="hd2">
        <IconGitPullRequest {...icon} />
        <span>{isUnplannedEvent(violation) ? 'Add it to the plan' : 'Or accept it into the plan'}</span>
        <span className="mono clip" title={found.data?.file}>
          {base(found.data?.file ?? '')}
        </span>
      </div>
      {items.length > 1 && (
        <div className="diff-ways">
          <Seg small label="Ways to accept it" value={chosen} onChange={setChosen} options={items.map((s, i) => ({ value: String(i), label: s.title }))} />
        </div>
      )}
      {one && found.data ? (
        <Change key={chosen + one.title} suggestion={one} plan={found.data.plan} why={found.data.why} only={items.length === 1} />
      ) : (
        <div className="skeletons" aria-label="Loading">
          <i style={{ width: '50%' }} />
          <i style={{ width: '62%' }} />
        </div>
      )}
    </div>
  )
}

interface ChangeProps {
  suggestion: PlanSuggestion
  plan: string
  why: string
  only: boolean
}

function Change({ suggestion: s, plan, why, only }: ChangeProps) {
  const dry = useDryRun(s.edits, plan)
  const write = useWriteEdits()
  const stale = write.error instanceof ApiError && write.error.status === 409
  const submit = () =>
    dry.data &&
    write.mutate(
      { edits: s.edits, plan, expect: dry.data.beforeSum },
      {
        onSuccess: (done) => void notify({ message: `Written to ${base(done.file)}. Stored events are checked again.` }),
        onError: () => void dry.refetch(),
      },
    )
  return (
    <>
      <div className="diff-words row sm">
        <span className="grow t2">
          <Names of={s.words} />
        </span>
        <button type="button" className="btn xs" disabled={!dry.data || write.isPending} onClick={submit} aria-label={only ? 'Write to file' : `Write to file: ${s.title}`}>
          Write to file
        </button>
      </div>
      {stale && (
        <div className="diff-words">
          <Note tone="warn">
            <b>The file was changed meanwhile, nothing was written.</b> This is the change to the file as it is now; write it if it still fits.
          </Note>
        </div>
      )}
      {write.error && !stale && (
        <div className="diff-words">
          <Failure error={write.error} what="Nothing was written." />
        </div>
      )}
      {dry.error ? (
        <div className="diff-words">{why ? <p className="t2 sm">{why}</p> : <Failure error={dry.error} what="This file cannot be changed here." />}</div>
      ) : dry.data ? (
        <Hunks edited={dry.data} />
      ) : (
        <div className="skeletons" aria-label="Loading">
          <i style={{ width: '40%' }} />
          <i style={{ width: '55%' }} />
        </div>
      )}
    </>
  )
}

function Hunks({ edited }: { edited: PlanEdited }) {
  const lines = edited.hunks.flatMap((h, i): DiffLine[] => [
    ...(i > 0 ? [{ op: '…', text: '' } as const] : []),
    ...numbered(h),
  ])
  return (
    <>
      <Diff lines={lines} lang="yaml" label={`Change of ${base(edited.file)}`} />
      {edited.problems
        .filter((p) => p.severity === 'error')
        .map((p) => (
          <div className="diff-words" key={p.message}>
            <Note tone="warn">{p.message}</Note>
          </div>
        ))}
    </>
  )
}

/** Lines carry the number they have: before for what goes, after for the rest. */
function numbered(hunk: PlanEdited['hunks'][number]): DiffLine[] {
  let before = hunk.oldStart
  let after = hunk.newStart
  return hunk.lines.map(({ op, text }) => {
    const number = op === '-' ? before : after
    if (op !== '+') before++
    if (op !== '-') after++
    return { op, text, number }
  })
}
