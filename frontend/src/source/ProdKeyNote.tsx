import { IconShieldExclamation } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'

import type { SourceList } from '../api/types'
import { copied } from '../ui/copy'
import { ago, count } from '../ui/words'
import { localProdUse } from './local'
import { devSource } from './queries'

/** Says aloud that a key for real people is used on this machine. */
export function ProdKeyNote({ list }: { list: SourceList | undefined }) {
  const dev = devSource(list)
  return localProdUse(list).map(({ source, origin, events, lastSeen }) => (
    <div className="note prod" role="status" key={source.id}>
      <IconShieldExclamation size={16} stroke={1.75} aria-hidden />
      <div className="grow">
        <b>A prod write key is in use on this machine.</b>
        <div className="t2">
          {count(events)} {events === 1 ? 'event' : 'events'} came from <span className="mono">{origin}</span> with the key of {source.name}, last{' '}
          {ago(lastSeen)}. Your build may load the settings for production.
        </div>
      </div>
      <Link className="btn s" to="/live" search={{ source: source.id }}>
        Show events
      </Link>
      {dev?.writeKey && dev.label === 'dev' && (
        <button type="button" className="btn s" onClick={() => copied(dev.writeKey, `the key of ${dev.name}`)}>
          Copy dev key
        </button>
      )}
    </div>
  ))
}
