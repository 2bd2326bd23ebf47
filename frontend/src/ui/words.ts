/** Times, sizes and numbers in the words of the design. */
const two = (n: number, width = 2) => String(n).padStart(width, '0')

export function clock(time: string | Date, ms = true): string {
  const t = new Date(time)
  if (Number.isNaN(t.getTime())) return ''
  const text = `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`
  return ms ? `${text}.${two(t.getMilliseconds(), 3)}` : text
}

/** Made once: making one takes longer than a row does to draw. */
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** All of it, with the zone, for a tooltip. */
export function fullTime(time: string | Date): string {
  const t = new Date(time)
  return Number.isNaN(t.getTime()) ? '' : full.format(t)
}

/** "2 s ago" under a minute, clock today, day and clock after. */
export function ago(time: string | Date, now = new Date()): string {
  const t = new Date(time)
  const s = Math.max(0, Math.round((now.getTime() - t.getTime()) / 1000))
  if (s < 60) return `${s} s ago`
  if (s < 3600) return `${Math.floor(s / 60)} min ago`
  const hm = clock(t, false).slice(0, 5)
  if (t.toDateString() === now.toDateString()) return hm
  return `${t.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${hm}`
}

/** False for the zero time that Go writes when there was none. */
export const happened = (time: string | null | undefined): time is string =>
  Boolean(time) && new Date(time!).getFullYear() > 1970

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`
  if (n < 1024 ** 2) return `${(n / 1024).toFixed(1)} KB`
  if (n < 1024 ** 3) return `${(n / 1024 ** 2).toFixed(1)} MB`
  return `${(n / 1024 ** 3).toFixed(1)} GB`
}

export const count = (n: number) => n.toLocaleString('en-US')
