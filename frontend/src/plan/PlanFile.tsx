import { IconAlertTriangle } from '@tabler/icons-react'
import { useMemo, type CSSProperties } from 'react'

import type { Place, PlanInForce, PlanRule, PlanView } from '../api/types'
import { CopyButton } from '../ui/copy'
import { CallType, icon } from '../ui/marks'
import { Note } from '../ui/Note'
import { VirtualList } from '../ui/VirtualList'
import { clock, happened } from '../ui/words'
import { fieldWords, keyOf, nameOf, placeText, placeWords } from './words'

type Field = PlanRule['fields'][number]
type Line =
  | { kind: 'plan'; key: string; plan: PlanInForce }
  | { kind: 'problem'; key: string; problem: PlanInForce['problems'][number] }
  | { kind: 'rule'; key: string; rule: PlanRule }
  | { kind: 'field'; key: string; field: Field }

const heights = { plan: 40, problem: 34, rule: 36, field: 28 }

/** What the files say, each rule with the line it stands in. */
export function PlanFile({ plan, event }: { plan: PlanView; event: string | undefined }) {
  const lines = useMemo(() => linesOf(plan, event), [plan, event])
  return (
    <VirtualList
      className="rules"
      label="Rules of the plan"
      lines={lines}
      height={(l) => heights[l.kind]}
      keyOf={(l) => l.key}
      draw={(line, place, i) => <Drawn key={line.key} line={line} place={place} index={i + 1} />}
    />
  )
}

function linesOf(view: PlanView, event: string | undefined): Line[] {
  const lines: Line[] = []
  view.plans.forEach((plan, p) => {
    const rules = event ? plan.rules.filter((r) => keyOf(r) === event) : plan.rules
    if (rules.length > 0 || !event) lines.push({ kind: 'plan', key: `${p}`, plan })
    if (!event) plan.problems.forEach((problem, i) => lines.push({ kind: 'problem', key: `${p}!${i}`, problem }))
    rules.forEach((rule, r) => {
      const key = `${p}/${r}`
      lines.push({ kind: 'rule', key, rule })
      rule.fields.forEach((field, f) => lines.push({ kind: 'field', key: `${key}/${f}`, field }))
    })
  })
  return lines
}

function Drawn({ line, place, index }: { line: Line; place: CSSProperties; index: number }) {
  const row = { role: 'row', 'aria-rowindex': index, style: place } as const
  switch (line.kind) {
    case 'plan':
      return (
        <div {...row} className="fl fl-plan">
          <span role="cell" className="row g6 grow clip">
            <b>{line.plan.name || 'Unnamed plan'}</b>
            <span className="sm t3 clip">
              {line.plan.format}
              {line.plan.sources.length > 0 && `, for ${line.plan.sources.join(', ')}`}
              {line.plan.description && `. ${line.plan.description}`}
            </span>
          </span>
        </div>
      )
    case 'problem':
      return (
        <div {...row} className="fl">
          <span role="cell" className={`row g6 grow clip v ${line.problem.severity === 'error' ? 'bad' : 'warn'}`} title={line.problem.message}>
            <IconAlertTriangle {...icon} />
            <span className="clip">{line.problem.message}</span>
          </span>
          <Where at={line.problem.at} />
        </div>
      )
    case 'rule':
      return (
        <div {...row} className="fl fl-rule">
          <span role="cell" className="row g6 grow clip">
            <CallType type={line.rule.call} />
            <b className="m nowrap">{nameOf(line.rule)}</b>
            {line.rule.version > 1 && <span className="sm t3 nowrap">version {line.rule.version}</span>}
            {line.rule.deprecated && <span className="pill">deprecated</span>}
            <span className="sm t3 clip" title={line.rule.description}>
              {line.rule.description}
            </span>
          </span>
          <Where at={line.rule.at} />
        </div>
      )
    case 'field':
      return (
        <div {...row} className="fl fl-field">
          <span role="cell" className="mono clip" title={line.field.name}>
            {line.field.name}
          </span>
          <span role="cell" className="sm t2 clip" title={fieldWords(line.field)}>
            {fieldWords(line.field)}
            {line.field.required && <span className="t3"> required</span>}
          </span>
          <span role="cell" className="sm t3 clip grow" title={line.field.description}>
            {line.field.description}
          </span>
          <Where at={line.field.at} quiet />
        </div>
      )
  }
}

/** A click copies the place the way editors and terminals read it. */
function Where({ at, quiet }: { at: Place; quiet?: boolean }) {
  return (
    <span role="cell" className="row g4 where">
      <span className="mono t3">{quiet && at.line > 0 ? `line ${at.line}` : placeWords(at)}</span>
      {!quiet && <CopyButton bare text={placeText(at)} label={`Copy ${placeText(at)}`} />}
    </span>
  )
}

/** Says where a file is broken, and that the last good one goes on. */
export function BrokenPlan({ plan }: { plan: PlanView | undefined }) {
  const e = plan?.error
  if (!plan || !e) return null
  const line = e.at.line > 0 ? ` in line ${e.at.line}${e.at.column ? `, column ${e.at.column}` : ''}` : ''
  return (
    <div className="plan-note">
      <Note tone="bad">
        <b>
          {e.at.file ? (
            <>
              <span className="mono">{e.at.file}</span> has an error{line}.
            </>
          ) : (
            'The plan cannot be read.'
          )}
        </b>{' '}
        {sentence(e.message)} {e.expected && `Expected: ${e.expected.replace(/\.$/, '')}.`}{' '}
        {plan.plans.length > 0
          ? `The last good version${happened(plan.since) ? `, read ${clock(plan.since, false)},` : ''} stays in force.`
          : 'Until it is right, events are held against no plan.'}
      </Note>
    </div>
  )
}

const sentence = (text: string) => (text ? text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.') : '')
