/** Finds an object member that occurs twice: `JSON.parse` keeps the last one without a word. */

/** @param json is valid JSON: it was parsed before. @returns the first name that occurs twice in one object. */
export function findDuplicateMember(json: string): string | undefined {
  /** Names seen in each open object; undefined for an open array. */
  const open: (Set<string> | undefined)[] = []
  let offset = 0
  while (offset < json.length) {
    const character = json[offset]!
    if (character === '"') {
      const end = endOfString(json, offset)
      const names = open.at(-1)
      if (names && isName(json, end)) {
        const name = JSON.parse(json.slice(offset, end)) as string
        if (names.has(name)) return name
        names.add(name)
      }
      offset = end
      continue
    }
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    offset++
  }
  return undefined
}

/** The offset behind the closing quote. */
function endOfString(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); ; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (json[quote - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
}

/** A string before a colon is a name, inside an object. */
function isName(json: string, end: number): boolean {
  let offset = end
  while (' \t\r\n'.includes(json[offset] ?? 'x')) offset++
  return json[offset] === ':'
}
