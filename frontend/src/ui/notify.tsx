/** What just happened, at the corner of the window. The part that draws it is loaded when first needed. */
import type { ReactNode } from 'react'

interface Notice {
  message: ReactNode
  bad?: boolean
  /** Milliseconds on screen. */
  stay?: number
}

const load = () => import('@mantine/notifications')

const closing = { closeButtonProps: { 'aria-label': 'Close' } }

export async function notify({ message, bad, stay }: Notice): Promise<void> {
  const { notifications } = await load()
  notifications.show({ ...closing, message, color: bad ? 'red' : undefined, autoClose: stay ?? 4000 })
}

export const failed = (what: string) => (error: unknown) =>
  void notify({ bad: true, message: `${what} ${error instanceof Error ? error.message : String(error)}` })

/** How long a deletion can be undone. */
const undoFor = 10_000

export async function notifyUndo(message: string, undo: () => void): Promise<void> {
  const { notifications } = await load()
  const id = notifications.show({
    ...closing,
    autoClose: undoFor,
    message: (
      <span className="row">
        <span className="grow">{message}</span>
        <button
          type="button"
          className="btn xs"
          onClick={() => {
            notifications.hide(id)
            undo()
          }}
        >
          Undo
        </button>
      </span>
    ),
  })
}
