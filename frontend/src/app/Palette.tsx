import { createSpotlight, Spotlight, type SpotlightStore } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { IconArrowRight, IconBolt, IconCornerDownLeft, IconFilter, IconListCheck, IconPlugConnected, IconSearch } from '@tabler/icons-react'
import { useEffect, useMemo, useState, type ReactNode } from 'react'

import { findEvents } from '../event/queries'
import { quote, withTerm } from '../event/query'
import { titleOf, verdictWords } from '../event/words'
import { entriesOf, type Entry } from '../plan/entries'
import { useCoverage } from '../plan/queries'
import { useSources } from '../source/queries'
import { Keys, type Command } from '../ui/commands'
import { CallType, Label, Verdict } from '../ui/marks'
import { ago, count } from '../ui/words'
import { useView } from '../view/useView'

interface Props {
  text: string
  onText: (text: string) => void
  commands: Command[]
  onClose: () => void
}

const about = { size: 16, stroke: 1.75, 'aria-hidden': true } as const

/** Goes to an event, a view, a source, or does something. `>` asks for actions only. */
export function Palette({ text, onText, commands, onClose }: Props) {
  const [[store, spotlight]] = useState(createSpotlight)
  useEffect(() => spotlight.open(), [spotlight])
  const onlyActions = text.startsWith('>')
  const wanted = (onlyActions ? text.slice(1) : text).trim()
  const events = useFound(onlyActions ? '' : wanted)
  // What came later stands above what was there: the first line is chosen anew.
  const first = events.data?.items[0]?.seq
  useEffect(() => {
    const frame = requestAnimationFrame(() => chooseFirst(store))
    return () => cancelAnimationFrame(frame)
  }, [first, text, store])
  const sources = useSources().data?.items ?? []
  const fits = (name: string) => name.toLowerCase().includes(wanted.toLowerCase())
  const actions = commands.filter((c) => c.listed && c.name && c.when !== false && fits(c.name))
  const views = onlyActions ? [] : actions.filter((c) => c.group === 'Go to')
  const doable = onlyActions ? actions : actions.filter((c) => c.group !== 'Go to')
  const found = onlyActions || !wanted ? [] : (events.data?.items ?? [])
  const near = onlyActions || !wanted ? [] : sources.filter((s) => fits(s.name)).slice(0, 4)
  const planned = usePlanned(onlyActions ? '' : wanted)
  const filter = !onlyActions && wanted ? filterFor(wanted, found) : undefined
  const empty = !found.length && !planned.length && !views.length && !near.length && !doable.length && !filter

  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={onText}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight={480}
      size={680}
      overlayProps={{ backgroundOpacity: 0.38, blur: 0 }}
      transitionProps={{ duration: 0 }}
      yOffset={110}
      centered={false}
      classNames={{ content: 'palette', action: 'pal-item' }}
    >
      <Spotlight.Search
        placeholder="Search or jump to"
        aria-label="Search or jump to"
        leftSection={<IconSearch size={18} stroke={1.75} aria-hidden />}
        rightSection={<span className="pill">{onlyActions ? 'Actions' : 'Everything'}</span>}
        rightSectionWidth={100}
      />
      <Spotlight.ActionsList>
        {(found.length > 0 || filter) && (
          <Spotlight.ActionsGroup label="Events">
            {found.map((r) => (
              <EventItem key={r.seq} record={r} words={wanted} onClose={onClose} />
            ))}
            {filter && <FilterItem term={filter} onClose={onClose} />}
          </Spotlight.ActionsGroup>
        )}
        {planned.length > 0 && (
          <Spotlight.ActionsGroup label="Tracking plan">
            {planned.map((e) => (
              <PlannedItem key={e.key} entry={e} words={wanted} onClose={onClose} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {near.length > 0 && (
          <Spotlight.ActionsGroup label="Sources">
            {near.map((s) => (
              <SourceItem key={s.id} id={s.id} onClose={onClose} label={<Label label={s.label} />}>
                Show only <Marked text={s.name} words={wanted} />
              </SourceItem>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {views.length > 0 && (
          <Spotlight.ActionsGroup label="Go to">
            {views.map((c) => (
              <DoItem key={c.name} command={c} words={wanted} onClose={onClose} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {doable.length > 0 && (
          <Spotlight.ActionsGroup label="Do">
            {doable.map((c) => (
              <DoItem key={c.name} command={c} words={wanted} onClose={onClose} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {empty && <Spotlight.Empty>{events.isFetching ? 'Looking' : 'Nothing of that name'}</Spotlight.Empty>}
      </Spotlight.ActionsList>
      <Spotlight.Footer>
        <Keys of="↑ ↓" /> move <Keys of="Enter" /> open <span className="grow" /> <Keys of=">" /> actions only <Keys of="?" /> all keys
      </Spotlight.Footer>
    </Spotlight.Root>
  )
}

/** Events of the plan whose name has the words in it. */
function usePlanned(words: string): Entry[] {
  const { data } = useCoverage({}, words !== '')
  return useMemo(() => {
    if (!data || !words) return []
    const wanted = words.toLowerCase()
    return entriesOf(data, new Set())
      .filter((e) => e.name.toLowerCase().includes(wanted))
      .slice(0, 4)
  }, [data, words])
}

const seenWords = (e: Entry) => (e.group === 'unplanned' ? `not planned, ${count(e.covered.events)} seen` : e.covered.events > 0 ? `${count(e.covered.events)} seen` : 'not seen')

function PlannedItem({ entry: e, words, onClose }: { entry: Entry; words: string; onClose: () => void }) {
  const navigate = useNavigate()
  const [view] = useView()
  return (
    <Spotlight.Action
      onClick={() => {
        onClose()
        void navigate({ to: '/plan', search: { label: view.label, source: view.source, event: e.key } })
      }}
    >
      <span className="pal-row">
        <IconListCheck {...about} />
        <span className="clip">
          <Marked text={e.name} words={words} />
          {e.covered.call !== 'track' && <span className="t3"> {e.covered.call}</span>}
        </span>
        <span className="right t2">{seenWords(e)}</span>
      </span>
    </Spotlight.Action>
  )
}

/** Spotlight marks the chosen line in the document and counts from there. */
function chooseFirst(store: SpotlightStore) {
  document.querySelectorAll('.palette .pal-item').forEach((item, i) => item.toggleAttribute('data-selected', i === 0))
  store.updateState((state) => ({ ...state, selected: 0 }))
}

/** Five events that carry the words; typing on does not ask for every letter. */
function useFound(words: string) {
  const [asked] = useDebouncedValue(words, 120)
  return useQuery({
    queryKey: ['events', 'found', asked],
    queryFn: ({ signal }) => findEvents(quoted(asked), 5, signal),
    enabled: asked !== '',
    placeholderData: undefined,
  })
}

const quoted = (words: string) => '"' + words.replace(/(["\\])/g, '\\$1') + '"'

/** The name when one was found that fits, else the words as free text. */
function filterFor(words: string, found: { name: string }[]) {
  const name = found.map((r) => r.name).find((n) => n.toLowerCase().includes(words.toLowerCase()))
  return name ? 'name:' + quote(name) : quoted(words)
}

function EventItem({ record: r, words, onClose }: { record: Awaited<ReturnType<typeof findEvents>>['items'][number]; words: string; onClose: () => void }) {
  const navigate = useNavigate()
  const [view] = useView()
  return (
    <Spotlight.Action
      onClick={() => {
        onClose()
        void navigate({ to: '/live', search: { label: view.label, source: view.source, sel: r.seq } })
      }}
    >
      <span className="pal-row">
        <CallType type={r.type} />
        <span className="clip">
          <Marked text={titleOf(r)} words={words} />
          <span className="t3"> {ago(r.receivedAt)}, {r.source.name}</span>
        </span>
        <span className="right row g6">
          {r.verdict === 'good' ? <Label label={r.source.label} /> : <Verdict verdict={r.verdict} words={verdictWords(r)} />}
          <IconCornerDownLeft className="pal-enter" size={14} aria-hidden />
        </span>
      </span>
    </Spotlight.Action>
  )
}

/** Says which filter it would set, and how many events that leaves, before it sets it. */
function FilterItem({ term, onClose }: { term: string; onClose: () => void }) {
  const navigate = useNavigate()
  const [view] = useView()
  const [asked] = useDebouncedValue(term, 120)
  const total = useQuery({
    queryKey: ['events', 'count', asked],
    queryFn: ({ signal }) => findEvents(asked, 1000, signal),
    placeholderData: undefined,
  })
  const n = total.data?.items.length
  return (
    <Spotlight.Action
      onClick={() => {
        onClose()
        void navigate({ to: '/live', search: { label: view.label, source: view.source, span: view.span, off: view.off, q: withTerm(view.q, term) } })
      }}
    >
      <span className="pal-row">
        <IconFilter {...about} />
        <span className="clip">
          Filter Live by <span className="mono">{term}</span>
        </span>
        <span className="right t2">{n === undefined ? '' : n === 1000 ? '1,000 events or more' : `${count(n)} ${n === 1 ? 'event' : 'events'}`}</span>
      </span>
    </Spotlight.Action>
  )
}

function SourceItem({ id, label, children, onClose }: { id: string; label: ReactNode; children: ReactNode; onClose: () => void }) {
  const [, change] = useView()
  return (
    <Spotlight.Action
      onClick={() => {
        onClose()
        change({ source: id })
      }}
    >
      <span className="pal-row">
        <IconPlugConnected {...about} />
        <span className="clip">{children}</span>
        <span className="right">{label}</span>
      </span>
    </Spotlight.Action>
  )
}

function DoItem({ command: c, words, onClose }: { command: Command; words: string; onClose: () => void }) {
  const Icon = c.group === 'Go to' ? IconArrowRight : IconBolt
  return (
    <Spotlight.Action
      onClick={() => {
        onClose()
        c.run()
      }}
    >
      <span className="pal-row">
        <Icon {...about} />
        <span className="clip">
          <Marked text={c.name ?? ''} words={words} />
        </span>
        {c.keys?.[0] && (
          <span className="right">
            <Keys of={c.keys[0]} />
          </span>
        )}
      </span>
    </Spotlight.Action>
  )
}

function Marked({ text, words }: { text: string; words: string }) {
  const at = words ? text.toLowerCase().indexOf(words.toLowerCase()) : -1
  if (at < 0) return <>{text}</>
  return (
    <>
      {text.slice(0, at)}
      <b className="hit-text">{text.slice(at, at + words.length)}</b>
      {text.slice(at + words.length)}
    </>
  )
}
