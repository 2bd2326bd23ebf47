import { Menu } from '@mantine/core'
import { IconChevronDown, IconCopy, IconPencil } from '@tabler/icons-react'
import { useMemo } from 'react'

import { endpoint } from '../api/host'
import type { EventRecord } from '../api/types'
import { useCommands, type Command } from '../ui/commands'
import { copied } from '../ui/copy'
import { icon } from '../ui/marks'
import { bytes } from '../ui/words'
import { copyFix } from './Fix'
import type { Language } from './languages'
import { textOf } from './lossless'
import type { Detail } from './queries'

interface Props {
  detail: Detail
  language: Language
  curl: string
  onEdit: () => void
}

const copyLink = () => void endpoint().then((e) => copied(e.baseUrl + window.location.pathname + window.location.search, 'the link'))

/** What only the time or other events tell cannot be mended in the call. */
const mendable = (r: EventRecord) => (r.findings ?? []).some((f) => !f.muted && f.severity !== 'notice' && /^(plan|naming|segment)\./.test(f.code))

export function DetailFooter({ detail, language, curl, onEdit }: Props) {
  const { record, message, text } = detail
  const ways = useMemo(
    () => [
      ...(message
        ? [
            { name: 'Call', keys: 'c c', run: () => copied(textOf(language.lines(message, record.type)), `the call in ${language.name}`) },
            { name: 'JSON as sent', keys: 'c j', run: () => copied(text, 'the JSON as sent') },
            { name: 'curl', keys: 'c u', run: () => copied(curl, 'as curl') },
          ]
        : []),
      ...(message && mendable(record) ? [{ name: 'Fix', keys: 'c f', run: () => void copyFix({ seq: record.seq, type: record.type }) }] : []),
      { name: 'Link', keys: 'c l', run: copyLink },
    ],
    [message, text, language, record, curl],
  )
  const commands = useMemo(
    (): Command[] => [
      ...ways.map((w): Command => ({ group: 'Event', name: `Copy ${w.name === 'JSON as sent' ? w.name : w.name.toLowerCase()}`, keys: [w.keys], listed: true, run: w.run })),
      { group: 'Event', name: 'Edit and resend', keys: ['e'], listed: true, when: Boolean(message), run: onEdit },
    ],
    [ways, message, onEdit],
  )
  useCommands(commands)
  return (
    <div className="df">
      <Menu position="top-start" shadow="md" width={200}>
        <Menu.Target>
          <button type="button" className="btn s">
            <IconCopy {...icon} />
            Copy
            <IconChevronDown {...icon} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {ways.map((w) => (
            <Menu.Item key={w.name} onClick={w.run} rightSection={<kbd>{w.keys}</kbd>}>
              {w.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {message && (
        <button type="button" className="btn s" onClick={onEdit}>
          <IconPencil {...icon} />
          Edit and resend
        </button>
      )}
      <span className="grow" />
      <span className="t3 sm">{bytes(record.size)}</span>
    </div>
  )
}
