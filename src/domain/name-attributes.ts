/** The attributes of distinguished names: their identifiers, the words for them, and the upper bounds of RFC 5280 A.1. */
import { badParameter } from './errors.ts'
import type { NameAttribute } from './subject.ts'

export interface NameAttributeType {
  readonly oid: string
  /** All words that callers may write, in upper case. */
  readonly words: readonly string[]
  /** The word Windows prints, and with it Key Vault; without one the identifier is printed. */
  readonly windowsWord?: string
  readonly charactersMax: number
  /** How the value is encoded where PrintableString or UTF8String is not the rule. */
  readonly encoding?: 'ia5' | 'printable'
}

const types: readonly NameAttributeType[] = [
  { oid: '2.5.4.3', words: ['CN', 'COMMONNAME'], windowsWord: 'CN', charactersMax: 64 },
  { oid: '2.5.4.4', words: ['SN', 'SURNAME'], windowsWord: 'SN', charactersMax: 32_768 },
  {
    oid: '2.5.4.5',
    words: ['SERIALNUMBER'],
    windowsWord: 'SERIALNUMBER',
    charactersMax: 64,
    encoding: 'printable',
  },
  { oid: '2.5.4.6', words: ['C', 'COUNTRYNAME'], windowsWord: 'C', charactersMax: 2, encoding: 'printable' },
  { oid: '2.5.4.7', words: ['L', 'LOCALITYNAME'], windowsWord: 'L', charactersMax: 128 },
  { oid: '2.5.4.8', words: ['ST', 'S', 'STATEORPROVINCENAME'], windowsWord: 'S', charactersMax: 128 },
  { oid: '2.5.4.9', words: ['STREET', 'STREETADDRESS'], windowsWord: 'STREET', charactersMax: 128 },
  { oid: '2.5.4.10', words: ['O', 'ORGANIZATIONNAME'], windowsWord: 'O', charactersMax: 64 },
  { oid: '2.5.4.11', words: ['OU', 'ORGANIZATIONALUNITNAME'], windowsWord: 'OU', charactersMax: 64 },
  { oid: '2.5.4.12', words: ['T', 'TITLE'], windowsWord: 'T', charactersMax: 64 },
  { oid: '2.5.4.13', words: ['DESCRIPTION'], windowsWord: 'Description', charactersMax: 1024 },
  { oid: '2.5.4.15', words: ['BUSINESSCATEGORY'], charactersMax: 128 },
  { oid: '2.5.4.17', words: ['POSTALCODE'], windowsWord: 'PostalCode', charactersMax: 40 },
  { oid: '2.5.4.42', words: ['G', 'GN', 'GIVENNAME'], windowsWord: 'G', charactersMax: 32_768 },
  { oid: '2.5.4.43', words: ['I', 'INITIALS'], windowsWord: 'I', charactersMax: 32_768 },
  { oid: '2.5.4.44', words: ['GENERATIONQUALIFIER'], charactersMax: 32_768 },
  {
    oid: '2.5.4.46',
    words: ['DNQUALIFIER', 'DNQ'],
    windowsWord: 'dnQualifier',
    charactersMax: 64,
    encoding: 'printable',
  },
  { oid: '2.5.4.65', words: ['PSEUDONYM'], charactersMax: 128 },
  { oid: '2.5.4.97', words: ['ORGANIZATIONIDENTIFIER'], charactersMax: 256 },
  { oid: '0.9.2342.19200300.100.1.1', words: ['UID', 'USERID'], charactersMax: 256 },
  {
    oid: '0.9.2342.19200300.100.1.25',
    words: ['DC', 'DOMAINCOMPONENT'],
    windowsWord: 'DC',
    charactersMax: 63,
    encoding: 'ia5',
  },
  {
    oid: '1.2.840.113549.1.9.1',
    words: ['E', 'EMAIL', 'EMAILADDRESS'],
    windowsWord: 'E',
    charactersMax: 255,
    encoding: 'ia5',
  },
  { oid: '1.3.6.1.4.1.311.60.2.1.1', words: ['JURISDICTIONL'], charactersMax: 128 },
  { oid: '1.3.6.1.4.1.311.60.2.1.2', words: ['JURISDICTIONST'], charactersMax: 128 },
  { oid: '1.3.6.1.4.1.311.60.2.1.3', words: ['JURISDICTIONC'], charactersMax: 2, encoding: 'printable' },
]

const byIdentifier = new Map(types.map((type) => [type.oid, type]))
const byWord = new Map(types.flatMap((type) => type.words.map((word) => [word, type] as const)))

export function nameAttributeType(oid: string): NameAttributeType | undefined {
  return byIdentifier.get(oid)
}

/** The identifier behind a word (`CN`), a dotted identifier or `OID.` with one; undefined for anything else. */
export function nameAttributeIdentifier(word: string): string | undefined {
  const upper = word.toUpperCase()
  const dotted = upper.startsWith('OID.') ? upper.slice(4) : upper
  if (/^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d{0,8}))(?:\.(?:0|[1-9]\d{0,15}))+$/.test(dotted)) return dotted
  return byWord.get(upper)?.oid
}

/** Refuses values that RFC 5280 does not let an attribute have. */
export function checkNameAttribute({ type, value }: NameAttribute): void {
  const known = byIdentifier.get(type)
  const word = known?.words[0] ?? type
  if (value === '') throw badParameter(`The subject's ${word} is empty.`)
  if (!value.isWellFormed() || hasControlCharacter(value))
    throw badParameter(`The subject's ${word} contains characters that a name cannot hold.`)
  if (!known) return
  if (known.charactersMax === 2 && !/^[A-Za-z]{2}$/.test(value))
    throw badParameter(`The subject's ${word} must be a country code of two letters, not '${value}'.`)
  if (known.encoding === 'printable' && !isPrintableString(value))
    throw badParameter(`The subject's ${word} may only hold letters, digits, blanks and '()+,-./:=?.`)
  if (known.encoding === 'ia5' && !isAscii(value)) throw badParameter(`The subject's ${word} must be ASCII.`)
  if (value.length > known.charactersMax && [...value].length > known.charactersMax)
    throw badParameter(`The subject's ${word} is longer than ${known.charactersMax} characters.`)
}

/** The characters of a PrintableString (X.680 41.4). */
export function isPrintableString(text: string): boolean {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)
}

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

export function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true
  }
  return false
}
