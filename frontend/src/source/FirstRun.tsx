import {
  IconBrandFlutter,
  IconBrandGolang,
  IconBrandJavascript,
  IconBrandKotlin,
  IconBrandNodejs,
  IconBrandPhp,
  IconBrandPython,
  IconBrandReactNative,
  IconBrandSwift,
  IconCoffee,
  IconDiamond,
  IconTerminal2,
} from '@tabler/icons-react'

import { DemoButton } from '../demo/DemoButton'
import { useStatus } from '../status/queries'
import { CopyButton } from '../ui/copy'
import { Code, colour } from '../ui/Code'
import { Failure } from '../ui/Note'
import { useView } from '../view/useView'
import { devSource, useSources } from './queries'
import { curlCheck, findLibrary, libraries, type Place } from './snippets'
import { SnippetCard } from './SnippetCard'
import { Waiting } from './Waiting'

const icons: Record<string, typeof IconCoffee> = {
  browser: IconBrandJavascript,
  node: IconBrandNodejs,
  'react-native': IconBrandReactNative,
  swift: IconBrandSwift,
  kotlin: IconBrandKotlin,
  flutter: IconBrandFlutter,
  python: IconBrandPython,
  go: IconBrandGolang,
  ruby: IconDiamond,
  java: IconCoffee,
  php: IconBrandPhp,
  curl: IconTerminal2,
}

export function FirstRun() {
  const [view, change] = useView()
  const status = useStatus()
  const sources = useSources()
  const source = devSource(sources.data)
  const library = findLibrary(view.lib)
  const baseUrl = status.data?.url ?? window.location.origin
  const place: Place = { baseUrl, writeKey: source?.writeKey ?? '' }
  const port = new URL(baseUrl).port

  return (
    <div className="scroll">
      <div className="head first-head">
        <div>
          <h1>See your first event</h1>
          <div className="sub">Point your app at this collector. No account, no network. Nothing leaves this machine.</div>
        </div>
        <span className="grow" />
        <DemoButton />
      </div>
      <div className="fr">
        <div>
          <Step n={1}>What does your app use?</Step>
          <div className="sdk" role="radiogroup" aria-label="Library">
            {libraries.map((l) => {
              const Icon = icons[l.id] ?? IconTerminal2
              return (
                <button
                  key={l.id}
                  type="button"
                  role="radio"
                  aria-checked={l.id === library.id}
                  className={l.id === library.id ? 'on' : ''}
                  onClick={() => change({ lib: l.id }, { replace: true })}
                >
                  <Icon size={20} stroke={1.5} aria-hidden />
                  {l.name}
                </button>
              )
            })}
          </div>
          <h3 className="gap-top">App on another device?</h3>
          <div className="cblk">
            <table className="addr-table">
              <tbody>
                <tr>
                  <td className="t2">iOS simulator</td>
                  <td className="mono">localhost:{port}</td>
                </tr>
                <tr>
                  <td className="t2">Android emulator</td>
                  <td className="mono">10.0.2.2:{port}</td>
                </tr>
              </tbody>
            </table>
          </div>
          <p className="sm t2 after">A container or a phone cannot reach a collector that listens on this machine only.</p>
        </div>
        <div>
          <Step n={2}>{library.id === 'curl' ? 'Send one by hand' : 'Add this to your app'}</Step>
          {sources.error && !source ? (
            <Failure error={sources.error} what="There is no key to show." />
          ) : source ? (
            <>
              <SnippetCard library={library} source={source} place={place} />
              {library.id !== 'curl' && (
                <>
                  <h3 className="gap-top">Check the road without an app</h3>
                  <div className="cblk">
                    <div className="hd">
                      <span>Terminal</span>
                      <span className="right">
                        <CopyButton text={curlCheck(place)} label="Copy the command" />
                      </span>
                    </div>
                    <div className="cbody">
                      <Code lines={colour(curlCheck(place), 'sh')} label="Command" />
                    </div>
                  </div>
                </>
              )}
            </>
          ) : sources.data ? (
            <p className="t2">There is no source with a dev key. Add one under Sources.</p>
          ) : (
            <div className="skeletons" aria-label="Loading">
              <i style={{ width: '80%' }} />
              <i style={{ width: '60%' }} />
            </div>
          )}
        </div>
        <Waiting status={status.data} />
      </div>
    </div>
  )
}

function Step({ n, children }: { n: number; children: string }) {
  return (
    <div className="step">
      <b>{n}</b>
      <h2>{children}</h2>
    </div>
  )
}
