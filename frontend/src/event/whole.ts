/** What is done with all that a query matches: exported, or deleted with an undo. */
import { failed, notify, notifyUndo } from '../ui/notify'
import { save } from '../ui/save'
import { count } from '../ui/words'
import { deleteEvents, exportEvents, undoDelete } from './queries'

const events = (n: number) => `${count(n)} ${n === 1 ? 'event' : 'events'}`

export async function exportMatching(q: string) {
  const blob = await exportEvents(q)
  const lines = (await blob.text()).split('\n').filter(Boolean).length
  save(blob, 'events.ndjson')
  void notify({ message: `Exported ${events(lines)}` })
}

export async function deleteMatching(q: string, onChanged: () => void) {
  const gone = await deleteEvents(q)
  onChanged()
  void notifyUndo(`Deleted ${events(gone.count)}`, () => {
    if (gone.id) undoDelete(gone.id).then(onChanged, failed('Not undone.'))
  })
}
