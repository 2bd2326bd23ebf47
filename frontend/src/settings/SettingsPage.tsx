import { useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import type { ReactNode } from 'react'

import { bytes, count, fullTime, happened } from '../ui/words'
import { useStatus } from '../status/queries'
import { CopyButton } from '../ui/copy'
import { Failure } from '../ui/Note'
import { Seg } from '../ui/Seg'

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function SettingsPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { data: s, error } = useStatus()
  return (
    <div className="sheet narrow">
      <div className="head">
        <h1>Settings</h1>
      </div>
      {error && <Failure error={error} what="The collector does not say how it is set up." />}
      <section className="card" aria-labelledby="look">
        <header>
          <h2 id="look">Appearance</h2>
        </header>
        <dl className="facts">
          <Fact name="Theme">
            <Seg<MantineColorScheme>
              label="Theme"
              value={colorScheme}
              onChange={setColorScheme}
              options={[
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
                { value: 'auto', label: 'As the system' },
              ]}
            />
          </Fact>
        </dl>
      </section>
      {s && (
        <>
          <section className="card" aria-labelledby="collector">
            <header>
              <h2 id="collector">Collector</h2>
              <span className="t3 sm">Set when it was started</span>
            </header>
            <dl className="facts">
              <Fact name="Address">
                <span className="mono">{s.url}</span> <CopyButton bare text={s.url} label="Copy address" />
              </Fact>
              <Fact name="Version">
                <span className="mono">{s.version}</span>
              </Fact>
              <Fact name="Last event">{happened(s.lastReceived) ? fullTime(s.lastReceived) : 'None yet'}</Fact>
              <Fact name="Unreadable requests">{count(s.rejected)}, kept and shown under is:rejected</Fact>
            </dl>
          </section>
          <section className="card" aria-labelledby="storage">
            <header>
              <h2 id="storage">Storage</h2>
            </header>
            <dl className="facts">
              <Fact name="Folder">
                <span className="mono wrap">{s.dataDir}</span> <CopyButton bare text={s.dataDir} label="Copy folder" />
              </Fact>
              <Fact name="On disk">
                {bytes(s.bytes)}, {count(s.stored)} events received so far
              </Fact>
              {s.retention && (
                <Fact name="Kept">
                  {[
                    s.retention.maxAgeDays > 0 && `${s.retention.maxAgeDays} days`,
                    s.retention.maxBytes > 0 && bytes(s.retention.maxBytes),
                    s.retention.maxEvents > 0 && `${count(s.retention.maxEvents)} events`,
                  ]
                    .filter(Boolean)
                    .join(' or ') || 'For ever'}
                  {', whichever comes first. The oldest go first.'}
                </Fact>
              )}
              <Fact name="Gone by age or size">{count(s.pruned)} events</Fact>
              <Fact name="Deleted by hand">{count(s.deleted)} events</Fact>
            </dl>
          </section>
        </>
      )}
    </div>
  )
}
