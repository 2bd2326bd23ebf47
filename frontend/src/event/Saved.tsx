import { Menu } from '@mantine/core'
import { IconBookmark, IconChevronDown, IconX } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'

import { icon } from '../ui/marks'
import { isText, usePreference } from '../ui/preferences'
import { useView } from '../view/useView'

const NameFilter = lazy(() => import('./NameFilter').then((m) => ({ default: m.NameFilter })))

interface SavedQuery {
  name: string
  q?: string
  /** The chips that were switched off are kept too. */
  off?: string
}

const isSaved = (v: unknown): v is SavedQuery[] =>
  Array.isArray(v) && v.every((s: unknown) => typeof s === 'object' && s !== null && 'name' in s && isText(s.name))

/** Filters kept by name, in this browser. */
export function Saved() {
  const [view, change] = useView()
  const [saved, save] = usePreference<SavedQuery[]>('queries', [], isSaved)
  const [naming, setNaming] = useState(false)
  const something = Boolean(view.q || view.off)
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={280}>
        <Menu.Target>
          <button type="button" className="btn s ghost hide-m">
            <IconBookmark {...icon} />
            Saved
            <IconChevronDown {...icon} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {saved.map((s) => (
            <div className="row g4" key={s.name}>
              <Menu.Item className="grow" onClick={() => change({ q: s.q, off: s.off })}>
                <div className="clip">{s.name}</div>
                <div className="mono t3 clip">{s.q ?? 'no filter'}</div>
              </Menu.Item>
              <button type="button" className="ib" aria-label={`Forget ${s.name}`} title="Forget" onClick={() => save(saved.filter((x) => x !== s))}>
                <IconX {...icon} />
              </button>
            </div>
          ))}
          {saved.length > 0 && <Menu.Divider />}
          <Menu.Item disabled={!something} onClick={() => setNaming(true)}>
            {something ? 'Save this filter' : 'Set a filter to save it'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {naming && (
        <Suspense fallback={null}>
          <NameFilter
            first={view.q ?? ''}
            onClose={() => setNaming(false)}
            onName={(name) => {
              save([...saved.filter((s) => s.name !== name), { name, q: view.q, off: view.off }])
              setNaming(false)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
