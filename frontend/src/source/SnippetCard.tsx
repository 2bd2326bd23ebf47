import { useState } from 'react'

import type { Source } from '../api/types'
import { Code, colour } from '../ui/Code'
import { CopyButton } from '../ui/copy'
import { Label } from '../ui/marks'
import { Seg } from '../ui/Seg'
import type { Library, Place } from './snippets'

export function SnippetCard({ library, source, place }: { library: Library; source: Source; place: Place }) {
  const [name, setName] = useState('')
  const variant = library.variants.find((v) => v.name === name) ?? library.variants[0]
  const { snippet } = variant
  const code = snippet.code(place)
  return (
    <>
      {library.variants.length > 1 && (
        <div className="variant">
          <Seg
            small
            label="How it is loaded"
            value={variant.name}
            onChange={setName}
            options={library.variants.map((v) => ({ value: v.name, label: v.name }))}
          />
        </div>
      )}
      <div className="cblk">
        <div className="hd">
          <span className="mono clip">{snippet.file}</span>
          {snippet.package && <span className="pill clip">{snippet.package}</span>}
          <span className="right">
            <CopyButton text={code} label="Copy the code" />
          </span>
        </div>
        <div className="cbody">
          <Code lines={colour(code, snippet.lang)} label={`Code for ${library.name}`} />
        </div>
      </div>
      <div className="row g6 sm t2 key-note">
        <Label label={source.label} />
        <span>
          The key belongs to the source <b className="m strong">{source.name}</b>. {snippet.note?.(place)}
        </span>
      </div>
    </>
  )
}
