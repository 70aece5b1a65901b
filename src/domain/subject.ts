/** Distinguished names and subject alternative names as structures: what policies hold and certificates carry. */
import { badParameter } from './errors.ts'
import { formatIpAddress, parseIpAddress } from './ip-address.ts'
import {
  checkNameAttribute,
  hasControlCharacter,
  isAscii,
  nameAttributeIdentifier,
  nameAttributeType,
} from './name-attributes.ts'

/** One attribute of a name: `type` is a dotted object identifier, `value` its text. */
export interface NameAttribute {
  readonly type: string
  readonly value: string
}

/** A set of attributes at one level; almost always a single one. */
export type RelativeDistinguishedName = readonly NameAttribute[]

/** A name in the order of its DER encoding (RFC 5280 4.1.2.4). */
export type DistinguishedName = readonly RelativeDistinguishedName[]

/** Subject alternative names by kind (RFC 5280 4.2.1.6). `upns` are otherNames with Microsoft's UPN identifier. */
export interface SubjectAlternativeNames {
  readonly dnsNames: readonly string[]
  readonly emails: readonly string[]
  readonly upns: readonly string[]
  readonly uris: readonly string[]
  readonly ipAddresses: readonly string[]
}

export const emptyNames: SubjectAlternativeNames = {
  dnsNames: [],
  emails: [],
  upns: [],
  uris: [],
  ipAddresses: [],
}

/** Several times what any CA issues. */
const namesMax = 1000

export function hasNames(sans: Partial<SubjectAlternativeNames>): boolean {
  return Object.values(sans).some((names) => names.length > 0)
}

/**
 * Reads an X.500 string as Key Vault's clients write it: `C=US, ST=WA, O="Noodle, Inc.", CN=www.example.com`.
 *
 * Quotes, the escapes of RFC 4514 and `+` for several attributes at one level are understood, and `;` for `,`. Key Vault
 * writes the levels into the certificate in reverse, so what stands last here comes first in DER.
 */
export function parseDistinguishedName(text: string): DistinguishedName {
  const scanner = new NameScanner(text)
  const levels: NameAttribute[][] = []
  if (scanner.atEnd) return levels
  for (let separator: string | undefined = ','; separator !== undefined; separator = scanner.separator()) {
    const attribute = { type: scanner.type(), value: scanner.value() }
    checkNameAttribute(attribute)
    if (separator !== '+') levels.push([attribute])
    else if (levels.at(-1)!.some(({ type }) => type === attribute.type))
      throw badParameter('The subject has the same attribute twice at one level.')
    else levels.at(-1)!.push(attribute)
  }
  return levels.reverse()
}

/**
 * Writes a name in the Windows spelling that Key Vault answers for imported certificates: last level first, `S=` for the
 * state, `E=` for the e-mail address, quotes where a value needs them. `parseDistinguishedName` reads it back.
 */
export function printDistinguishedName(name: DistinguishedName): string {
  return name
    .toReversed()
    .map((level) =>
      level
        .map(({ type, value }) => `${nameAttributeType(type)?.windowsWord ?? `OID.${type}`}=${quoted(value)}`)
        .join(' + '),
    )
    .join(', ')
}

/**
 * Refuses alternative names that no certificate can carry, and gives all kinds with addresses in their one spelling.
 * DNS names are not judged further than Key Vault does, which accepts `1`.
 */
