/** GeneralNames (RFC 5280 4.2.1.6): the kinds that Key Vault knows. Others are passed over when read. */
import { formatIpAddress, parseIpAddress } from '../domain/ip-address.ts'
import { hasControlCharacter } from '../domain/name-attributes.ts'
import type { SubjectAlternativeNames } from '../domain/subject.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  encode,
  explicit,
  inside,
  malformed,
  objectIdentifier,
  readObjectIdentifier,
  sequence,
  tag,
} from './der.ts'
import { userPrincipalName } from './object-identifiers.ts'
import { ascii, readText } from './text.ts'

const otherName = contextTag(0, 'constructed')
const rfc822Name = contextTag(1, 'primitive')
const dnsName = contextTag(2, 'primitive')
const uniformResourceIdentifier = contextTag(6, 'primitive')
const ipAddress = contextTag(7, 'primitive')

/** All kinds must be fit for encoding: `checkSubjectAlternativeNames` sees to that. */
export function encodeGeneralNames(names: SubjectAlternativeNames): Der {
  return sequence(
    ...names.dnsNames.map((name) => encode(dnsName, Buffer.from(name, 'latin1'))),
    ...names.emails.map((email) => encode(rfc822Name, Buffer.from(email, 'latin1'))),
    ...names.upns.map((upn) =>
      encode(
        otherName,
        objectIdentifier(userPrincipalName),
        explicit(0, encode(tag.utf8String, Buffer.from(upn, 'utf8'))),
      ),
    ),
    ...names.uris.map(encodeUri),
    ...names.ipAddresses.map((address) => encode(ipAddress, addressOctets(address))),
  )
}

/** One GeneralName that is a URI, of ASCII characters. */
export function encodeUri(uri: string): Der {
  return encode(uniformResourceIdentifier, Buffer.from(uri, 'latin1'))
}

/** The names inside an opened GeneralNames, each kind in its order. */
export function readGeneralNames(names: DerReader): SubjectAlternativeNames {
  const found = {
    dnsNames: [] as string[],
    emails: [] as string[],
    upns: [] as string[],
    uris: [] as string[],
    ipAddresses: [] as string[],
  }
  if (names.atEnd) throw malformed('a list of alternative names is empty')
  while (!names.atEnd) {
    const name = names.read()
    if (name.tag === dnsName) found.dnsNames.push(visible(name.contents))
    else if (name.tag === rfc822Name) found.emails.push(visible(name.contents))
    else if (name.tag === uniformResourceIdentifier) found.uris.push(visible(name.contents))
    else if (name.tag === ipAddress) found.ipAddresses.push(address(name.contents))
    else if (name.tag === otherName) {
      const upn = readUserPrincipalName(inside(name))
      if (upn !== undefined) found.upns.push(upn)
    } else if ((name.tag & 0xc0) !== 0x80 || (name.tag & 0x1f) > 8)
      throw malformed('an alternative name is of no known kind')
  }
  return found
}

/** A NUL inside a name once made `bank.example\0.attacker.example` pass for `bank.example`. */
function visible(octets: Uint8Array): string {
  const text = ascii(octets)
  if (hasControlCharacter(text)) throw malformed('an alternative name contains control characters')
  return text
}

function address(octets: Uint8Array): string {
  if (octets.length !== 4 && octets.length !== 16)
    throw malformed('an IP address has neither 4 nor 16 octets')
  return formatIpAddress(octets)
}

function addressOctets(text: string): Uint8Array {
  const octets = parseIpAddress(text)
  if (!octets) throw new TypeError('an IP address that was not checked')
  return octets
}

/** The UPN in an otherName; undefined when the otherName is of another type. */
function readUserPrincipalName(name: DerReader): string | undefined {
  const type = readObjectIdentifier(name.read(tag.objectIdentifier))
  const value = name.enter(contextTag(0, 'constructed'))
  name.end()
  const element = value.read()
  value.end()
  if (type !== userPrincipalName) return undefined
  const text = readText(element)
  if (text === undefined) throw malformed('a user principal name is not text')
  return text
}
