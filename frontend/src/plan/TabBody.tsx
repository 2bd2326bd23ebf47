/** What a tab needs beyond the list, asked for when it is opened. */
import { useMemo } from 'react'

import { unreachable } from '../api/client'
import type { Coverage, PlanView } from '../api/types'
import { Failure } from '../ui/Note'
import { PlanFile } from './PlanFile'
import { Properties } from './Properties'
import { useProperties, useRules, type Scope } from './queries'

export function Waiting() {
  return (
    <div className="skeletons" aria-label="Loading">
      {[70, 45, 60, 52].map((w) => (
        <i key={w} style={{ width: w + '%' }} />
      ))}
    </div>
  )
}

interface PropertiesProps {
  scope: Scope
  /** The list at the left, which says when there is more to count. */
  list: Coverage | undefined
  plan: PlanView | undefined
  event: string | undefined
}

export function PropertiesTab({ scope, list, plan, event }: PropertiesProps) {
  const seen = useProperties(scope, event, list)
  const rules = useRules(event, plan?.since)
  const events = useMemo(() => seen.data?.plans.flatMap((p) => p.items), [seen.data])
  if (events) return <Properties events={events} plan={rules.data} />
  return <Coming error={seen.error} what="What was seen cannot be shown." />
}

export function FileTab({ plan, event }: { plan: PlanView | undefined; event: string | undefined }) {
  const rules = useRules(event, plan?.since)
  if (rules.data) return <PlanFile plan={rules.data} event={event} />
  return <Coming error={rules.error} what="The rules cannot be shown." />
}

/** That nobody answers is said by the top bar; nothing pretends to be on its way then. */
export function Coming({ error, what }: { error: Error | null; what: string }) {
  if (!error) return <Waiting />
  return unreachable(error) ? null : <Failure error={error} what={what} />
}
