import { IconBellOff, IconCheck } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'

import type { EventRecord, Finding } from '../api/types'
import { icon, SeverityIcon, severityTone } from '../ui/marks'
import { Words } from '../ui/Said'
import { useView } from '../view/useView'
import { actionFor } from './findings'
import { CopyFix, Fix } from './Fix'
import { terms, withTerm } from './query'
import { worstFirst } from './words'

const MuteDialog = lazy(() => import('../mute/MuteDialog').then((m) => ({ default: m.MuteDialog })))

const areas: Record<string, string> = {
  segment: "Segment's rules",
  plan: 'Tracking plan',
  naming: 'Naming',
  privacy: 'Personal data',
  lens: 'Repeats and timing',
  request: 'The request',
}

const areaOf = (f: Finding) => f.code.slice(0, f.code.indexOf('.'))

function Action({ finding, record }: { finding: Finding; record: EventRecord }) {
  const [view, change] = useView()
  const { label, q } = actionFor(finding, record)
  return (
    <button type="button" className="btn xs" onClick={() => change({ q: terms(q).reduce<string | undefined>(withTerm, view.q) })}>
      {label}
    </button>
  )
}

export function FindingNote({ finding: f, record, where }: { finding: Finding; record: EventRecord; where?: boolean }) {
  return (
    <div className={`lint ${severityTone[f.severity]} ${f.muted ? 'muted' : ''}`}>
      <SeverityIcon severity={f.severity} />
      <span className="grow">
        <Words of={f.message} />
        {where && f.path && <span className="mono t2"> {f.path}</span>}
        {f.muted && <span className="t2"> Muted.</span>}
      </span>
      <Action finding={f} record={record} />
    </div>
  )
}

export function Checks({ record }: { record: EventRecord }) {
  const findings = worstFirst(record.findings)
  if (findings.length === 0) {
    return (
      <div className="pad16">
        <span className="v ok">
          <IconCheck {...icon} />
          Nothing found
        </span>
        <p className="t2 sm after">Checked against Segment's published rules when it arrived.</p>
      </div>
    )
  }
  const groups = [...new Set(findings.map(areaOf))]
  return (
    <div className="checks">
      {groups.map((area) => (
        <section key={area} aria-label={areas[area] ?? area}>
          <h3>{areas[area] ?? area}</h3>
          {findings
            .filter((f) => areaOf(f) === area)
            .map((f, i) => (
              <Check key={i} finding={f} record={record} />
            ))}
        </section>
      ))}
    </div>
  )
}

function Check({ finding: f, record }: { finding: Finding; record: EventRecord }) {
  const [muting, setMuting] = useState(false)
  const [fixing, setFixing] = useState(false)
  return (
    <div className={`check ${severityTone[f.severity]}`}>
      <SeverityIcon severity={f.severity} />
      <div className="grow">
        <div>
          <Words of={f.message} />
        </div>
        <div className="mono t3">
          {f.code}
          {f.path && ` at ${f.path}`}
          {f.muted && ', muted'}
        </div>
        {fixing && <Fix seq={record.seq} type={record.type} code={f.code} path={f.path} />}
      </div>
      {areaOf(f) === 'plan' && f.severity !== 'notice' && <CopyFix seq={record.seq} type={record.type} code={f.code} path={f.path} onCopied={() => setFixing(true)} />}
      <Action finding={f} record={record} />
      {!f.muted && (
        <button type="button" className="btn xs" onClick={() => setMuting(true)}>
          <IconBellOff {...icon} />
          Mute
        </button>
      )}
      {muting && (
        <Suspense fallback={null}>
          <MuteDialog finding={f} record={record} onClose={() => setMuting(false)} />
        </Suspense>
      )}
    </div>
  )
}
