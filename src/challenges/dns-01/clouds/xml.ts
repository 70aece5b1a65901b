/**
 * Reading and writing XML as AWS answers it: elements and text. What nobody there sends, such as comments, document types, entities
 * of their own and processing instructions, is refused.
 */

export interface XmlElement {
  readonly name: string
  /** Its own, decoded; blanks between elements are left out. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

interface Open {
  readonly name: string
  text: string
  readonly children: XmlElement[]
}

const depthMax = 16
const elementsMax = 50_000

/** @returns the root; undefined when it is no such document. */
export function readXml(document: string): XmlElement | undefined {
  const root: Open = { name: '', text: '', children: [] }
  const open: Open[] = [root]
  let elements = 0
  let end = 0
  const body = document.replace(/^\ufeff?\s*<\?xml [^<>]*\?>/, '')
  for (const match of body.matchAll(token)) {
    if (match.index !== end) return undefined
    end += match[0].length
    const { text, opening, empty, closing } = match.groups!
    const top = open.at(-1)!
    if (text !== undefined) {
      const decoded = decode(text)
      if (decoded === undefined || (top === root && decoded.trim() !== '')) return undefined
      top.text += decoded
    } else if (opening !== undefined) {
      if (++elements > elementsMax || open.length > depthMax) return undefined
      const element: Open = { name: opening, text: '', children: [] }
      top.children.push(element)
      if (empty === undefined) open.push(element)
    } else if (closing !== undefined) {
      if (top.name !== closing || open.length === 1) return undefined
      open.pop()
      if (top.children.length > 0 && top.text.trim() !== '') return undefined
    }
  }
  if (end !== body.length || open.length !== 1 || root.children.length !== 1) return undefined
  return root.children[0]
}

/** Text, `<name attributes>`, `<name/>` and `</name>`. */
const token =
  /(?<text>[^<]+)|<(?<opening>[A-Za-z_][\w.-]*)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/)?>|<\/(?<closing>[A-Za-z_][\w.-]*)\s*>/g

export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name)
}

export function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? []
}

/** The text of a child; undefined where there is none. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  const text = child(element, name)?.text.trim()
  return text === '' ? undefined : text
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['apos', "'"],
  ['gt', '>'],
  ['lt', '<'],
  ['quot', '"'],
])

function decode(text: string): string | undefined {
  let whole = true
  const decoded = text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));|&/g,
    (_, decimal, hex, name) => {
      const point =
        decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined
      const char = point === undefined ? named.get(name ?? '') : fromPoint(point)
      whole &&= char !== undefined
      return char ?? ''
    },
  )
  return whole ? decoded : undefined
}

function fromPoint(point: number): string | undefined {
  const isCharacter = point > 0 && point <= 0x10_ff_ff && !(point >= 0xd8_00 && point <= 0xdf_ff)
  return isCharacter ? String.fromCodePoint(point) : undefined
}
