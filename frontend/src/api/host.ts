/**
 * The one file that knows whether we are in the desktop window or in a
 * browser tab. In a tab the collector is our own origin and a cookie speaks
 * for us; in the window the program hands out the address and a token.
 */
export interface Endpoint {
  baseUrl: string
  token: string
}

/** What the program in the window does for its page. */
interface Host {
  Endpoint: () => Promise<Endpoint>
  ChoosePlanFile: () => Promise<string>
  ChooseNewPlanFile: () => Promise<string>
}

declare global {
  interface Window {
    go?: { main?: { App?: Partial<Host> } }
  }
}

export const inWindow = () => Boolean(window.go?.main?.App?.Endpoint)

/** The system's own dialogs, where there is a window: each answers an absolute path, empty when nothing was chosen. */
export const choosePlanFile = () => window.go?.main?.App?.ChoosePlanFile
export const chooseNewPlanFile = () => window.go?.main?.App?.ChooseNewPlanFile

let known: Promise<Endpoint> | undefined

export function endpoint(): Promise<Endpoint> {
  known ??= inWindow()
    ? window.go!.main!.App!.Endpoint!()
    : Promise.resolve({ baseUrl: window.location.origin, token: '' })
  return known
}

/**
 * Trades the one-time code of the printed address for a session, then takes
 * the code out of the address so that it is neither bookmarked nor shown.
 */
export async function startSession(): Promise<void> {
  const code = new URLSearchParams(window.location.hash.slice(1)).get('code')
  if (!code) return
  history.replaceState(history.state, '', window.location.pathname + window.location.search)
  const { baseUrl } = await endpoint()
  // A spent code is no trouble while the cookie of last time still holds;
  // when it does not, the next request says so.
  await fetch(baseUrl + '/api/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  }).catch(() => undefined)
}
