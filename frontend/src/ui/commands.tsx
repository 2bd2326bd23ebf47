/**
 * What can be done, said once: the keys that do it, the palette and the list
 * of keys all read the same commands.
 */
import { createContext, useContext, useEffect, useMemo, useRef, type ReactNode } from 'react'

import { useSingleKeys } from './preferences'

export interface Command {
  /** Says what it does. Commands without a name are keys only. */
  name?: string
  /** Keys as in KeyboardEvent.key; 'g l' is one after the other. */
  keys?: string[]
  /** Where the key list puts it. */
  group: 'Go to' | 'List' | 'Event' | 'Plan' | 'Filter' | 'Sidetrack'
  /** Offered in the palette; a key alone otherwise. */
  listed?: boolean
  /** False: not now. */
  when?: boolean
  run: (e?: KeyboardEvent) => void
}

class Registry {
  private readonly sets = new Map<object, readonly Command[]>()
  /** The ones registered last come first: a page before the frame. */
  all = () => [...this.sets.values()].reverse().flat()
  put = (owner: object, commands: readonly Command[]) => void this.sets.set(owner, commands)
  drop = (owner: object) => void this.sets.delete(owner)
}

const Context = createContext<Registry | null>(null)

export function CommandsProvider({ children }: { children: ReactNode }) {
  const registry = useMemo(() => new Registry(), [])
  const [on] = useSingleKeys()
  useEffect(() => (on ? listenTo(registry) : undefined), [registry, on])
  return <Context value={registry}>{children}</Context>
}

/** Offers commands while the component is on screen. */
export function useCommands(commands: readonly Command[]) {
  const registry = useContext(Context)
  const owner = useRef({})
  useEffect(() => registry?.put(owner.current, commands))
  useEffect(() => {
    const key = owner.current
    return () => registry?.drop(key)
  }, [registry])
}

/** Reads what can be done at this moment. */
export function useAllCommands(): () => Command[] {
  const registry = useContext(Context)
  return registry?.all ?? (() => [])
}

const busy = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || Boolean(target.closest('[role=dialog],[role=menu],[role=listbox]')))

/** A button that has the focus keeps the keys that press it. */
const pressed = (e: KeyboardEvent) =>
  (e.key === ' ' || e.key === 'Enter') && e.target instanceof HTMLElement && Boolean(e.target.closest('button,a,[role=radio],[role=tab]'))

/** How long the first key of two waits for the second. */
const patience = 1200

function listenTo(registry: Registry) {
  let first = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (key: string) => {
    clearTimeout(timer)
    first = key
    if (key) timer = setTimeout(() => (first = ''), patience)
  }
  const listen = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || busy(e.target) || pressed(e)) return
    if (e.key === 'Shift') return
    const wanted = first ? `${first} ${e.key}` : e.key
    wait('')
    const usable = registry.all().filter((c) => c.when !== false)
    const hit = usable.find((c) => c.keys?.includes(wanted)) ?? usable.find((c) => c.keys?.includes(e.key))
    if (!hit) {
      if (usable.some((c) => c.keys?.some((k) => k.startsWith(e.key + ' ')))) wait(e.key)
      return
    }
    e.preventDefault()
    hit.run(e)
  }
  window.addEventListener('keydown', listen)
  return () => {
    wait('')
    window.removeEventListener('keydown', listen)
  }
}

const keyNames: Record<string, string> = { ' ': 'Space', ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' }

/** Keys as they are written on a keyboard. */
export function Keys({ of }: { of: string }) {
  const all = of === ' ' ? [' '] : of.split(' ')
  return (
    <span className="keys">
      {all.map((k, i) => (
        <kbd key={i}>{keyNames[k] ?? k}</kbd>
      ))}
    </span>
  )
}
