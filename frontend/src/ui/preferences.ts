/** What a person chose for this browser: remembered, and the same in every tab. */
import { useCallback, useSyncExternalStore } from 'react'

const prefix = 'sidetrack.'
const changed = 'sidetrack-preference'

function read(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name)
  } catch {
    return null // storage is switched off: what is chosen lasts as long as the page
  }
}

function subscribe(fn: () => void) {
  window.addEventListener('storage', fn)
  window.addEventListener(changed, fn)
  return () => {
    window.removeEventListener('storage', fn)
    window.removeEventListener(changed, fn)
  }
}

/** A remembered choice. What cannot be read any more counts as not chosen. */
export function usePreference<T>(name: string, initial: T, sound: (value: unknown) => value is T): [T, (value: T) => void] {
  const text = useSyncExternalStore(subscribe, () => read(name))
  const set = useCallback(
    (value: T) => {
      try {
        localStorage.setItem(prefix + name, JSON.stringify(value))
      } catch {
        return
      }
      window.dispatchEvent(new Event(changed))
    },
    [name],
  )
  return [parsed(text, initial, sound), set]
}

function parsed<T>(text: string | null, initial: T, sound: (value: unknown) => value is T): T {
  if (text === null) return initial
  try {
    const value: unknown = JSON.parse(text)
    return sound(value) ? value : initial
  } catch {
    return initial
  }
}

export const isBoolean = (v: unknown): v is boolean => typeof v === 'boolean'
export const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)
export const isText = (v: unknown): v is string => typeof v === 'string'
export const isTexts = (v: unknown): v is string[] => Array.isArray(v) && v.every(isText)

/** Whether single keys do something. */
export const useSingleKeys = () => usePreference('keys', true, isBoolean)

export type Density = 'dense' | 'roomy'
const isDensity = (v: unknown): v is Density => v === 'dense' || v === 'roomy'

/** How high the rows of the stream are. */
export const useDensity = () => usePreference<Density>('density', 'dense', isDensity)
