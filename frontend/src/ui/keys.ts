import { useEffect, useRef } from 'react'

const busy = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || Boolean(target.closest('[role=dialog],[role=menu]')))

/** Single keys. They rest while a field, a menu or a dialog has the focus. */
export function useKeys(map: Record<string, (e: KeyboardEvent) => void>) {
  const latest = useRef(map)
  useEffect(() => {
    latest.current = map
  })
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || busy(e.target)) return
      // A button that has the focus keeps its own keys.
      const onButton = e.target instanceof HTMLElement && Boolean(e.target.closest('button,a,[role=radio],[role=tab]'))
      if (onButton && (e.key === ' ' || e.key === 'Enter')) return
      const act = latest.current[e.key]
      if (!act) return
      e.preventDefault()
      act(e)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
