import { request } from '../api/client'
import { failed } from '../ui/notify'
import { save } from '../ui/save'

export const exports = [
  { format: 'segment', name: 'Segment JSON', file: 'tracking-plan.json' },
  { format: 'csv', name: 'CSV', file: 'tracking-plan.csv' },
  { format: 'yaml', name: 'Sidetrack YAML', file: 'tracking-plan.yaml' },
] as const

export async function exportPlan({ format, file }: (typeof exports)[number]): Promise<void> {
  try {
    const answer = await request('GET', '/plan/export', { params: { format }, accept: '*/*' })
    save(await answer.blob(), file)
  } catch (error) {
    failed('Not exported.')(error)
  }
}
