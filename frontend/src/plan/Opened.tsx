/** A violation opened: the app is put right first, the plan second. */
import { Link } from '@tanstack/react-router'

import type { Violation } from '../api/types'
import { Fix } from '../event/Fix'
import { ago, count, fullTime } from '../ui/words'
import { useView } from '../view/useView'
import { Accept } from './Accept'
import { nextStep } from './violations'
import { placeText, placeWords } from './words'

export function Opened({ violation: v }: { violation: Violation }) {
  const [view] = useView()
  const scope = { label: view.label, source: view.source }
  return (
    <div className="vg-ex">
      {nextStep(v) !== 'Add to plan' && <Fix seq={v.latestSeq} type={v.call} code={v.code} path={v.path} />}
      <Accept violation={v} />
      <div className="vg-links sm">
        <Link to="/live" search={{ ...scope, q: v.query }}>
          Show the {count(v.count)} {v.count === 1 ? 'event' : 'events'} in Live
        </Link>
        <Link to="/live" search={{ ...scope, q: v.query, sel: v.latestSeq, tab: 'checks' }}>
          See one payload
        </Link>
        <span className="t3">
          {v.sources.length > 0 && (
            <>
              From{' '}
              {v.sources.slice(0, 3).map((s, i) => (
                <span key={s.id}>
                  {i > 0 && ', '}
                  <Link to="/sources/$id" params={{ id: s.id }}>
                    {s.name}
                  </Link>{' '}
                  ({count(s.count)})
                </span>
              ))}
              {v.sources.length > 3 && ` and ${v.sources.length - 3} more`}.{' '}
            </>
          )}
          <span title={fullTime(v.firstSeen)}>First seen {ago(v.firstSeen)}.</span>
        </span>
        {v.at && v.at.line > 0 && (
          <span className="t3">
            The rule is in{' '}
            <span className="mono" title={placeText(v.at)}>
              {placeWords(v.at)}
            </span>
            .
          </span>
        )}
      </div>
    </div>
  )
}
