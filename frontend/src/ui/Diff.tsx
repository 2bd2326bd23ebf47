/** Lines that go and lines that come. */
import { colour, type CodeLine } from './Code'

export interface DiffLine {
  /** A blank stays, - goes, + comes, … is left out. */
  op: ' ' | '-' | '+' | '…'
  text: string
  number?: number
  /** Already cut into tokens; coloured by its language otherwise. */
  tokens?: CodeLine['tokens']
}

const classes = { ' ': '', '-': 'del', '+': 'add', '…': 't3' }
const words = { ' ': '', '-': 'Goes: ', '+': 'Comes: ', '…': '' }
const tokenClass: Record<string, string> = { key: 'k', string: 'st', number: 'nu', word: 'kw', comment: 'cm' }

export function Diff({ lines, lang, label }: { lines: readonly DiffLine[]; lang: string; label: string }) {
  const numbers = lines.some((l) => l.number !== undefined)
  return (
    <div className="code diff-code" role="region" aria-label={label} tabIndex={0}>
      {lines.map((l, i) => (
        <div key={i} className={`ln ${classes[l.op]}`}>
          {numbers && <i aria-hidden>{l.number}</i>}
          <span className="op" aria-hidden>
            {l.op}
          </span>
          <span className="src">
            {words[l.op] && <span className="vh">{words[l.op]}</span>}
            {(l.tokens ?? colour(l.text, lang)[0].tokens).map((t, j) =>
              t.kind === 'plain' ? (
                t.text
              ) : (
                <span key={j} className={tokenClass[t.kind]}>
                  {t.text}
                </span>
              ),
            )}
          </span>
        </div>
      ))}
    </div>
  )
}
