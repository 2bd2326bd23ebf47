import { IconSearch, IconX } from '@tabler/icons-react'
import { useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react'

import type { EventRecord, Source } from '../api/types'
import { icon } from '../ui/marks'
import { count } from '../ui/words'
import { useView } from '../view/useView'
import { checkQuery } from './queries'
import { terms, without, withTerm } from './query'
import { suggest, type Suggestion } from './suggest'

interface Props {
  field: RefObject<HTMLInputElement | null>
  rows: readonly EventRecord[]
  sources: readonly Source[]
}

/** Begins at the last blank outside quotes: the term that is being typed. */
function cut(text: string): [before: string, typed: string] {
  let quoted = false
  let at = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted
    else if (!quoted && /\s/.test(text[i])) at = i + 1
  }
  return [text.slice(0, at), text.slice(at)]
}

export function QueryField({ field, rows, sources }: Props) {
  const [view] = useView()
  const { text, wrong, submit, type } = useDraft()
  const [focused, setFocused] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const [before, typed] = cut(text)
  const offered = useMemo(() => (focused ? suggest(typed, rows, sources) : []), [focused, typed, rows, sources])
  const open = offered.length > 0 && !wrong
  const on = open ? Math.min(chosen, offered.length - 1) : -1

  const take = (s: Suggestion) => {
    setChosen(-1)
    if (s.open) type(before + s.term)
    else void submit(before + s.term)
    field.current?.focus()
  }
  return (
    <div className={wrong ? 'field q wrong' : 'field q'} onClick={() => field.current?.focus()}>
      <IconSearch {...icon} />
      <div className="chips">
        <Chips />
        <input
          ref={field}
          className="txt grow"
          role="combobox"
          aria-label="Filter"
          aria-expanded={open}
          aria-controls="suggestions"
          aria-autocomplete="list"
          aria-activedescendant={on >= 0 ? `suggestion-${on}` : undefined}
          aria-invalid={Boolean(wrong)}
          aria-describedby={wrong ? 'query-error' : undefined}
          placeholder={view.q || view.off ? 'Add to the filter' : 'name:"Order Completed" properties.total>100'}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onChange={(e) => {
            setChosen(-1)
            type(e.target.value)
          }}
          onKeyDown={useFieldKeys({ text, typed, on, offered, setChosen, take, submit: () => submit(text), type })}
        />
      </div>
      <kbd>/</kbd>
      {open && (
        <div className="suggest" id="suggestions" role="listbox" aria-label="Suggestions">
          {offered.map((s, i) => (
            <div
              key={s.term}
              id={`suggestion-${i}`}
              role="option"
              aria-selected={i === on}
              className={i === on ? 'on' : ''}
              onMouseDown={(e) => {
                e.preventDefault()
                take(s)
              }}
            >
              <span className="mono clip">{s.term}</span>
              <span className="right hint">{s.seen === undefined ? s.hint : `${count(s.seen)} seen`}</span>
            </div>
          ))}
        </div>
      )}
      {wrong && (
        <div className="query-error" id="query-error" role="alert">
          {wrong}
        </div>
      )}
    </div>
  )
}

/** The text being typed, and what the server says against it. */
function useDraft() {
  const [view, change] = useView()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState('')
  const turn = useRef(0)
  const type = (next: string) => {
    turn.current++
    setText(next)
    setWrong('')
  }
  const submit = async (whole: string) => {
    const wanted = whole.trim()
    if (!wanted) return
    setText(whole)
    const mine = ++turn.current
    try {
      await checkQuery(wanted)
    } catch (error) {
      if (mine === turn.current) setWrong(error instanceof Error ? error.message : String(error))
      return
    }
    if (mine !== turn.current) return
    change({ q: terms(wanted).reduce<string | undefined>(withTerm, view.q) })
    setText('')
    setWrong('')
  }
  return { text, wrong, type, submit }
}

interface FieldKeys {
  text: string
  typed: string
  on: number
  offered: Suggestion[]
  setChosen: (i: number) => void
  take: (s: Suggestion) => void
  submit: () => void
  type: (text: string) => void
}

function useFieldKeys({ text, typed, on, offered, setChosen, take, submit, type }: FieldKeys) {
  const [view, change] = useView()
  return (e: KeyboardEvent<HTMLInputElement>) => {
    const n = offered.length
    if (e.key === 'ArrowDown' && n) setChosen(on + 1 < n ? on + 1 : -1)
    else if (e.key === 'ArrowUp' && n) setChosen(on < 0 ? n - 1 : on - 1)
    else if (e.key === 'Tab' && !e.shiftKey && typed && n) take(offered[Math.max(on, 0)])
    else if (e.key === 'Enter') {
      if (on >= 0) take(offered[on])
      else submit()
    } else if (e.key === 'Escape') {
      if (text) type('')
      else e.currentTarget.blur()
    } else if (e.key === 'Backspace' && !text) {
      const last = terms(view.q ?? '').at(-1)
      if (last) change({ q: without(view.q, last) })
    } else return
    e.stopPropagation()
    if (e.key !== 'Backspace') e.preventDefault()
  }
}

function Chips() {
  const [view, change] = useView()
  return (
    <>
      {terms(view.q ?? '').map((t) => (
        <Chip
          key={'on' + t}
          term={t}
          on
          onToggle={() => change({ q: without(view.q, t), off: withTerm(view.off, t) })}
          onRemove={() => change({ q: without(view.q, t) })}
        />
      ))}
      {terms(view.off ?? '').map((t) => (
        <Chip
          key={'off' + t}
          term={t}
          on={false}
          onToggle={() => change({ q: withTerm(view.q, t), off: without(view.off, t) })}
          onRemove={() => change({ off: without(view.off, t) })}
        />
      ))}
    </>
  )
}

function Chip({ term, on, onToggle, onRemove }: { term: string; on: boolean; onToggle: () => void; onRemove: () => void }) {
  return (
    <span className={on ? 'fchip' : 'fchip off'}>
      <button
        type="button"
        className="chip-text"
        aria-pressed={on}
        title={on ? 'Click to switch off' : 'Switched off, click to use again'}
        onClick={onToggle}
      >
        {term}
      </button>
      <button type="button" className="chip-x" aria-label={`Remove ${term}`} onClick={onRemove}>
        <IconX size={13} stroke={1.75} aria-hidden />
      </button>
    </span>
  )
}
