/** The socket that feeds the log, and starts again from its cursor. */
import { openSocket } from '../api/client'
import type { Frame } from '../api/types'

export interface Reader {
  cursor(): number
  frame(frame: Frame): void
  connected(away: { from: Date } | null): void
}

/** Follows the stream until told to stop. */
export function follow(q: string, reader: Reader): () => void {
  let stopped = false
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  const again = (ms: number) => {
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(open, ms)
  }
  const open = async () => {
    if (stopped) return
    let byeSaid = false
    try {
      socket = await openSocket('/stream', { after: reader.cursor(), q })
    } catch {
      again(1000)
      return
    }
    if (stopped) {
      socket.close()
      return
    }
    const mine = socket
    mine.onopen = () => {
      failures = 0
      if (!stopped) reader.connected(null)
    }
    mine.onmessage = (message) => {
      if (stopped) return
      const frame = JSON.parse(String(message.data)) as Frame
      if (frame.type === 'bye') byeSaid = true
      reader.frame(frame)
    }
    mine.onclose = () => {
      if (stopped) return
      if (byeSaid) {
        again(0) // we were too slow for a moment; nothing is wrong
        return
      }
      if (failures++ === 0) reader.connected({ from: new Date() })
      again(Math.min(5000, 250 * 2 ** Math.min(failures, 5)))
    }
  }
  const wake = () => {
    if (socket?.readyState === WebSocket.CLOSED) again(0)
  }
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  void open()
  return () => {
    stopped = true
    clearTimeout(timer)
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
    socket?.close()
  }
}
