/** Name constraints (RFC 5280 4.2.1.10): for which names a CA and those below it may issue. `violated-constraint.ts` judges. */
import { badParameter } from '../domain/errors.ts'
import { formatIpAddress, parseIpAddress } from '../domain/ip-address.ts'
import { hasControlCharacter, isAscii } from '../domain/name-attributes.ts'
import type { DistinguishedName } from '../domain/subject.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  type Element,
  encode,
  explicit,
  inside,
  malformed,
  openDer,
  sequence,
  tag,
} from './der.ts'
import { type ExtensionFacts, extension, extensionValue } from './extensions.ts'
import { encodeName, readName } from './name.ts'
import { extensionOid } from './object-identifiers.ts'
import { ascii } from './text.ts'

/** Names by kind. Of a kind that has none here, nothing is said. */
export interface Subtrees {
  /** A name and all below it. The empty name is above every other. */
  readonly dnsNames: readonly string[]
  /** `192.0.2.0/24`, `2001:db8::/32`. */
  readonly ipRanges: readonly string[]
  /** A mailbox (`a@example.com`), all mailboxes of one host (`example.com`), or of all hosts below one (`.example.com`). */
  readonly emails: readonly string[]
  /** The host in URIs (`www.example.com`), or all hosts below one (`.example.com`). */
  readonly uriHosts: readonly string[]
  /** A name and all that begin with it. */
  readonly directoryNames: readonly DistinguishedName[]
}

export const noSubtrees: Subtrees = {
  dnsNames: [],
  ipRanges: [],
  emails: [],
  uriHosts: [],
  directoryNames: [],
}

export interface NameConstraints {
  /** Of a kind that is named here, only these names are allowed. */
  readonly permitted: Subtrees
  /** Never allowed, whatever is permitted. */
  readonly excluded: Subtrees
}

export interface NameConstraintFacts extends NameConstraints {
  /** Tag numbers of GeneralName of constrained kinds that are not understood: no certificate with such a name may pass. */
  readonly otherKinds: readonly number[]
}

/**
 * RFC 5280 4.2.1.10: critical.
 * @throws VaultError `BadParameter` for what cannot stand in a constraint, or would not mean what it seems to.
 */
export function nameConstraintsExtension({ permitted, excluded }: NameConstraints): Der {
  const parts = [encodeSubtrees(0, permitted), encodeSubtrees(1, excluded)].flat()
  if (parts.length === 0) throw badParameter('Name constraints have to permit or exclude something.')
  return extension(extensionOid.nameConstraints, true, sequence(...parts))
}

/** The constraints in a CA certificate; undefined when it has none. */
export function nameConstraints(
  certificate: Pick<ExtensionFacts, 'extensions'>,
): NameConstraintFacts | undefined {
  const value = extensionValue(certificate, extensionOid.nameConstraints)
  if (!value) return undefined
  const members = openDer(value)
  if (members.atEnd) throw malformed('name constraints say nothing')
  const otherKinds = new Set<number>()
  const permitted = readSubtrees(members, 0, otherKinds)
  const excluded = readSubtrees(members, 1, otherKinds)
  members.end()
  return { permitted, excluded, otherKinds: [...otherKinds] }
}

/** An address and its mask, 4 octets of each or 16. */
export interface IpRange {
  readonly address: Uint8Array
  readonly mask: Uint8Array
}

