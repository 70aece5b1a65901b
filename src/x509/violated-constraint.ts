/**
 * Whether names keep to name constraints (RFC 5280 4.2.1.10). What cannot be compared is taken for excluded and never for
 * permitted. Common names are not taken for DNS names (RFC 9525 2).
 */
import { badParameter } from '../domain/errors.ts'
import { parseIpAddress } from '../domain/ip-address.ts'
import { isAscii } from '../domain/name-attributes.ts'
import {
  type DistinguishedName,
  printDistinguishedName,
  type RelativeDistinguishedName,
} from '../domain/subject.ts'
import type { CertificateNames } from './certificate-names.ts'
import {
  type IpRange,
  type NameConstraintFacts,
  type NameConstraints,
  parseIpRange,
} from './name-constraints.ts'

export interface Violation {
  /** The name at fault, as people write it. */
  readonly name: string
  readonly rule: 'excluded' | 'not-permitted' | 'not-understood'
  readonly message: string
}

/**
 * The first name that the constraints of one CA forbid; undefined when all are allowed. In a path, all names of every
 * certificate below the CA are judged, save those of self-issued CAs in between (RFC 5280 6.1.3 (b), (c)).
 * @throws VaultError `BadParameter` for so many names and constraints that comparing them would take too long.
 */
export function violatedConstraint(
  names: CertificateNames,
  constraints: NameConstraints & Partial<NameConstraintFacts>,
): Violation | undefined {
  const { permitted, excluded, otherKinds = [] } = constraints
  const { subject, sans } = names
  const emails = [...sans.emails, ...emailAttributes(subject)]
  const directoryNames = [...(subject.length > 0 ? [subject] : []), ...(names.directoryNames ?? [])]
  const kinds = [
    judge(dnsNames, sans.dnsNames, permitted.dnsNames, excluded.dnsNames),
    judge(ipAddresses, sans.ipAddresses, permitted.ipRanges, excluded.ipRanges),
    judge(mailboxes, emails, permitted.emails, excluded.emails),
    judge(uris, sans.uris, permitted.uriHosts, excluded.uriHosts),
    judge(directories, directoryNames, permitted.directoryNames, excluded.directoryNames),
  ]
  return kinds.find((violation) => violation) ?? judgeOtherKinds(names, otherKinds)
}

/** How names of one kind are compared: both sides are brought into a form first, each once. */
interface Kind<Name, Constraint, NameForm, ConstraintForm> {
  readonly word: string
  readonly print: (name: Name) => string
  /** Undefined when the name cannot be compared with any constraint. */
  readonly name: (name: Name) => NameForm | undefined
  readonly constraint: (constraint: Constraint) => ConstraintForm
  /** All that the name stands for lies within the constraint. */
  readonly covers: (constraint: ConstraintForm, name: NameForm) => boolean
  /** Something that the name stands for lies within the constraint; the same as `covers` where it is not given. */
  readonly touches?: (constraint: ConstraintForm, name: NameForm) => boolean
}

/** As many as other implementations make; certificates with more were made to keep verifiers busy. */
const comparisonsMax = 250_000

function judge<Name, Constraint, NameForm, ConstraintForm>(
  kind: Kind<Name, Constraint, NameForm, ConstraintForm>,
  names: readonly Name[],
  permitted: readonly Constraint[],
  excluded: readonly Constraint[],
): Violation | undefined {
  if (names.length * (permitted.length + excluded.length) > comparisonsMax)
    throw badParameter('There are too many names and name constraints to compare them.')
  const allowed = permitted.map(kind.constraint)
  const forbidden = excluded.map(kind.constraint)
  const { covers, touches = covers } = kind
  for (const name of names) {
    const form = kind.name(name)
    if (forbidden.length > 0 && (!form || forbidden.some((constraint) => touches(constraint, form))))
      return violation('excluded', `The ${kind.word} ${kind.print(name)} is excluded`, kind.print(name))
    if (allowed.length > 0 && !(form && allowed.some((constraint) => covers(constraint, form))))
      return violation(
        'not-permitted',
        `The ${kind.word} ${kind.print(name)} is not permitted`,
        kind.print(name),
      )
  }
  return undefined
}

function violation(rule: Violation['rule'], what: string, name: string): Violation {
  return { name, rule, message: `${what} by the name constraints of the issuing CA.` }
}

/** RFC 5280 4.2.1.10: a constraint that is not processed forbids every name of its kind. User principal names are otherNames. */
function judgeOtherKinds(names: CertificateNames, constrained: readonly number[]): Violation | undefined {
  const present = new Set([...(names.otherKinds ?? []), ...(names.sans.upns.length > 0 ? [0] : [])])
  const kind = constrained.find((number) => present.has(number))
  if (kind === undefined) return undefined
  return violation(
    'not-understood',
    `An alternative name of kind [${kind}] is bound in a way not understood`,
    `[${kind}]`,
  )
}

