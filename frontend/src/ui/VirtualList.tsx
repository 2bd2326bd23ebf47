/** A long list of lines of known heights: only those in sight are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, type CSSProperties, type ReactNode } from 'react'

interface Props<T> {
  lines: readonly T[]
  height: (line: T) => number
  keyOf: (line: T) => string
  /** The table it is; `head` names its columns. */
  label: string
  head?: ReactNode
  className?: string
  draw: (line: T, place: CSSProperties, index: number) => ReactNode
}

export function VirtualList<T>({ lines, height, keyOf, label, head, className, draw }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    getItemKey: (i) => (lines[i] === undefined ? i : keyOf(lines[i])),
    estimateSize: (i) => (lines[i] === undefined ? 0 : height(lines[i])),
    overscan: 8,
  })
  return (
    <div role="table" className={`vl ${className ?? ''}`} aria-label={label} aria-rowcount={lines.length + (head ? 1 : 0)}>
      {head && <div role="rowgroup">{head}</div>}
      <div role="rowgroup" className="vl-rows" ref={scroller} tabIndex={0} aria-label={label}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index]
            return line === undefined ? null : draw(line, { transform: `translateY(${item.start}px)`, height: item.size }, item.index)
          })}
        </div>
      </div>
    </div>
  )
}
