import { IconCheck, IconExclamationMark, IconLoader2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

import type { Status } from '../api/types'
import { useConnections } from '../status/queries'
import { clock } from '../ui/words'
import { diagnose } from './diagnosis'
import { useUnread } from './queries'

export function Waiting({ status }: { status: Status | undefined }) {
  const connections = useConnections()
  const all = connections.data ?? []
  const [open, setOpen] = useState(false)
  const address = (status?.url ?? window.location.origin).replace(/^https?:\/\//, '')
  const unread = useUnread(status?.rejected ?? 0)
  const stages = diagnose(address, all, status?.stored ?? 0, (at) => clock(at, false), unread.data ?? undefined)
  return (
    <div>
      <div className="step">
        <b>3</b>
        <h2>Waiting for the first event</h2>
        <Elapsed />
      </div>
      <div className="diag" aria-live="polite">
        {stages.map((s) => (
          <div key={s.title} className={s.mark === 'warn' ? 'x' : ''}>
            <span className={`tick ${s.mark}`}>
              {s.mark === 'warn' ? <IconExclamationMark aria-label="Trouble" /> : <IconCheck aria-label={s.mark === 'ok' ? 'Done' : 'Not yet'} />}
            </span>
            <span className={s.mark === 'open' ? 'm t3' : 'm'}>{s.title}</span>
            {s.text && <p>{s.text}</p>}
            {s.seq !== undefined && (
              <p>
                <Link to="/live" search={{ sel: s.seq, tab: 'raw' }}>
                  See what came
                </Link>
              </p>
            )}
            {s.todo && (
              <ol>
                {s.todo.map((t) => (
                  <li key={t}>{t}</li>
                ))}
              </ol>
            )}
          </div>
        ))}
      </div>
      {all.length > 0 && (
        <>
          <button type="button" className="linkb after" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'} {all.length === 1 ? 'the request' : `all ${all.length} requests`}
          </button>
          {open && (
            <div className="conns mono">
              {all.map((c, i) => (
                <div key={i} className="clip" title={c.userAgent}>
                  {clock(c.at, false)} <b className={c.status >= 400 ? 'bad-t' : 'ok-t'}>{c.status}</b> {c.method} {c.path}
                </div>
              ))}
            </div>
          )}
        </>
      )}
    </div>
  )
}

function Elapsed() {
  const [s, setS] = useState(0)
  useEffect(() => {
    const start = Date.now()
    const timer = setInterval(() => setS(Math.round((Date.now() - start) / 1000)), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <span className="pill acc right" aria-hidden>
      <IconLoader2 className="spin" />
      {s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`}
    </span>
  )
}
