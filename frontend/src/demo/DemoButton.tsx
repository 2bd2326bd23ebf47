import { IconBuildingStore, IconPlayerStop } from '@tabler/icons-react'

import { icon } from '../ui/marks'
import { failed } from '../ui/notify'
import { count } from '../ui/words'
import { useDemo, usePlayDemo } from './queries'

/** Starts a made-up shop that sends for three minutes, or stops it. */
export function DemoButton() {
  const demo = useDemo()
  const play = usePlayDemo()
  const running = demo.data?.running ?? false
  return (
    <button type="button" className="btn" disabled={play.isPending} onClick={() => play.mutate(!running, { onError: failed('The demo shop does not play.') })}>
      {running ? <IconPlayerStop {...icon} /> : <IconBuildingStore {...icon} />}
      {running ? `Stop the demo shop, ${count(demo.data?.sent ?? 0)} sent` : 'Play the demo shop'}
    </button>
  )
}
