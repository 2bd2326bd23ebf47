import { count } from '../ui/words'
import { useView } from '../view/useView'
import type { Counts, Group } from './entries'
import { stretchOptions, stretchWords } from './words'

/** How much of the plan was seen, and how the rest divides. Each number shows what it counts. */
export function Band({ counts, failed, onShow }: { counts: Counts | undefined; failed: boolean; onShow: (group: Group) => void }) {
  const [view, change] = useView()
  const n = counts ?? { wrong: 0, unplanned: 0, unseen: 0, right: 0, open: 0, planned: 0, seen: 0 }
  const part = (some: number) => `${n.planned ? (some / n.planned) * 100 : 0}%`
  const nothing = failed ? '–' : '…'
  const said = counts ? `${count(n.seen)} of ${count(n.planned)}` : nothing
  return (
    <section className="kp" aria-label="Coverage of the plan">
      <div>
        <div className="row">
          <span className="t2 sm nowrap">Coverage<span className="whole"> of the plan</span></span>
          <select
            className="right quiet-select"
            aria-label="Seen when"
            value={view.since ?? 'all'}
            onChange={(e) => {
              const chosen = stretchOptions.find((s) => s === e.currentTarget.value)
              change({ since: chosen === 'all' ? undefined : chosen }, { replace: true })
            }}
          >
            {stretchOptions.map((s) => (
              <option key={s} value={s}>
                {stretchWords[s]}
              </option>
            ))}
          </select>
        </div>
        <b>
          {said} <span className="of">planned events seen</span>
        </b>
        <span className="meter" role="img" aria-label={`${said} planned events seen, ${count(n.wrong)} of them with violations`}>
          <i className="f-ok" style={{ width: part(n.seen - n.wrong) }} />
          <i className="f-bad" style={{ width: part(n.wrong) }} />
        </span>
      </div>
      <Figure nothing={nothing} group="right" n={counts?.right} words="Seen and right" tone={counts ? 'ok-t' : ''} onShow={onShow} />
      <Figure nothing={nothing} group="wrong" n={counts?.wrong} words="Seen with violations" tone={n.wrong ? 'bad-t' : ''} onShow={onShow} />
      <Figure nothing={nothing} group="unseen" n={counts?.unseen} words="Planned, not seen" tone="" onShow={onShow} />
      <Figure nothing={nothing} group="unplanned" n={counts?.unplanned} words="Seen, not planned" tone={n.unplanned ? 'warn-t' : ''} onShow={onShow} />
    </section>
  )
}

function Figure({ group, n, nothing, words, tone, onShow }: { group: Group; n: number | undefined; nothing: string; words: string; tone: string; onShow: (group: Group) => void }) {
  return (
    <button type="button" disabled={!n} onClick={() => onShow(group)}>
      <span className="t2 sm">{words}</span>
      <b className={tone}>{n === undefined ? nothing : count(n)}</b>
    </button>
  )
}
