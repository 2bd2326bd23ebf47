/** The fix for the app, in the language of the library that sent the event. */
import { IconCode, IconCopy } from '@tabler/icons-react'
import { useMemo } from 'react'

import type { EventFix } from '../api/types'
import { copied } from '../ui/copy'
import { Diff } from '../ui/Diff'
import { icon } from '../ui/marks'
import { Failure } from '../ui/Note'
import { failed, notify } from '../ui/notify'
import { Names } from '../ui/Said'
import { mended } from './fix'
import { getFix, useFix } from './queries'

interface Props {
  seq: number
  type: string
  code?: string
  /** A pointer; with * in it, for items of a list, all of the code are mended. */
  path?: string
}

export function Fix({ seq, type, code, path }: Props) {
  const fix = useFix(seq, code, path)
  if (fix.error) return <Failure error={fix.error} what="No fix can be made." />
  if (!fix.data) {
    return (
      <div className="diff">
        <div className="skeletons" aria-label="Loading">
          <i style={{ width: '45%' }} />
          <i style={{ width: '58%' }} />
        </div>
      </div>
    )
  }
  return <Shown fix={fix.data} type={type} />
}

/** Copies the corrected call without showing it first; says what a person has to decide where there is none. */
export async function copyFix({ seq, type, code, path }: Props): Promise<void> {
  try {
    const fix = await getFix(seq, code, path)
    const { call, language } = mended(fix, type)
    if (fix.changes.length > 0) copied(call, `the corrected call in ${language}${fix.changes.some((c) => !c.certain) ? '; it holds a guess, look at it' : ''}`)
    else void notify({ message: fix.left.map((l) => l.words.replace(/`/g, '')).join(' ') || 'There is nothing to mend.', bad: true })
  } catch (error) {
    failed('No fix can be made.')(error)
  }
}

export function CopyFix(of: Props & { onCopied?: () => void }) {
  return (
    <button type="button" className="btn xs" onClick={() => void copyFix(of).then(of.onCopied)}>
      <IconCopy {...icon} />
      Copy fix
    </button>
  )
}

function Shown({ fix, type }: { fix: EventFix; type: string }) {
  const { lang, language, lines, call } = useMemo(() => mended(fix, type), [fix, type])
  const guessed = fix.changes.some((c) => !c.certain)
  if (fix.changes.length === 0) {
    return (
      <div className="sm t2">
        {fix.left.map((l, i) => (
          <p key={i}>
            <Names of={l.words} />
          </p>
        ))}
      </div>
    )
  }
  return (
    <div className="diff">
      <div className="hd2">
        <IconCode {...icon} />
        <span className="clip grow">
          Fix in the app, in {language}
          {fix.library && <span className="mono"> {fix.library}</span>}
        </span>
        <button type="button" className="btn xs pri" onClick={() => copied(call, `the corrected call in ${language}`)}>
          <IconCopy {...icon} />
          Copy fix
        </button>
      </div>
      <Diff lines={lines} lang={lang} label={`The call before and after, in ${language}`} />
      {(guessed || fix.notes.length > 0) && (
        <ul className="fix-notes sm t2">
          {fix.changes
            .filter((c) => !c.certain && !c.placeholder) // of placeholders the notes tell
            .map((c, i) => (
              <li key={i}>
                A guess: <Names of={c.words} />
              </li>
            ))}
          {fix.notes.map((n) => (
            <li key={n}>
              <Names of={n} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