const asItIs = (name: string) => name

const lowerCase = (name: string) => name.toLowerCase().replace(/\.$/, '')

const dnsNames: Kind<string, string, string, string> = {
  word: 'DNS name',
  print: asItIs,
  name: lowerCase,
  constraint: lowerCase,
  covers: isAtOrBelow,
  touches: (constraint, name) => isAtOrBelow(constraint, name) || wildcardReaches(constraint, name),
}

/** With a leading dot, which RFC 5280 does not know and CAs write all the same: below only. */
function isAtOrBelow(domain: string, name: string): boolean {
  if (domain.startsWith('.')) return isBelow(domain, name)
  return domain === '' || name === domain || name.endsWith(`.${domain}`)
}

function isBelow(domainWithDot: string, name: string): boolean {
  return name.length > domainWithDot.length && name.endsWith(domainWithDot)
}

/** `*.example.com` stands for `www.example.com` too: it is not free of a constraint to that name. */
function wildcardReaches(constraint: string, name: string): boolean {
  const dot = name.indexOf('.')
  if (dot < 0 || !name.slice(0, dot).includes('*')) return false
  return (
    constraint.endsWith(name.slice(dot)) &&
    constraint.indexOf('.') === constraint.length - (name.length - dot)
  )
}

const ipAddresses: Kind<string, string, Uint8Array, IpRange> = {
  word: 'IP address',
  print: asItIs,
  name: parseIpAddress,
  constraint: parseIpRange,
  covers: ({ address, mask }, name) =>
    name.length === address.length &&
    name.every((octet, index) => (octet & mask[index]!) === (address[index]! & mask[index]!)),
}

interface Mailbox {
  readonly local: string
  readonly host: string
}

const mailboxes: Kind<string, string, Mailbox, string | Mailbox> = {
  word: 'e-mail address',
  print: asItIs,
  name: splitMailbox,
  constraint: (constraint) => splitMailbox(constraint) ?? lowerCase(constraint),
  covers: (constraint, { local, host }) =>
    typeof constraint === 'string'
      ? isHostWithin(constraint, host)
      : constraint.local === local && constraint.host === host,
  // Quoted or not and in whatever case, it may be the same mailbox.
  touches: (constraint, { local, host }) =>
    typeof constraint === 'string'
      ? isHostWithin(constraint, host)
      : bare(constraint.local) === bare(local) && constraint.host === host,
}

const bare = (local: string) => local.replaceAll(/["\\]/g, '').toLowerCase()

function splitMailbox(email: string): Mailbox | undefined {
  const at = email.lastIndexOf('@')
  const host = lowerCase(email.slice(at + 1))
  return at > 0 && host !== '' && isAscii(host) ? { local: email.slice(0, at), host } : undefined
}

/** A host stands for itself alone; with a leading dot, for all hosts below it. */
function isHostWithin(constraint: string, host: string): boolean {
  return constraint === '' || host === constraint || (constraint.startsWith('.') && isBelow(constraint, host))
}

const uris: Kind<string, string, string, string> = {
  word: 'URI',
  print: asItIs,
  name: hostOfUri,
  constraint: lowerCase,
  covers: isHostWithin,
}

/** RFC 5280 4.2.1.10: without a host, or with an address for one, a URI fits no constraint. */
function hostOfUri(uri: string): string | undefined {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(uri)?.[1]
  // RFC 3986 3.2: whatever has other characters is read in more than one way.
  const host = /^(?:[\w.~!$&'()*+,;=:%-]*@)?([A-Za-z0-9_.-]+)(?::\d*)?$/.exec(authority ?? '')?.[1]
  if (host === undefined || isNumeric(host)) return undefined
  return lowerCase(host) || undefined
}

/** `127.0.0.1`, and what browsers take for it: `0x7f.1`, `2130706433`. */
function isNumeric(host: string): boolean {
  return /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i.test(host)
}

const directories: Kind<DistinguishedName, DistinguishedName, readonly string[], readonly string[]> = {
  word: 'name',
  print: printDistinguishedName,
  name: (name) => name.map(levelForm),
  constraint: (name) => name.map(levelForm),
  covers: (constraint, name) =>
    constraint.length <= name.length && constraint.every((level, index) => level === name[index]),
}

/** RFC 5280 7.1: upper and lower case are the same, and so are one blank and several. Attributes of a level have no order. */
function levelForm(level: RelativeDistinguishedName): string {
  const attributes = level.map(({ type, value }) =>
    JSON.stringify([type, value.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ')]),
  )
  return attributes.sort().join()
}

const emailAddress = '1.2.840.113549.1.9.1'

/** RFC 5280 wants those of the subject judged where there are no alternative names; some verifiers judge them always. */
function emailAttributes(subject: DistinguishedName): string[] {
  return subject.flatMap((level) =>
    level.filter(({ type }) => type === emailAddress).map(({ value }) => value),
  )
}
