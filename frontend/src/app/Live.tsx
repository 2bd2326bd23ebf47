import { lazy, Suspense, useCallback } from 'react'

import { LivePage } from '../event/LivePage'
import { useSources } from '../source/queries'

const FirstRun = lazy(() => import('../source/FirstRun').then((m) => ({ default: m.FirstRun })))

/** Live, with what it needs from sources: the page that helps to begin, and keys for curl. */
export function Live() {
  const { data } = useSources()
  const keyOf = useCallback((id: string) => data?.items?.find((s) => s.id === id)?.writeKey ?? '', [data])
  return (
    <LivePage
      keyOf={keyOf}
      whenEmpty={
        <Suspense fallback={null}>
          <FirstRun />
        </Suspense>
      }
    />
  )
}