export function checkSubjectAlternativeNames(
  sans: Partial<SubjectAlternativeNames>,
): SubjectAlternativeNames {
  const { dnsNames = [], emails = [], upns = [], uris = [], ipAddresses = [] } = sans
  const count = dnsNames.length + emails.length + upns.length + uris.length + ipAddresses.length
  if (count > namesMax) throw badParameter(`A certificate has at most ${namesMax} subject alternative names.`)
  for (const name of dnsNames)
    if (!isBareAscii(name) || name.length > 255)
      throw unusable('DNS name', name, 'at most 255 ASCII characters without blanks')
  for (const email of emails)
    if (!isBareAscii(email) || email.length > 320 || !/^[^@]+@[^@]+$/.test(email))
      throw unusable('e-mail address', email, 'an ASCII mailbox such as user@example.com')
  for (const upn of upns)
    if (upn === '' || upn.length > 1024 || !upn.isWellFormed() || hasControlCharacter(upn))
      throw unusable('user principal name', upn, 'a name such as user@example.com')
  for (const uri of uris)
    if (!isBareAscii(uri) || uri.length > 2048 || !/^[A-Za-z][A-Za-z0-9+.-]*:[^"<>\\^`{|}]+$/.test(uri))
      throw unusable('URI', uri, 'an absolute URI such as https://example.com/ or urn:example:1')
  const addresses = ipAddresses.map((text) => {
    const octets = parseIpAddress(text)
    if (!octets) throw unusable('IP address', text, 'an IPv4 or IPv6 address without prefix or zone')
    return formatIpAddress(octets)
  })
  return { dnsNames, emails, upns, uris, ipAddresses: addresses }
}

function isBareAscii(text: string): boolean {
  return text !== '' && isAscii(text) && !hasControlCharacter(text) && !text.includes(' ')
}

function unusable(kind: string, value: string, wanted: string): Error {
  return badParameter(
    `'${value.slice(0, 100)}' cannot be a subject alternative name: the ${kind} must be ${wanted}.`,
  )
}

/** Windows leaves a backslash alone and would not read it back with RFC 4514 in force: it is doubled inside quotes. */
function quoted(value: string): string {
  if (value !== '' && !/[,+="\\<>#;\p{Cc}]|^ | $/u.test(value)) return value
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`
}

/** Walks over an X.500 string: `type` and `value` alternate, with a `separator` between the pairs. */
class NameScanner {
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text
    this.#skipBlanks()
  }

  get atEnd(): boolean {
    return this.#offset === this.#text.length
  }

  type(): string {
    const equals = this.#text.indexOf('=', this.#offset)
    const word = this.#text.slice(this.#offset, equals < 0 ? undefined : equals).trim()
    if (equals < 0)
      throw badParameter(
        `The subject has no '=' in '${word}'; write it like 'CN=www.example.com, O=Example'.`,
      )
    const type = nameAttributeIdentifier(word)
    if (type === undefined) throw badParameter(`The subject has an unknown attribute '${word}'.`)
    this.#offset = equals + 1
    this.#skipBlanks()
    return type
  }

  value(): string {
    const first = this.#text[this.#offset]
    if (first === '#') throw badParameter('The subject has a value in hexadecimal, which is not supported.')
    return first === '"' ? this.#quotedValue() : this.#plainValue()
  }

  /** `,` or `+`; undefined at the end. */
  separator(): ',' | '+' | undefined {
    this.#skipBlanks()
    if (this.atEnd) return undefined
    const found = this.#text[this.#offset++]!
    this.#skipBlanks()
    if (found === '+') return '+'
    if (found === ',' || found === ';') return ','
    throw badParameter('The subject has text after a closing quote.')
  }

  /** Blanks at the end of a value belong to it only when escaped. */
  #plainValue(): string {
    let value = ''
    let keptLength = 0
    for (; !this.atEnd; this.#offset++) {
      const character = this.#text[this.#offset]!
      if (character === ',' || character === ';' || character === '+') break
      if (character === '"')
        throw badParameter('The subject has a quote inside a value; quote the value as a whole.')
      value += character === '\\' ? this.#escape() : character
      if (!isBlank(character)) keptLength = value.length
    }
    return value.slice(0, keptLength)
  }

  #quotedValue(): string {
    let value = ''
    for (this.#offset++; ; this.#offset++) {
      const character = this.#text[this.#offset]
      const next = this.#text[this.#offset + 1]
      if (character === undefined) throw badParameter('The subject has a quote that is not closed.')
      const escapes = character === '\\' ? next === '"' || next === '\\' : character === '"' && next === '"'
      if (escapes) this.#offset++
      else if (character === '"') break
      value += escapes ? next : character
    }
    this.#offset++
    return value
  }

  /** RFC 4514 2.4: a special character, or UTF-8 octets as pairs of hexadecimal digits. Stays on its last character. */
  #escape(): string {
    const rest = this.#text.slice(this.#offset)
    const octets = /^(?:\\[0-9a-fA-F]{2})+/.exec(rest)?.[0]
    if (octets) {
      this.#offset += octets.length - 1
      return utf8(octets)
    }
    const special = rest[1]
    if (special === undefined || !' "#+,;<=>\\'.includes(special))
      throw badParameter('The subject has a backslash before a character that needs none.')
    this.#offset++
    return special
  }

  #skipBlanks(): void {
    while (!this.atEnd && isBlank(this.#text[this.#offset]!)) this.#offset++
  }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}

function utf8(escapedOctets: string): string {
  try {
    return decodeURIComponent(escapedOctets.replaceAll('\\', '%'))
  } catch (cause) {
    throw badParameter('The subject has an escape that is not UTF-8.', { cause })
  }
}
