import { IconCheck } from '@tabler/icons-react'

import type { EventRecord, Finding } from '../api/types'
import { icon, SeverityIcon, severityTone } from '../ui/marks'
import { worstFirst } from './words'

const areas: Record<string, string> = {
  segment: "Segment's rules",
  plan: 'Tracking plan',
  naming: 'Naming',
  privacy: 'Personal data',
  lens: 'Repeats and timing',
}

const areaOf = (f: Finding) => f.code.slice(0, f.code.indexOf('.'))

/** What happened stands out, the reason and the remedy follow. */
function Words({ of }: { of: string }) {
  const end = of.search(/[.!?](?= [A-Z])/) + 1
  if (end === 0) return <b className="m">{of}</b>
  return (
    <>
      <b>{of.slice(0, end)}</b>
      {of.slice(end)}
    </>
  )
}

export function FindingNote({ finding: f, where }: { finding: Finding; where?: boolean }) {
  return (
    <div className={`lint ${severityTone[f.severity]}`}>
      <SeverityIcon severity={f.severity} />
      <span className="grow">
        <Words of={f.message} />
        {where && f.path && <span className="mono t2"> {f.path}</span>}
      </span>
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
              <div key={i} className={`check ${severityTone[f.severity]}`}>
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
                </div>
              </div>
            ))}
        </section>
      ))}
    </div>
  )
}
