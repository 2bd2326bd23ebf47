/** The keys and palette entries of the tracking plan. */
import { useMemo } from 'react'

import { useCommands, type Command } from '../ui/commands'
import { planTabs, type PlanTab } from '../view/address'
import { useView } from '../view/useView'
import type { DraftFrom } from './draft'

export function usePlanCommands(draft: (from: DraftFrom) => void, open: () => void) {
  const commands = useMemo(
    (): Command[] => [
      { group: 'Plan', name: 'Open a plan file', listed: true, run: open },
      { group: 'Plan', name: 'Draft a plan from seen events', listed: true, run: () => draft('events') },
      { group: 'Plan', name: 'Draft a plan from a business spec', listed: true, run: () => draft('spec') },
      { group: 'Plan', name: 'Draft a plan from a use case', listed: true, run: () => draft('use_case') },
    ],
    [draft, open],
  )
  useCommands(commands)
}

interface List {
  step: (by: 1 | -1) => void
  find: () => void
  back: () => void
  show: (tab: PlanTab) => void
}

const tabWords: Record<PlanTab, string> = { violations: 'Show violations', properties: 'Show properties seen', file: 'Show the file', enforcement: 'Show enforcement' }

export function useListCommands({ step, find, back, show }: List) {
  const [view] = useView()
  useCommands([
    { group: 'List', name: 'Next event', keys: ['j', 'ArrowDown'], run: () => step(1) },
    { group: 'List', name: 'Previous event', keys: ['k', 'ArrowUp'], run: () => step(-1) },
    { group: 'List', name: 'One step back', keys: ['Escape'], when: Boolean(view.event || view.open), run: back },
    { group: 'Filter', name: 'Filter events', keys: ['/'], listed: true, run: find },
    ...planTabs.map((tab, i): Command => ({ group: 'Plan', name: tabWords[tab], keys: [String(i + 1)], listed: true, run: () => show(tab) })),
  ])
}
