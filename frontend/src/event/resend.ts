import { print, textOf, unquote, type Node } from './lossless'

/** What makes a message that one message: a copy with these would be a duplicate, or lie in the past. */
const own = new Set(['messageId', 'timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'writeKey', 'type'])

/** The message to edit, without what belongs to the first sending only. Numbers stay as written. */
export function toResend(message: Node): string {
  if (message.kind !== 'object') return textOf(print(message))
  return textOf(print({ ...message, entries: message.entries.filter(([key]) => !own.has(unquote(key))) }))
}
