/** The columns of the stream: which there are, which fold when room is short. */
import { isTexts, usePreference } from '../ui/preferences'

export const columns = ['received', 'call', 'event', 'source', 'person', 'size', 'verdict'] as const
export type Column = (typeof columns)[number]

export const columnName: Record<Column, string> = {
  received: 'Received',
  call: 'Call',
  event: 'Event',
  source: 'Source',
  person: 'Person',
  size: 'Size',
  verdict: 'Verdict',
}

const usual = ['received', 'call', 'event', 'source', 'verdict']
const width: Record<Column, [wide: string, beside: string]> = {
  received: ['88px', '84px'],
  call: ['84px', '76px'],
  event: ['minmax(0, 1fr)', 'minmax(0, 1fr)'],
  source: ['150px', '112px'],
  person: ['130px', '90px'],
  size: ['70px', '60px'],
  verdict: ['136px', '124px'],
}

export function useColumns(): [ReadonlySet<Column>, (column: Column) => void] {
  const [chosen, choose] = usePreference('columns', usual, isTexts)
  const on = new Set(columns.filter((c) => c === 'event' || chosen.includes(c)))
  const toggle = (column: Column) => choose(columns.filter((c) => (c === column ? !on.has(c) : on.has(c))))
  return [on, toggle]
}

export interface Fitted {
  shown: readonly Column[]
  template: string
  /** The call shows as its icon only, and no summary stands beside a name. */
  tight: boolean
}

/** What fits beside an open detail, and in a narrow window. */
export function fit(chosen: ReadonlySet<Column>, open: boolean, narrow: boolean): Fitted {
  const tight = open && narrow
  const shown = columns.filter((c) => chosen.has(c) && !(tight && (c === 'source' || c === 'person' || c === 'size')))
  const template = shown.map((c) => (tight && c === 'call' ? '20px' : width[c][open ? 1 : 0])).join(' ')
  return { shown, template, tight }
}
