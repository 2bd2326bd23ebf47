import { IconBook, IconFileCode, IconTargetArrow, IconWand } from '@tabler/icons-react'
import { useMemo, type ReactNode } from 'react'

import { count } from '../ui/words'
import { useView } from '../view/useView'
import type { DraftFrom } from './draft'
import { Csv } from './Csv'
import { Properties, unplanned } from './Properties'
import { useSchema, type Scope } from './queries'

interface Props {
  scope: Scope
  onDraft: (from: DraftFrom) => void
  onOpen: () => void
}

/** What a plan is, and the four ways to one; or what was sent without one. */
export function NoPlan({ scope, onDraft, onOpen }: Props) {
  const [view, change] = useView()
  const seen = useSchema(scope, true)
  const sent = useMemo(() => (seen.data ? unplanned(seen.data) : []), [seen.data])
  if (view.tab === 'properties' && sent.length > 0) {
    return (
      <div className="tp-body">
        <div className="only">
          <span className="grow">What was sent so far. There is no plan to lay it beside.</span>
          <button type="button" className="linkb" onClick={() => change({ tab: undefined })}>
            Ways to a plan
          </button>
          <Csv scope={scope} />
        </div>
        <Properties events={sent} />
      </div>
    )
  }
  const names = new Set(seen.data?.items.map((e) => `${e.call}:${e.name}`)).size
  return (
    <div className="plan-empty">
      <div>
        <h2>No tracking plan yet</h2>
        <p className="t2 after">A tracking plan says which events you send and what each of them carries; every event that arrives is held against it.</p>
        <div className="ways">
          <Way Icon={IconFileCode} title="Open a file you have" words="Segment JSON or CSV, Terraform, Typewriter, RudderStack, Avo, JSON Schema or YAML. It stays where it is and is watched.">
            <button type="button" className="btn pri" onClick={onOpen}>
              Open file
            </button>
          </Way>
          <Way
            Icon={IconWand}
            title="Draft from seen events"
            words={seen.data ? (names > 0 ? `What your sources really sent: ${count(names)} ${names === 1 ? 'event' : 'events'} so far.` : 'Nothing was seen yet. Send an event first.') : 'What your sources really sent.'}
          >
            {names > 0 && (
              <button type="button" className="btn" onClick={() => change({ tab: 'properties' })}>
                See them
              </button>
            )}
            <button type="button" className="btn" disabled={seen.data !== undefined && names === 0} onClick={() => onDraft('events')}>
              Draft
            </button>
          </Way>
          <Way Icon={IconBook} title="Draft from a business spec" words="Segment's own: online shops, video, mobile apps and others.">
            <button type="button" className="btn" onClick={() => onDraft('spec')}>
              Choose a spec
            </button>
          </Way>
          <Way Icon={IconTargetArrow} title="Draft from a use case" words="The events that a goal, such as winning back customers, is reached with.">
            <button type="button" className="btn" onClick={() => onDraft('use_case')}>
              Choose a use case
            </button>
          </Way>
        </div>
      </div>
    </div>
  )
}

function Way({ Icon, title, words, children }: { Icon: typeof IconBook; title: string; words: string; children: ReactNode }) {
  return (
    <div className="way">
      <Icon size={20} stroke={1.5} aria-hidden />
      <div className="grow">
        <h3>{title}</h3>
        <p>{words}</p>
      </div>
      {children}
    </div>
  )
}
