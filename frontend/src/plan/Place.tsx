import type { Place as At } from '../api/types'
import { CopyButton } from '../ui/copy'
import { placeText, placeWords } from './words'

/** Where something stands. A click copies it the way editors and terminals read it. */
export function Place({ at }: { at: At }) {
  return (
    <span className="row g4 nowrap">
      <span className="mono sm t3">{placeWords(at)}</span>
      <CopyButton bare text={placeText(at)} label={`Copy ${placeText(at)}`} />
    </span>
  )
}
