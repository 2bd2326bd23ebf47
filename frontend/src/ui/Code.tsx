/** Code to read: line numbers, colours, notes under lines, folds. */
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { Fragment, useMemo, useState, type ReactNode } from 'react'

export interface CodeLine {
  tokens: { kind: string; text: string; wave?: string }[]
  depth?: number
  inside?: number
  tone?: 'bad' | 'warn' | 'drop' | 'acc'
  below?: ReactNode
}

const classes: Record<string, string> = {
  key: 'k',
  string: 'st',
  number: 'nu',
  word: 'kw',
  comment: 'cm',
  call: 'fn-name',
}

const most = 2000

export function Code({ lines, folding, label }: { lines: CodeLine[]; folding?: boolean; label: string }) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const [limit, setLimit] = useState(most)
  const hidden = useMemo(() => {
    const out = new Set<number>()
    for (const i of folded) for (let j = 1; j <= (lines[i]?.inside ?? 0); j++) out.add(i + j)
    return out
  }, [folded, lines])
  const toggle = (i: number) =>
    setFolded((last) => {
      const next = new Set(last)
      if (!next.delete(i)) next.add(i)
      return next
    })
  return (
    <div className="code" role="region" aria-label={label} tabIndex={0}>
      {lines.slice(0, limit).map((line, i) => {
        if (hidden.has(i)) return null
        const closed = folded.has(i)
        return (
          <Fragment key={i}>
            <div className={`ln ${line.tone ? 'hl-' + line.tone : ''}`}>
              <i aria-hidden>{i + 1}</i>
              {folding && (
                <span className="fold">
                  {line.inside ? (
                    <button
                      type="button"
                      aria-expanded={!closed}
                      aria-label={closed ? `Unfold line ${i + 1}` : `Fold line ${i + 1}`}
                      onClick={() => toggle(i)}
                    >
                      {closed ? <IconChevronRight size={12} /> : <IconChevronDown size={12} />}
                    </button>
                  ) : null}
                </span>
              )}
              <span className="src">
                {'  '.repeat(line.depth ?? 0)}
                {line.tokens.map((t, j) =>
                  t.kind === 'plain' && !t.wave ? (
                    t.text
                  ) : (
                    <span key={j} className={`${classes[t.kind] ?? ''} ${t.wave ? `wave ${t.wave}` : ''}`}>
                      {t.text}
                    </span>
                  ),
                )}
                {closed && <span className="t3"> … {line.inside} lines</span>}
              </span>
            </div>
            {line.below}
          </Fragment>
        )
      })}
      {lines.length > limit && (
        <button type="button" className="btn s more" onClick={() => setLimit(limit + 10 * most)}>
          Show {lines.length - limit} more lines
        </button>
      )}
    </div>
  )
}

const keywords: Record<string, string> = {
  js: 'import|export|from|const|let|new|await|function|return|var',
  html: 'var|function|return|new|if',
  go: 'if|err|nil|defer|return',
  py: 'import|as|from|def',
  php: '\\?php|new|echo',
  rb: 'require|new|do|end',
  java: 'new|return',
  swift: 'import|let|var|if|in|return',
  kt: 'class|override|fun|super|val',
  dart: 'import|as|final',
  sh: 'curl',
  yaml: 'true|false|null',
}

/** Enough colouring for a snippet: strings, comments, numbers, words. */
export function colour(source: string, lang: string): CodeLine[] {
  const comment = ['py', 'rb', 'sh', 'yaml'].includes(lang) ? '#[^\\n]*' : '(?<![:"\'\\w])//[^\\n]*'
  const key = lang === 'yaml' ? '(?<key>(?:"[^"\\n]*"|[\\w$][\\w $.-]*)(?=:(?: |$)))|' : ''
  const pattern = new RegExp(
    `${key}(?<string>"(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*')|(?<comment>${comment})|(?<word>\\b(?:${keywords[lang] ?? 'new'})\\b)|(?<number>\\b\\d+(?:\\.\\d+)*\\b)`,
    'g',
  )
  return source.split('\n').map((text) => {
    const tokens: CodeLine['tokens'] = []
    let at = 0
    for (const hit of text.matchAll(pattern)) {
      if (hit.index > at) tokens.push({ kind: 'plain', text: text.slice(at, hit.index) })
      const kind = Object.entries(hit.groups ?? {}).find(([, v]) => v !== undefined)?.[0] ?? 'plain'
      tokens.push({ kind, text: hit[0] })
      at = hit.index + hit[0].length
    }
    tokens.push({ kind: 'plain', text: text.slice(at) || (at ? '' : ' ') })
    return { tokens }
  })
}
