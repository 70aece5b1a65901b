/** Revocations: JSON <-> domain. Key Vault has none; reasons are spelled as in RFC 5280 5.3.1. */
import Type, { type Static } from 'typebox'
import { type Revocation, type RevocationReason, revocationReasons } from '../../domain/authority.ts'
import { isFinal } from '../../domain/revoke.ts'
import { seconds } from '../../domain/time.ts'
import type { IssuedCertificate, RevocationView, RevocationWish } from '../../vault/vault.ts'
import { base64 } from './attributes.ts'
import type { Place } from './certificate.ts'
import { defined } from './defined.ts'

/** The end of the year 9999, where the calendar of certificates ends. */
const endOfTime = 253_402_300_799

const wish = {
  reason: Type.Optional(Type.Enum(Object.keys(revocationReasons) as RevocationReason[])),
  invalidity_date: Type.Optional(Type.Integer({ minimum: 0, maximum: endOfTime })),
}
const serial = { serial_number: Type.String() }

export const RevokeBody = Type.Object(wish)
export const RevokeIssuedBody = Type.Object({ ...serial, ...wish })
export const ReleaseIssuedBody = Type.Object(serial)

export function readRevocationWish(body: Static<typeof RevokeBody>): RevocationWish {
  const { reason = 'unspecified', invalidity_date: date } = body
  return defined({ reason, invalidityDate: date === undefined ? undefined : seconds(date) })
}

export function writeRevocation(view: RevocationView, { baseUrl }: Place) {
  const { name, version, serialNumber, authority, issuer, state, revocation, details } = view
  return {
    id: `${baseUrl}/certificates/${name}/${version}/revocation`,
    serialnumber: hex(serialNumber),
    state,
    ...writeFacts(revocation),
    ...defined({ authority, issuer, details }),
  }
}

export function writeIssued(issued: IssuedCertificate, place: Place) {
  const { certificate } = issued
  return { ...writeIssuedItem(issued, place), ...(certificate && { cer: base64(certificate) }) }
}

export function writeIssuedItem(issued: IssuedCertificate, { baseUrl }: Place) {
  const { authority, subject, notBefore, notAfter, recorded, revocation, released } = issued
  const serialnumber = hex(issued.serialNumber)
  return {
    id: `${baseUrl}/authorities/${authority}/issued/${serialnumber}`,
    serialnumber,
    subject,
    state: stateOf(issued),
    ...writeFacts(revocation),
    ...defined({ released }),
    attributes: { nbf: notBefore, exp: notAfter, created: recorded },
  }
}

function stateOf({ certificate, revocation }: IssuedCertificate) {
  if (!certificate) return 'notSigned'
  if (!revocation) return 'notRevoked'
  return isFinal(revocation) ? 'revoked' : 'onHold'
}

function writeFacts(revocation: Revocation | undefined) {
  if (!revocation) return {}
  const { reason, at: revoked, invalidityDate: invalidity_date } = revocation
  return defined({ reason, revoked, invalidity_date })
}

/** As in lists: by it the pages go on. */
export const serialOf = ({ serialNumber }: IssuedCertificate): string => hex(serialNumber)

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex').toUpperCase()
