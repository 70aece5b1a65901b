/** `Link` of an answer (RFC 8288 3): where it leads, and what is found there. */

export interface Link {
  /** As it stands; may be relative. */
  readonly target: string
  /** Relation types in lower case, such as `alternate`. */
  readonly relations: readonly string[]
}

const linksMax = 50

/** Reads as far as the text makes sense; what comes behind a mistake is not there. */
export function parseLinkHeader(text: string): Link[] {
  const links: Link[] = []
  const reader = { text, at: 0 }
  while (links.length < linksMax) {
    // Commas may stand without an element between them (RFC 9110 5.6.1).
    take(reader, /[\s,]*/y)
    const target = take(reader, /<([^<>]*)>/y)
    if (target === undefined) break
    links.push({ target, relations: readRelations(reader) })
    if (take(reader, /\s*(,)/y) === undefined) break
  }
  return links
}

interface Reader {
  readonly text: string
  at: number
}

/** The parameters of one link; of several `rel` the first counts (RFC 8288 3.3). */
function readRelations(reader: Reader): readonly string[] {
  let relations: readonly string[] | undefined
  for (;;) {
    const name = take(reader, /\s*;\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/y)
    if (name === undefined) {
      // An empty parameter.
      if (take(reader, /\s*(;)/y) === undefined) return relations ?? []
      continue
    }
    const value = take(reader, /\s*=\s*/y) === undefined ? '' : readValue(reader)
    if (name.toLowerCase() === 'rel') relations ??= value.toLowerCase().split(/\s+/).filter(Boolean)
  }
}

function readValue(reader: Reader): string {
  const quoted = take(reader, /"((?:[^"\\]|\\[\s\S])*)"/y)
  return quoted === undefined ? (take(reader, /([^\s";,]*)/y) ?? '') : quoted.replaceAll(/\\([\s\S])/g, '$1')
}

/** What the pattern, or its group, finds at the place where the reader stands. */
function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)
  if (!found) return undefined
  reader.at = pattern.lastIndex
  return found[1] ?? found[0]
}
