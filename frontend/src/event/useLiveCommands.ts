/** The keys and palette entries of Live. */
import { useMemo, type RefObject } from 'react'

import { useCommands, type Command } from '../ui/commands'
import { tabs } from '../view/address'
import { useView } from '../view/useView'

interface Live {
  field: RefObject<HTMLInputElement | null>
  paused: boolean
  waiting: number
  pause: () => void
  step: (by: 1 | -1) => void
  jump: () => void
  person: (by: 1 | -1) => void
  tick: () => void
  tickTo: () => void
  back: () => void
}

export function useLiveCommands(live: Live) {
  const [view, change] = useView()
  const { sel } = view
  const open = sel !== undefined
  const commands = useMemo((): Command[] => {
    const { field, paused, waiting, pause, step, jump, person, tick, tickTo, back } = live
    return [
      { group: 'List', name: 'Next event', keys: ['j', 'ArrowDown'], run: () => step(1) },
      { group: 'List', name: 'Previous event', keys: ['k', 'ArrowUp'], run: () => step(-1) },
      {
        group: 'List',
        name: 'Jump to new events, or open the first',
        keys: ['Enter'],
        run: () => (waiting > 0 ? jump() : open || step(1)),
      },
      { group: 'List', name: paused ? 'Go on' : 'Pause', keys: [' '], listed: true, run: pause },
      { group: 'List', name: 'One step back', keys: ['Escape'], run: back },
      { group: 'List', name: 'Tick the selected event', keys: ['x'], when: open, run: tick },
      { group: 'List', name: 'Tick from the last ticked to here', keys: ['X'], when: open, run: tickTo },
      { group: 'Filter', name: 'Write a filter', keys: ['/'], listed: true, run: () => field.current?.focus() },
      { group: 'Filter', name: 'Clear the filter', listed: true, when: Boolean(view.q || view.off), run: () => change({ q: undefined, off: undefined }) },
      { group: 'Event', name: 'Earlier event of this person', keys: ['['], listed: true, when: open, run: () => person(-1) },
      { group: 'Event', name: 'Later event of this person', keys: [']'], listed: true, when: open, run: () => person(1) },
      ...tabs.map(
        (tab, i): Command => ({
          group: 'Event',
          name: `Show ${tab.charAt(0).toUpperCase() + tab.slice(1)}`,
          keys: [String(i + 1)],
          when: open,
          run: () => change({ tab }, { replace: true }),
        }),
      ),
    ]
  }, [live, open, view.q, view.off, change])
  useCommands(commands)
}
