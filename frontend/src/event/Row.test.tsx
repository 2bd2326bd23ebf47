import { fireEvent, render, screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import type { EventRecord, Finding } from '../api/types'
import { Row } from './Row'

const finding = (code: string, severity: Finding['severity']): Finding => ({ code, severity, path: '', message: code })

function record(part: Partial<EventRecord>): EventRecord {
  return {
    seq: 7,
    receivedAt: '2026-01-31T14:32:07.388Z',
    source: { id: 's', name: 'Web shop', label: 'dev' },
    runId: '',
    type: 'track',
    name: 'Order Completed',
    userId: '',
    anonymousId: 'a',
    messageId: 'm',
    timestamp: '2026-01-31T14:32:07.388Z',
    disposition: 'accepted',
    verdict: 'good',
    findings: [],
    added: [],
    masked: [],
    summary: 'FH-20871',
    size: 10,
    ...part,
  }
}

const show = (part: Partial<EventRecord>, onSelect = vi.fn()) => {
  render(<Row record={record(part)} index={0} selected={false} top={0} shown={['received', 'call', 'event', 'source', 'verdict']} onSelect={onSelect} />)
  return onSelect
}

it('says who, what and how good, and a good verdict stays quiet', () => {
  show({})
  expect(screen.getByText('Order Completed')).toBeTruthy()
  expect(screen.getByText('DEV')).toBeTruthy()
  expect(screen.getByText('Good').className).toBe('vh')
})

it('names the worst finding', () => {
  show({ verdict: 'would_drop', findings: [finding('lens.sent_twice', 'warning'), finding('segment.too_big', 'drop')] })
  expect(screen.getByText('Too big')).toBeTruthy()
  expect(screen.getByRole('row').className).toContain('drop')
})

it('counts several violations', () => {
  show({ verdict: 'violation', findings: [1, 2, 3].map(() => finding('plan.missing_property', 'violation')) })
  expect(screen.getByText('3 violations')).toBeTruthy()
})

it('shows an unclaimed source and an identify without a name', () => {
  show({ type: 'identify', name: '', userId: 'u_48213', source: { id: 's', name: 'Unknown key', label: null } })
  expect(screen.getByText('u_48213')).toBeTruthy()
  expect(screen.getByText('NEW')).toBeTruthy()
})

it('selects its event', () => {
  const onSelect = show({})
  fireEvent.click(screen.getByRole('row'))
  expect(onSelect).toHaveBeenCalledWith(7, expect.anything())
})
