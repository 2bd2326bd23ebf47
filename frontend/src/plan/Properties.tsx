import { useMemo, type CSSProperties } from 'react'

import type { EventCovered, PlanRule, PlanView, PropertyCovered, SchemaSeen } from '../api/types'
import { CallType } from '../ui/marks'
import { VirtualList } from '../ui/VirtualList'
import { ago, count, fullTime } from '../ui/words'
import { fieldWords, keyOf, nameOf, percent, stateWords } from './words'

type Line = { kind: 'event'; key: string; event: EventCovered } | { kind: 'property'; key: string; property: PropertyCovered; event: EventCovered }

/** What was sent, for when there is no plan to lay it beside. Sources stand apart. */
export const unplanned = (seen: SchemaSeen): EventCovered[] =>
  seen.items.map((e) => ({
    ...e,
    call: e.call,
    state: 'allowed',
    deprecated: false,
    properties: e.properties.map((p) => ({ name: p.name, state: 'allowed', required: false, planned: [], events: p.events, seen: p })),
  }))

const heights = { event: 36, property: 36 }

interface Props {
  /** The events in the order of the list. */
  events: readonly EventCovered[]
  plan?: PlanView
}

/** What was really sent of every property, beside what is planned. */
export function Properties({ events, plan }: Props) {
  const lines = useMemo(() => {
    const shown = events.length === 1 ? events : events.filter((e) => e.events > 0 || e.properties.length > 0)
    return shown.flatMap((event, i): Line[] => [
      { kind: 'event', key: `${i}/${keyOf(event)}`, event },
      ...event.properties.map((property): Line => ({ kind: 'property', key: `${i}/${keyOf(event)}/${property.name}`, property, event })),
    ])
  }, [events])
  const fields = useMemo(() => fieldsOf(plan), [plan])
  return (
      <VirtualList
        className="props"
        label="Properties seen"
        lines={lines}
        height={(l) => heights[l.kind]}
        keyOf={(l) => l.key}
        head={
          <div role="row" aria-rowindex={1} className="pr pr-head">
            {['Property', 'Planned', 'Seen', 'In'].map((h) => (
              <span role="columnheader" key={h}>
                {h}
              </span>
            ))}
            <span role="columnheader">Examples</span>
            <span role="columnheader" className="hide-m">
              First seen
            </span>
            <span role="columnheader" className="hide-m">
              Last seen
            </span>
          </div>
        }
        draw={(line, place, i) =>
          line.kind === 'event' ? (
            <div role="row" aria-rowindex={i + 2} key={line.key} className="pr-event" style={place}>
              <span role="cell" className="row g6 grow">
                <CallType type={line.event.call} />
                <b className="m clip">{nameOf(line.event)}</b>
                <span className="sm t3 nowrap">
                  {line.event.events > 0 ? `${count(line.event.events)} events` : 'never seen'}
                  {plan && line.event.state === 'unplanned' && ', not planned'}
                  {line.event.moreProperties && ', more names than are counted'}
                </span>
              </span>
            </div>
          ) : (
            <PropertyRow key={line.key} property={line.property} wants={fields.get(`${keyOf(line.event)}\n${line.property.name}`)} place={place} index={i + 2} />
          )
        }
      />
  )
}

type Field = PlanRule['fields'][number]

function fieldsOf(plan: PlanView | undefined) {
  const out = new Map<string, Field>()
  for (const p of plan?.plans ?? []) for (const r of p.rules) for (const f of r.fields) out.set(`${keyOf(r)}\n${f.name}`, f)
  return out
}

/** Whole numbers are numbers. */
const allows = (planned: readonly string[], type: string) => planned.length === 0 || planned.includes(type) || (type === 'integer' && planned.includes('number'))

interface RowProps {
  property: PropertyCovered
  /** The planned property, where the plan says more than a type. */
  wants: Field | undefined
  place: CSSProperties
  index: number
}

function PropertyRow({ property: p, wants, place, index }: RowProps) {
  const types = Object.entries(p.seen?.types ?? {}).sort((a, b) => b[1] - a[1])
  const examples = (p.seen?.examples ?? []).map((e) => JSON.stringify(e))
  const planned = p.state === 'seen' || p.state === 'never_seen'
  const rule = wants ? fieldWords(wants) : p.planned.join(' or ') || 'any'
  // Of what is inside a list or an object only the events that have one need it.
  const lacking = p.required && p.seen && p.seen.rate < 1 && !p.name.includes('.')
  return (
    <div role="row" aria-rowindex={index} className="pr" style={place}>
      <span role="cell" className="mono clip" title={p.name}>
        {p.name}
      </span>
      <span role="cell" className="sm clip" title={planned ? `${rule}${p.required ? ', required' : ''}` : stateWords[p.state]}>
        {planned ? (
          <>
            {rule}
            {p.required && <span className="t3"> required</span>}
          </>
        ) : (
          <span className={p.state === 'unplanned' ? 'warn-t' : 't3'}>{stateWords[p.state]}</span>
        )}
      </span>
      <span role="cell" className="sm clip" title={types.map(([t, n]) => `${t}: ${count(n)}`).join('\n')}>
        {types.length === 0 && <span className="t3">never</span>}
        {types.map(([type, n], i) => (
          <span key={type} className={planned && !allows(p.planned, type) ? 'bad-t m' : ''}>
            {i > 0 && ', '}
            {type}
            {types.length > 1 && ` ${count(n)}`}
            {planned && !allows(p.planned, type) && <span className="vh"> not as planned</span>}
          </span>
        ))}
      </span>
      <span role="cell" className={`sm ${lacking ? 'bad-t m' : 't2'}`} title={`${count(p.events)} events`}>
        {p.seen ? percent(p.seen.rate) : '0%'}
      </span>
      <span role="cell" className="mono clip t2" title={examples.join('\n')}>
        {examples.join(' ')}
      </span>
      <Seen at={p.seen?.firstSeen.time} />
      <Seen at={p.seen?.lastSeen.time} />
    </div>
  )
}

function Seen({ at }: { at: string | undefined }) {
  return (
    <span role="cell" className="sm t3 hide-m nowrap" title={at && fullTime(at)}>
      {at && ago(at)}
    </span>
  )
}
