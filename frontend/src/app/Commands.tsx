/** The palette and the key list, loaded when they are first asked for, and the keys of every screen. */
import { useHotkeys } from '@mantine/hooks'
import { useMantineColorScheme } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'

import { useAllCommands, useCommands, type Command } from '../ui/commands'
import { useView } from '../view/useView'

const loadPalette = () => import('./Palette').then((m) => ({ default: m.Palette }))
/** The same chunk that the router asks for. */
const loadPlan = () => import('../plan/PlanPage')
const Palette = lazy(loadPalette)
const KeyList = lazy(() => import('./KeyList').then((m) => ({ default: m.KeyList })))

type Open = 'palette' | 'keys' | null

export function useOpenCommands() {
  const [open, setOpen] = useState<Open>(null)
  const [text, setText] = useTypedAhead(open === 'palette')
  const navigate = useNavigate()
  const [view, change] = useView()
  const { setColorScheme } = useMantineColorScheme()
  const all = useAllCommands()

  const commands = useMemo((): Command[] => {
    const go = (to: '/live' | '/plan' | '/sources' | '/settings') => () => void navigate({ to, search: { label: view.label, source: view.source } })
    return [
      { group: 'Go to', name: 'Live', keys: ['g l'], listed: true, run: go('/live') },
      { group: 'Go to', name: 'Tracking plan', keys: ['g t'], listed: true, run: go('/plan') },
      { group: 'Go to', name: 'Sources', keys: ['g o'], listed: true, run: go('/sources') },
      { group: 'Go to', name: 'Settings', keys: ['g ,'], listed: true, run: go('/settings') },
      { group: 'Sidetrack', name: 'All keys', keys: ['?'], listed: true, run: () => setOpen('keys') },
      { group: 'Sidetrack', name: 'Light theme', listed: true, run: () => setColorScheme('light') },
      { group: 'Sidetrack', name: 'Dark theme', listed: true, run: () => setColorScheme('dark') },
      { group: 'Filter', name: 'Show all labels and sources', listed: true, when: Boolean(view.label || view.source), run: () => change({ label: undefined, source: undefined }) },
    ]
  }, [navigate, view.label, view.source, change, setColorScheme])
  useCommands(commands)
  useHotkeys([['mod+K', () => setOpen((o) => (o === 'palette' ? null : 'palette'))]], [])

  const close = () => {
    setOpen(null)
    setText('')
  }
  const dialogs = (
    <Suspense fallback={null}>
      {open === 'palette' && <Palette text={text} onText={setText} commands={all()} onClose={close} />}
      {open === 'keys' && <KeyList commands={all()} onClose={close} />}
    </Suspense>
  )
  return { openPalette: () => setOpen('palette'), dialogs }
}

/** The palette and the largest screen are loaded when there is time for it, and long before that when asked. */
const soon = 1500

/** The words for the palette: none that are typed before its field has the focus are lost. */
function useTypedAhead(opening: boolean) {
  const [text, setText] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => void Promise.allSettled([loadPalette(), loadPlan()]), soon)
    return () => clearTimeout(timer)
  }, [])
  useEffect(() => {
    if (!opening) return
    const listen = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || document.activeElement?.closest('.palette')) return
      if (e.key === 'Backspace') setText((t) => t.slice(0, -1))
      else if (e.key.length === 1) setText((t) => t + e.key)
      else return
      e.preventDefault()
      e.stopPropagation()
    }
    window.addEventListener('keydown', listen, true)
    return () => window.removeEventListener('keydown', listen, true)
  }, [opening])
  return [text, setText] as const
}
