/** What would be done to events on their way to destinations, source by source. */
import { Link } from '@tanstack/react-router'

import type { EnforcementView, PlanView, SourceEnforcement } from '../api/types'
import { Code, colour } from '../ui/Code'
import { CopyButton } from '../ui/copy'
import { Label } from '../ui/marks'
import { count } from '../ui/words'
import { useView } from '../view/useView'
import { alike, columns, controlWords, countWords, exampleYaml, inForce } from './enforcement'
import { Place } from './Place'
import { useEnforcement } from './queries'
import { Coming } from './TabBody'
import { placeText } from './words'

export function Enforcement({ plan }: { plan: PlanView | undefined }) {
  const [view] = useView()
  const found = useEnforcement()
  if (!found.data || !plan) return <Coming error={found.error} what="Enforcement cannot be shown." />
  const items = found.data.items.filter((s) => (!view.source || s.source.id === view.source || s.source.name === view.source) && (!view.label || s.source.label === view.label))
  if (!items.some(inForce)) return <None plan={plan} all={found.data.items.some(inForce)} />
  const idle = items.filter((s) => !inForce(s))
  return (
    <div className="enf" tabIndex={0} role="region" aria-label="Enforcement">
      <p className="t2">
        It holds for what is forwarded to destinations, never for what is stored: every event stays here as it was sent.
      </p>
      {alike(items.filter(inForce)).map((group) => (
        <Group key={group[0].source.id} of={group} view={found.data} />
      ))}
      {idle.length > 0 && (
        <p className="sm t2">
          {idle.map((s) => s.source.name).join(', ')}: no entry, everything is allowed.
        </p>
      )}
    </div>
  )
}

/** Sources for which the same holds. */
function Group({ of, view }: { of: readonly SourceEnforcement[]; view: EnforcementView }) {
  const [one] = of
  return (
    <section className="enf-source" aria-label={of.map((s) => s.source.name).join(', ')}>
      <ul className="enf-counts">
        {of.map((s) => (
          <OfSource key={s.source.id} of={s} view={view} />
        ))}
      </ul>
      {one.set ? <Controls of={one} /> : <p className="sm t2">No entry is for these: nothing is blocked or omitted.</p>}
      {one.transformations.length > 0 && <Transformations of={one} />}
    </section>
  )
}

function OfSource({ of, view }: { of: SourceEnforcement; view: EnforcementView }) {
  const [{ label, source }] = useView()
  const words = countWords(of, view.oldest)
  return (
    <li>
      <span className="row g6">
        <Label label={of.source.label as 'dev' | null} />
        <b className="m clip">{of.source.name}</b>
        <span className="sm t3 clip">
          {of.plan}, {count(of.counts.events)} of the newest {count(view.examined)} events
        </span>
      </span>
      {words.length === 0 && of.counts.events > 0 && <p className="sm t2">Nothing would have been done to them.</p>}
      {words.map(({ words, q }) => (
        <p key={words}>
          {q ? (
            <Link to="/live" search={{ label, source, q }}>
              {words}
            </Link>
          ) : (
            words
          )}
        </p>
      ))}
    </li>
  )
}

function Controls({ of }: { of: SourceEnforcement }) {
  return (
    <table className="enf-table">
      <thead>
        <tr>
          <th>Call</th>
          {columns.map((c) => (
            <th key={c}>{c}</th>
          ))}
          <th>Set in</th>
        </tr>
      </thead>
      <tbody>
        {controlWords(of.enforcement).map(({ calls, controls, at }) => (
          <tr key={calls}>
            <th scope="row">{calls}</th>
            {controls.map(({ what, words, control }) => (
              <td key={what} className={{ allow: 't3', omit: 'warn-t m', block: 'bad-t m' }[control.do]} title={control.at.line > 0 ? placeText(control.at) : undefined}>
                {words}
              </td>
            ))}
            <td>{at && <Place at={at} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Transformations({ of }: { of: SourceEnforcement }) {
  return (
    <>
      <h3>Transformations, in this order</h3>
      <ol className="enf-steps">
        {of.transformations.map((t, i) => (
          <li key={i}>
            <span className="row g6">
              <b className="m clip">{t.name || 'Unnamed'}</b>
              <span className="sm t2 clip">
                {t.event || `every ${t.call}`}
                {t.destination ? `, only on the way to ${t.destination}` : ''}
              </span>
              {!t.enabled && <span className="pill">off</span>}
              <span className="grow" />
              <Place at={t.at} />
            </span>
            <span className="sm t2">{t.changes.join(' ')}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

/** What it is and how to begin. `all` when only the sources in sight have none. */
function None({ plan, all }: { plan: PlanView; all: boolean }) {
  const own = plan.plans.some((p) => p.format === 'Sidetrack YAML')
  const yaml = exampleYaml(own)
  return (
    <div className="enf" tabIndex={0} role="region" aria-label="Enforcement">
      <h2>{all ? 'Nothing is enforced for the sources in sight' : 'Nothing is enforced'}</h2>
      <p className="t2">
        Enforcement blocks events that break the plan and takes properties out, transformations rename and change them, on the way to destinations. What is stored stays as it was sent. Here you see
        beforehand what it would do.
      </p>
      <div className="diff">
        <div className="hd2">
          <span className="grow">{own ? 'Add to the plan, and change to what you want' : 'Save beside the plan as enforcement.yaml, open both, and change it to what you want'}</span>
          <CopyButton text={yaml} label="Copy the YAML" />
        </div>
        <Code lines={colour(yaml.trimEnd(), 'yaml')} label="Enforcement in YAML" />
      </div>
    </div>
  )
}
