import { useMemo } from 'react'

import { Code, colour, type CodeLine } from '../ui/Code'
import { severityTone } from '../ui/marks'
import { FindingNote } from './Checks'
import { placed } from './findings'
import type { Language } from './languages'
import type { Line } from './lossless'
import type { Detail } from './queries'

/** The call in a language, or as curl; what was found stands under the line it is about. */
export function Pretty({ detail, language, curl }: { detail: Detail; language: Language; curl?: string }) {
  const { record, message } = detail
  const { lines, rest } = useMemo(() => {
    const findings = record.findings ?? []
    if (!message || curl !== undefined) return { lines: [], rest: findings }
    const laid = language.lines(message, record.type)
    const { at, rest } = placed(laid, findings)
    const noted = laid.map((line, i): CodeLine => {
      const here = at.get(i)
      if (!here) return line
      const tone = severityTone[here[0].severity]
      return { ...line, tokens: underlined(line, tone), tone, below: here.map((f, j) => <FindingNote key={j} finding={f} record={record} />) }
    })
    return { lines: noted, rest }
  }, [message, record, language, curl])

  if (!message) {
    return (
      <div className="pad16 t2">
        {record.disposition === 'rejected' ? 'This could not be read as an event. Raw shows the bytes that came.' : 'This row has no payload.'}
        <div className="lints">
          {(record.findings ?? []).map((f, i) => (
            <FindingNote key={i} finding={f} record={record} />
          ))}
        </div>
      </div>
    )
  }
  return (
    <>
      {rest.map((f, i) => (
        <FindingNote key={i} finding={f} record={record} where />
      ))}
      {curl === undefined ? <Code lines={lines} label={`The call in ${language.name}`} /> : <Code lines={colour(curl, 'sh')} label="The call as curl" />}
    </>
  )
}

/** A wave under the value, or under the key of something larger. */
function underlined(line: Line, tone: string): CodeLine['tokens'] {
  const marked = line.tokens.findLastIndex((t) => t.kind === 'string' || t.kind === 'number' || t.kind === 'word')
  const at = marked >= 0 ? marked : line.tokens.findIndex((t) => t.kind === 'key')
  return line.tokens.map((t, i) => (i === at ? { ...t, wave: tone } : t))
}
