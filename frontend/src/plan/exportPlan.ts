import { get, request } from '../api/client'
import type { PlanExportNotes, PlanView } from '../api/types'
import { failed, notify } from '../ui/notify'
import { save } from '../ui/save'

const formats = [
  { format: 'segment', name: 'Segment JSON' },
  { format: 'csv', name: 'CSV' },
  { format: 'sidetrack', name: 'Sidetrack YAML' },
] as const

export interface Export {
  name: string
  params: { format: string; plan?: string }
}

/** Every way to write every plan in force. */
export function exportsOf(plans: PlanView['plans']): Export[] {
  if (plans.length < 2) return formats.map(({ format, name }) => ({ name, params: { format } }))
  return plans.flatMap((p, i) => formats.map(({ format, name }) => ({ name: `${p.name || `Plan ${i + 1}`} as ${name}`, params: { format, plan: String(i) } })))
}

const shownNotes = 2

/** Saves the file and says what its format cannot say. */
export async function exportPlan({ params }: Export): Promise<void> {
  try {
    const answer = await request('GET', '/plan/export', { params, accept: '*/*' })
    const { file, notes } = await get<PlanExportNotes>('/plan/export/notes', params)
    save(await answer.blob(), file)
    const said = notes.slice(0, shownNotes).map((n) => n.message)
    const more = notes.length - said.length
    void notify({ message: [`Exported ${file}.`, ...said, ...(more > 0 ? [`And ${more} more.`] : [])].join(' '), stay: said.length ? 10_000 : undefined })
  } catch (error) {
    failed('Not exported.')(error)
  }
}
