/** Distinguished names in DER (RFC 5280 4.1.2.4, RFC 4519 for the attributes). */
import { isPrintableString, nameAttributeType } from '../domain/name-attributes.ts'
import type { DistinguishedName, NameAttribute, RelativeDistinguishedName } from '../domain/subject.ts'
import {
  bufferOf,
  type Der,
  type DerReader,
  type Element,
  encode,
  malformed,
  objectIdentifier,
  openDer,
  readObjectIdentifier,
  sequence,
  setOf,
  tag,
} from './der.ts'
import { readText } from './text.ts'

/** PrintableString where the value allows it and UTF8String otherwise; IA5String for domain components and e-mail. */
export function encodeName(name: DistinguishedName): Der {
  return sequence(...name.map((level) => setOf(...level.map(encodeAttribute))))
}

export function decodeName(der: Der): DistinguishedName {
  return readName(openDer(der))
}

/** The name inside an opened RDNSequence. */
export function readName(levels: DerReader): DistinguishedName {
  const name: RelativeDistinguishedName[] = []
  while (!levels.atEnd) {
    const level = levels.enter(tag.set)
    if (level.atEnd) throw malformed('a name has an empty level')
    const attributes: NameAttribute[] = []
    while (!level.atEnd) attributes.push(readAttribute(level.enter(tag.sequence)))
    name.push(attributes)
  }
  return name
}

function encodeAttribute({ type, value }: NameAttribute): Der {
  return sequence(objectIdentifier(type), encode(stringTag(type, value), Buffer.from(value, 'utf8')))
}

function stringTag(type: string, value: string): number {
  if (nameAttributeType(type)?.encoding === 'ia5') return tag.ia5String
  return isPrintableString(value) ? tag.printableString : tag.utf8String
}

function readAttribute(attribute: DerReader): NameAttribute {
  const type = readObjectIdentifier(attribute.read(tag.objectIdentifier))
  const element = attribute.read()
  attribute.end()
  return { type, value: readText(element) ?? hexadecimal(element) }
}

/** What is not text is shown as RFC 4514 2.4 shows it. */
function hexadecimal(element: Element): string {
  return `#${bufferOf(element.encoded).toString('hex')}`
}