/** Reads `192.0.2.0/24`. */
export function parseIpRange(text: string): IpRange {
  const [, base, digits] = /^(.+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = base === undefined ? undefined : parseIpAddress(base)
  const prefix = Number(digits)
  if (!address || prefix > address.length * 8)
    throw badParameter(`'${text.slice(0, 100)}' is not a range of addresses such as 192.0.2.0/24.`)
  const mask = address.map((_, index) => 0xff & (0xff00 >> Math.min(8, Math.max(0, prefix - index * 8))))
  return { address, mask }
}

const kindTags = {
  email: contextTag(1, 'primitive'),
  dnsName: contextTag(2, 'primitive'),
  directoryName: contextTag(4, 'constructed'),
  uri: contextTag(6, 'primitive'),
  ipAddress: contextTag(7, 'primitive'),
} as const

function encodeSubtrees(number: 0 | 1, subtrees: Subtrees): Der[] {
  const bases = [
    ...subtrees.dnsNames.map((name) => encodeText(kindTags.dnsName, checkDnsName(name))),
    ...subtrees.ipRanges.map((range) => encodeRange(range)),
    ...subtrees.emails.map((email) => encodeText(kindTags.email, checkEmail(email))),
    ...subtrees.uriHosts.map((host) => encodeText(kindTags.uri, checkHost(host))),
    ...subtrees.directoryNames.map((name) => explicit(4, encodeName(name))),
  ]
  if (bases.length === 0) return []
  return [encode(contextTag(number, 'constructed'), ...bases.map((base) => sequence(base)))]
}

function encodeText(identifier: number, text: string): Der {
  return encode(identifier, Buffer.from(text, 'latin1'))
}

function encodeRange(text: string): Der {
  const { address, mask } = parseIpRange(text)
  if (address.some((octet, index) => octet & ~mask[index]!))
    throw badParameter(`The range ${text} has an address with bits beyond its prefix; clear them.`)
  return encode(kindTags.ipAddress, address, mask)
}

const hostPattern = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/

/** Without a leading dot, which RFC 5280 gives no meaning here and which implementations take differently. */
function checkDnsName(name: string): string {
  if (name === '' || hostPattern.test(name)) return name
  throw badParameter(
    `'${name.slice(0, 100)}' cannot constrain DNS names; write a domain such as example.com.`,
  )
}

function checkEmail(email: string): string {
  if (isMailboxOrDomain(email)) return email
  throw badParameter(
    `'${email.slice(0, 100)}' cannot constrain e-mail addresses; write user@example.com, example.com or .example.com.`,
  )
}

function checkHost(host: string): string {
  if (isHostOrDomain(host) && !parseIpAddress(host)) return host
  throw badParameter(
    `'${host.slice(0, 100)}' cannot constrain URIs; write a host such as www.example.com, or .example.com for all below it.`,
  )
}

function isHostOrDomain(text: string): boolean {
  return hostPattern.test(text.startsWith('.') ? text.slice(1) : text)
}

function isMailboxOrDomain(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 0) return isHostOrDomain(text)
  const local = text.slice(0, at)
  return local !== '' && isAscii(local) && !hasControlCharacter(local) && hostPattern.test(text.slice(at + 1))
}

function readSubtrees(members: DerReader, number: 0 | 1, otherKinds: Set<number>): Subtrees {
  const found = {
    dnsNames: [] as string[],
    ipRanges: [] as string[],
    emails: [] as string[],
    uriHosts: [] as string[],
    directoryNames: [] as DistinguishedName[],
  }
  if (members.peek() !== contextTag(number, 'constructed')) return found
  const subtrees = members.enter(contextTag(number, 'constructed'))
  if (subtrees.atEnd) throw malformed('a list of name constraints is empty')
  while (!subtrees.atEnd) {
    const subtree = subtrees.enter(tag.sequence)
    const base = subtree.read()
    // `minimum` is always 0, which DER leaves out, and `maximum` always absent.
    subtree.end()
    if (base.tag === kindTags.dnsName) found.dnsNames.push(readDomain(base))
    else if (base.tag === kindTags.ipAddress) found.ipRanges.push(readRange(base.contents))
    else if (base.tag === kindTags.email) found.emails.push(readEmail(base))
    else if (base.tag === kindTags.uri) found.uriHosts.push(readDomain(base))
    else if (base.tag === kindTags.directoryName) found.directoryNames.push(readDirectoryName(base))
    else if ((base.tag & 0xc0) === 0x80 && (base.tag & 0x1f) <= 8) otherKinds.add(base.tag & 0x1f)
    else throw malformed('a name constraint is of no known kind')
  }
  return found
}

/** What would match nothing is refused: an exclusion must not fail to exclude. Leading dots are read as all below. */
function readDomain(base: Element): string {
  const domain = ascii(base.contents)
  if (domain !== '' && !isHostOrDomain(domain)) throw malformed('a name constraint is not a domain')
  return domain
}

function readEmail(base: Element): string {
  const email = ascii(base.contents)
  if (email !== '' && !isMailboxOrDomain(email))
    throw malformed('a name constraint is not a mailbox or domain')
  return email
}

function readDirectoryName(base: Element): DistinguishedName {
  const outer = inside(base)
  const name = readName(outer.enter(tag.sequence))
  outer.end()
  return name
}

/** A mask that is no prefix is refused: RFC 5280 wants the style of RFC 4632. */
function readRange(octets: Uint8Array): string {
  if (octets.length !== 8 && octets.length !== 32)
    throw malformed('a range of addresses has neither 8 nor 32 octets')
  const half = octets.length / 2
  const bits = [...octets.subarray(half)].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  const prefix = bits.indexOf('0') < 0 ? bits.length : bits.indexOf('0')
  if (bits.lastIndexOf('1') >= prefix) throw malformed('the mask of a range of addresses has gaps')
  return `${formatIpAddress(octets.subarray(0, half))}/${prefix}`
}
