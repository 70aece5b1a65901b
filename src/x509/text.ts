/** ASN.1 character strings (X.680 41): reads each kind that certificates carry. */
import { bufferOf, type Element, malformed, tag } from './der.ts'

/** The text of a character string of any kind; undefined when the element is something else. */
export function readText(element: Element): string | undefined {
  switch (element.tag) {
    case tag.utf8String:
      return utf8(element.contents)
    // The restricted character sets are often overstepped ('*' and '@' in a PrintableString), but never beyond ASCII.
    case tag.printableString:
    case tag.ia5String:
    case tag.numericString:
    case tag.visibleString:
      return ascii(element.contents)
    // T.61 in name only: everybody wrote Latin-1.
    case tag.teletexString:
      return bufferOf(element.contents).toString('latin1')
    case tag.bmpString:
      return utf16(element.contents)
    case tag.universalString:
      return utf32(element.contents)
    default:
      return undefined
  }
}

/** The octets of an IA5String or a more restricted kind. */
export function ascii(octets: Uint8Array): string {
  for (let index = 0; index < octets.length; index++)
    if (octets[index]! > 0x7f) throw malformed('a string is not ASCII')
  return bufferOf(octets).toString('latin1')
}

/** Node puts U+FFFD for what is not UTF-8; encoding again shows whether it was there before. */
export function utf8(octets: Uint8Array): string {
  const text = bufferOf(octets).toString('utf8')
  if (text.includes('\ufffd') && Buffer.from(text).compare(octets) !== 0)
    throw malformed('a string is not UTF-8')
  return text
}

function utf16(octets: Uint8Array): string {
  if (octets.length % 2 !== 0) throw malformed('a BMPString is cut short')
  const text = Buffer.from(octets).swap16().toString('utf16le')
  if (!text.isWellFormed()) throw malformed('a BMPString is not UTF-16')
  return text
}

function utf32(octets: Uint8Array): string {
  if (octets.length % 4 !== 0) throw malformed('a UniversalString is cut short')
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
  let text = ''
  for (let offset = 0; offset < octets.length; offset += 4) {
    const codePoint = view.getUint32(offset)
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000))
      throw malformed('a UniversalString is not UTF-32')
    text += String.fromCodePoint(codePoint)
  }
  return text
}
