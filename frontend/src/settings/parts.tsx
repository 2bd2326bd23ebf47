import type { ReactNode } from 'react'

import type { Setting } from '../api/types'

export function Section({ id, title, aside, children }: { id: string; title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="set" aria-labelledby={id}>
      <div className="row">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** A value, and the small words that say which layer set it. */
export function Fact({ name, set, children }: { name: string; set?: Setting; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className="row">
        <span className="grow">{children}</span>
        {set && (
          <span className="t3 xs" title={set.from ? `Set by ${set.from}` : undefined}>
            {set.layer}
          </span>
        )}
      </dd>
    </div>
  )
}
