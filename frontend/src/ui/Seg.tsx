/** One of a few, as a radio group that arrow keys walk through. */
import type { ReactNode } from 'react'

interface Props<T extends string> {
  label: string
  value: T
  options: { value: T; label: ReactNode; className?: string }[]
  onChange: (value: T) => void
  small?: boolean
}

export function Seg<T extends string>({ label, value, options, onChange, small }: Props<T>) {
  const step = (by: number) => {
    const i = options.findIndex((o) => o.value === value)
    onChange(options[(i + by + options.length) % options.length].value)
  }
  return (
    <div
      className={small ? 'seg s' : 'seg'}
      role="radiogroup"
      aria-label={label}
      onKeyDown={(e) => {
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key]
        if (!by) return
        e.preventDefault()
        e.stopPropagation()
        step(by)
        const group = e.currentTarget
        requestAnimationFrame(() => group.querySelector<HTMLElement>('[aria-checked=true]')?.focus())
      }}
    >
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          role="radio"
          aria-checked={o.value === value}
          tabIndex={o.value === value ? 0 : -1}
          className={`${o.value === value ? 'on' : ''} ${o.className ?? ''}`}
          onClick={() => onChange(o.value)}
        >
          {o.label}
        </button>
      ))}
    </div>
  )
}
