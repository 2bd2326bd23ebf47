/** What the server says in words, as it is shown. */

/** Text with `names` in mono, as the server writes them. */
export function Names({ of }: { of: string }) {
  return (
    <>
      {of.split('`').map((part, i) =>
        i % 2 ? (
          <span className="mono" key={i}>
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </>
  )
}

/** Cuts after the first sentence: what happened, and the rest. */
export function cut(text: string): [first: string, rest: string] {
  const end = text.search(/[.!?](?= [A-Z`])/) + 1 || text.length
  return [text.slice(0, end), text.slice(end).trimStart()]
}

/** What happened stands out, the reason and the remedy follow. */
export function Words({ of }: { of: string }) {
  const [first, rest] = cut(of)
  return (
    <>
      <b>
        <Names of={first} />
      </b>
      {rest && ' '}
      <Names of={rest} />
    </>
  )
}
