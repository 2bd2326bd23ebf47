import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import { icon } from './marks'
import { notify } from './notify'

/** Copies, also where the page has no clipboard of its own (plain http). */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
}

export function copied(text: string, what: string) {
  void copy(text).then(() => notify({ message: `Copied ${what}`, stay: 2000 }))
}

export function CopyButton({ text, label, bare }: { text: string; label: string; bare?: boolean }) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), 1500)
    return () => clearTimeout(timer)
  }, [done])
  const Icon = done ? IconCheck : IconCopy
  return (
    <button
      type="button"
      className={bare ? 'ib' : 'btn xs'}
      aria-label={label}
      title={label}
      onClick={(e) => {
        e.stopPropagation()
        void copy(text).then(() => setDone(true))
      }}
    >
      <Icon {...icon} />
      {!bare && (done ? 'Copied' : 'Copy')}
    </button>
  )
}
