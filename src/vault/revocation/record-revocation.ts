/** Puts a revocation, or the end of a hold, on record at the authority. The lists and OCSP say what stands here. */
import type { IssuedCertificate } from '../../domain/authority.ts'
import { VaultError } from '../../domain/errors.ts'
import { checkInvalidityDate, checkReleasable, type RevocationWish, revokedBy } from '../../domain/revoke.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Writer } from '../../storage/storage.ts'
import type { Facts } from '../perform.ts'
import { printSerialNumber } from './find-issued.ts'

/**
 * Also of a certificate that has expired. What is revoked for good stays as it is.
 * @param facts are told what is on record now.
 * @throws VaultError `BadParameter` for the date; `Conflict` where nothing is known to have been signed.
 */
export async function recordRevocation(
  writer: Writer,
  issued: IssuedCertificate,
  wish: RevocationWish,
  now: UnixSeconds,
  facts: Facts,
): Promise<IssuedCertificate> {
  checkIsSigned(issued)
  checkInvalidityDate(wish, issued.notBefore, now)
  const revocation = revokedBy(issued.revocation, wish, now)
  const { serialNumber } = issued
  if (revocation !== issued.revocation)
    await writer.authorities.setRevocation(placeOf(issued), serialNumber, revocation, now)
  factsOf(issued, facts)
  facts.reason = revocation.reason
  facts.revoked = revocation.at
  const { released: _released, ...rest } = issued
  return { ...rest, revocation }
}

/** What is not revoked stays so. @throws VaultError `Conflict` when the certificate is revoked for good. */
export async function recordRelease(
  writer: Writer,
  issued: IssuedCertificate,
  now: UnixSeconds,
  facts: Facts,
): Promise<IssuedCertificate> {
  checkReleasable(issued.revocation)
  factsOf(issued, facts)
  if (!issued.revocation) return issued
  await writer.authorities.setRevocation(placeOf(issued), issued.serialNumber, undefined, now)
  const { revocation: _lifted, ...rest } = issued
  return { ...rest, released: now }
}

/** A number whose certificate was never kept left nobody's hands; its order may still be filled. */
function checkIsSigned({ certificate, serialNumber }: IssuedCertificate): void {
  if (certificate) return
  throw new VaultError(
    'Conflict',
    `No certificate with the serial number ${printSerialNumber(serialNumber)} is known to have been signed; there is nothing to revoke.`,
  )
}

function factsOf({ authority, serialNumber }: IssuedCertificate, facts: Facts): void {
  facts.authority = authority
  facts.serialNumber = Buffer.from(serialNumber).toString('hex')
}

const placeOf = ({ vault, authority: name }: IssuedCertificate) => ({ vault, name })
