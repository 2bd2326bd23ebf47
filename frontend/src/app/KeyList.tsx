import { Modal } from '@mantine/core'

import { Keys, type Command } from '../ui/commands'
import { useSingleKeys } from '../ui/preferences'

const groups = ['Go to', 'List', 'Event', 'Plan', 'Filter', 'Sidetrack'] as const

/** All keys that do something here and now. */
export function KeyList({ commands, onClose }: { commands: Command[]; onClose: () => void }) {
  const [on, setOn] = useSingleKeys()
  return (
    <Modal opened onClose={onClose} title="Keys" size={680} transitionProps={{ duration: 0 }}>
      <div className="key-list">
        {groups.map((group) => {
          const all = commands.filter((c) => c.group === group && c.name && c.keys?.length)
          if (all.length === 0) return null
          return (
            <section key={group} aria-label={group}>
              <h3>{group}</h3>
              <dl>
                {all.map((c) => (
                  <div key={c.name} className="row">
                    <dt className="grow">{c.name}</dt>
                    <dd className="row g6">
                      {c.keys!.map((k) => (
                        <Keys key={k} of={k} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
      <label className="row after">
        <input type="checkbox" checked={on} onChange={(e) => setOn(e.currentTarget.checked)} />
        Single keys do something. They rest while a field has the focus; Ctrl K works always.
      </label>
    </Modal>
  )
}
