import { lazy, Suspense } from 'react'

import { LivePage } from '../event/LivePage'
import type { Source } from '../api/types'
import { useSources } from '../source/queries'

const FirstRun = lazy(() => import('../source/FirstRun').then((m) => ({ default: m.FirstRun })))
const none: readonly Source[] = []

/** Live, with what it needs from sources: the page that helps to begin, their names and keys. */
export function Live() {
  const { data } = useSources()
  return (
    <LivePage
      sources={data?.items ?? none}
      whenEmpty={
        <Suspense fallback={null}>
          <FirstRun />
        </Suspense>
      }
    />
  )
}
