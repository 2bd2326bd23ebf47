/** The line between a list and its detail, moved by pointer or arrow keys and remembered. */
import { useRef, type CSSProperties } from 'react'

import { isNumber, usePreference } from './preferences'

const least = 340
const step = 24

/** How wide the detail is: undefined until somebody moved the line. */
export function useDivider(screen: string) {
  const [width, setWidth] = usePreference(`divider.${screen}`, 0, isNumber)
  const style = width > 0 ? ({ '--detail': `${width}px` } as CSSProperties) : undefined
  return { width, setWidth, style }
}

export function Divider({ width, setWidth }: { width: number; setWidth: (width: number) => void }) {
  const bar = useRef<HTMLDivElement>(null)
  const room = () => bar.current?.parentElement?.getBoundingClientRect()
  const shown = () => bar.current?.nextElementSibling?.getBoundingClientRect().width ?? width
  const set = (to: number) => {
    const box = room()
    if (box) setWidth(Math.round(Math.min(box.width - least, Math.max(least, to))))
  }
  return (
    <div
      ref={bar}
      className="divider"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the detail"
      aria-valuemin={least}
      aria-valuemax={4096}
      aria-valuenow={width || 560}
      tabIndex={0}
      onKeyDown={(e) => {
        const by = { ArrowLeft: step, ArrowRight: -step }[e.key]
        if (!by) return
        e.preventDefault()
        set(shown() + by)
      }}
      onPointerDown={(e) => {
        e.preventDefault()
        e.currentTarget.setPointerCapture(e.pointerId)
      }}
      onPointerMove={(e) => {
        const box = room()
        if (box && e.currentTarget.hasPointerCapture(e.pointerId)) set(box.right - e.clientX)
      }}
      onDoubleClick={() => setWidth(0)}
    />
  )
}
