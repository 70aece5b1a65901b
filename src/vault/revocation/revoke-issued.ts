/** Certificates of an authority by their serial numbers: those of others too, whose keys the vault never saw, and those of CAs. */
import type { IssuedCertificate } from '../../domain/authority.ts'
import type { RevocationWish } from '../../domain/revoke.ts'
import type { Page, Reader, Writer } from '../../storage/storage.ts'
import { findAuthority } from '../authorities/find-authority.ts'
import type { Parts } from '../parts.ts'
import type { Facts } from '../perform.ts'
import type { PreparedAct } from '../prepared-act.ts'
import { findIssuedBySerial, readSerialNumber } from './find-issued.ts'
import { recordRelease, recordRevocation } from './record-revocation.ts'

/** Names a certificate by what its authority calls it. */
export interface IssuedPlace {
  readonly vault: string
  readonly authority: string
  /** Hexadecimal. */
  readonly serialNumber: string
}

type IssuedAct = PreparedAct<void, void, IssuedCertificate>

/** @throws VaultError `BadParameter`, `NotFound`, or `Conflict` where nothing was signed. */
export function issuedRevocation(
  { clock }: Pick<Parts, 'clock'>,
  place: IssuedPlace,
  wish: RevocationWish,
): IssuedAct {
  return act(place, 'AuthorityCertificateRevoke', (writer, issued, facts) =>
    recordRevocation(writer, issued, wish, clock.now(), facts),
  )
}

/** @throws VaultError `BadParameter`, `NotFound`, or `Conflict` when the certificate is revoked for good. */
export function issuedRelease({ clock }: Pick<Parts, 'clock'>, place: IssuedPlace): IssuedAct {
  return act(place, 'AuthorityCertificateRelease', (writer, issued, facts) =>
    recordRelease(writer, issued, clock.now(), facts),
  )
}

/** @throws VaultError `BadParameter`, `NotFound`. */
export async function readIssued(
  reader: Reader,
  { vault, authority, serialNumber }: IssuedPlace,
): Promise<IssuedCertificate> {
  return findIssuedBySerial(reader, vault, authority, readSerialNumber(serialNumber))
}

/** By serial number; `after` of the page in hexadecimal. @throws VaultError `NotFound` when there is no such authority. */
export async function listIssued(
  reader: Reader,
  vault: string,
  authority: string,
  { after, limit }: Page,
): Promise<IssuedCertificate[]> {
  const place = await findAuthority(reader, vault, authority)
  const page = after === undefined ? { limit } : { limit, after: after.toLowerCase() }
  return reader.authorities.listIssued(place, page)
}

function act(
  place: IssuedPlace,
  verb: 'AuthorityCertificateRevoke' | 'AuthorityCertificateRelease',
  change: (writer: Writer, issued: IssuedCertificate, facts: Facts) => Promise<IssuedCertificate>,
): IssuedAct {
  return {
    verb,
    name: place.authority,
    check: async (reader) => void (await readIssued(reader, place)),
    prepare: async () => undefined,
    work: async (writer, _prepared, facts) => change(writer, await readIssued(writer, place), facts),
  }
}
