/**
 * The query as chips. The server parses and judges queries; this only cuts
 * one into its terms, so that a term can be switched off or taken out.
 */
import type { View } from '../view/address'

/** Cuts at white space outside quotes. Joining with a space gives it back. */
export function terms(query: string): string[] {
  const out: string[] = []
  let term = ''
  let quoted = false
  for (let i = 0; i < query.length; i++) {
    const c = query[i]
    if (c === '\\' && quoted && i + 1 < query.length) {
      term += c + query[++i]
    } else if (!quoted && /\s/.test(c)) {
      if (term) out.push(term)
      term = ''
    } else {
      if (c === '"') quoted = !quoted
      term += c
    }
  }
  if (term) out.push(term)
  return out
}

export const quote = (value: string) =>
  /^[\w.@/-]+$/.test(value) ? value : '"' + value.replace(/(["\\])/g, '\\$1') + '"'

export const join = (list: string[]) => (list.length ? list.join(' ') : undefined)

/** The query with the scopes of the top bar, as the server gets it. */
export function scoped(view: View): string {
  const all = terms(view.q ?? '')
  if (view.label) all.push('label:' + view.label)
  if (view.source) all.push('source:' + quote(view.source))
  return all.join(' ')
}

export function without(query: string | undefined, term: string): string | undefined {
  const all = terms(query ?? '')
  const i = all.indexOf(term)
  if (i >= 0) all.splice(i, 1)
  return join(all)
}

export function withTerm(query: string | undefined, term: string): string | undefined {
  const all = terms(query ?? '')
  return join(all.includes(term) ? all : [...all, term])
}

/** Adds a value to the verdict term, or takes it out again. */
export function toggleVerdict(query: string | undefined, verdict: string): string | undefined {
  const all = terms(query ?? '')
  const i = all.findIndex((t) => t.startsWith('verdict:'))
  const on = i < 0 ? [] : all[i].slice('verdict:'.length).split(',')
  const next = on.includes(verdict) ? on.filter((v) => v !== verdict) : [...on, verdict]
  const term = next.length ? ['verdict:' + next.join(',')] : []
  if (i < 0) all.push(...term)
  else all.splice(i, 1, ...term)
  return join(all)
}

export function verdictsOf(query: string | undefined): string[] {
  const term = terms(query ?? '').find((t) => t.startsWith('verdict:'))
  return term ? term.slice('verdict:'.length).split(',') : []
}

const isTime = (term: string) => /^(after|before):/.test(term)

export const timeless = (query: string) => terms(query).filter((t) => !isTime(t)).join(' ')

export function withTime(query: string | undefined, after: string, before: string) {
  return join([...terms(query ?? '').filter((t) => !isTime(t)), `after:${after}`, `before:${before}`])
}
