import { Logo } from '../ui/marks'

/** Shown while the collector does not know this browser, or not since it was started again. */
export function SignIn({ knewUs }: { knewUs: boolean }) {
  return (
    <main className="center">
      <div className="big-logo">
        <Logo />
      </div>
      <h1>{knewUs ? 'Sidetrack was started again' : 'Open the printed address'}</h1>
      <p className="t2">
        {knewUs
          ? 'All events are still there. Each start lets browsers in anew: open the address that '
          : 'This page shows what your app sends, so only a browser that was let in may read it. Open the address that '}
        <span className="mono">sidetrack serve</span> printed, with the code at its end.{knewUs && ' This page then goes on by itself.'}
      </p>
      <p className="t2">
        Closed that terminal? <span className="mono">sidetrack open</span> opens a fresh one.
      </p>
      <p>
        <button type="button" className="btn" onClick={() => window.location.reload()}>
          Try again
        </button>
      </p>
    </main>
  )
}
