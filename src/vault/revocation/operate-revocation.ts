/** Revocation in the hands of the operator at the machine. */
import type { IssuedCertificate } from '../../domain/authority.ts'
import type { RevocationWish } from '../../domain/revoke.ts'
import type { Page, Reader } from '../../storage/storage.ts'
import { auditNameOf } from '../authorities/find-authority.ts'
import { asOperator, type OperatorDesk } from '../identity/operator-verb.ts'
import { atDesk } from '../prepared-act.ts'
import { requireVault } from '../vaults/administer-vaults.ts'
import type { RevocationView } from './revocation-view.ts'
import {
  certificateRelease,
  certificateRevocation,
  readRevocation,
  type VersionPlace,
} from './revoke-certificate.ts'
import { type IssuedPlace, issuedRelease, issuedRevocation, listIssued, readIssued } from './revoke-issued.ts'

export type { IssuedCertificate, Revocation } from '../../domain/authority.ts'
export type { RevocationWish } from '../../domain/revoke.ts'
export type { RevocationView } from './revocation-view.ts'
export type { VersionPlace } from './revoke-certificate.ts'
export type { IssuedPlace } from './revoke-issued.ts'

/** Throws what the verbs of the same names throw, and `VaultNotFound`. */
export interface RevocationAdministration {
  revokeCertificate(place: VersionPlace, wish: RevocationWish): Promise<RevocationView>
  releaseCertificate(place: VersionPlace): Promise<RevocationView>
  readRevocation(place: VersionPlace): Promise<RevocationView>
  revokeIssued(place: IssuedPlace, wish: RevocationWish): Promise<IssuedCertificate>
  releaseIssued(place: IssuedPlace): Promise<IssuedCertificate>
  readIssued(place: IssuedPlace): Promise<IssuedCertificate>
  /** By serial number. */
  listIssued(vault: string, authority: string, page: Page): Promise<IssuedCertificate[]>
}

export function revocationAdministration(desk: OperatorDesk): RevocationAdministration {
  const onVersion = (verb: 'CertificateRevoke' | 'CertificateRevocationRelease', place: VersionPlace) => ({
    verb,
    vault: place.vault,
    object: objectOf(place),
  })
  const onIssued = (
    verb: 'AuthorityCertificateRevoke' | 'AuthorityCertificateRelease',
    { vault, authority }: IssuedPlace,
  ) => ({ verb, vault, object: auditNameOf(authority) })
  return {
    revokeCertificate: (place, wish) =>
      atDesk(desk, onVersion('CertificateRevoke', place), (vault) =>
        certificateRevocation(desk, { ...place, vault }, wish),
      ),
    releaseCertificate: (place) =>
      atDesk(desk, onVersion('CertificateRevocationRelease', place), (vault) =>
        certificateRelease(desk, { ...place, vault }),
      ),
    readRevocation: (place) =>
      looking(desk, 'CertificateRevocationGet', place.vault, objectOf(place), (reader, vault) =>
        readRevocation(reader, { ...place, vault }),
      ),
    revokeIssued: (place, wish) =>
      atDesk(desk, onIssued('AuthorityCertificateRevoke', place), (vault) =>
        issuedRevocation(desk, { ...place, vault }, wish),
      ),
    releaseIssued: (place) =>
      atDesk(desk, onIssued('AuthorityCertificateRelease', place), (vault) =>
        issuedRelease(desk, { ...place, vault }),
      ),
    readIssued: (place) =>
      looking(desk, 'AuthorityCertificateGet', place.vault, auditNameOf(place.authority), (reader, vault) =>
        readIssued(reader, { ...place, vault }),
      ),
    listIssued: (vaultName, authority, page) =>
      looking(desk, 'AuthorityCertificateList', vaultName, auditNameOf(authority), (reader, vault) =>
        listIssued(reader, vault, authority, page),
      ),
  }
}

function looking<T>(
  desk: OperatorDesk,
  operation: string,
  vault: string,
  object: string,
  look: (reader: Reader, vault: string) => Promise<T>,
): Promise<T> {
  return asOperator(desk, { operation, vault, object }, async (reader) =>
    look(reader, (await requireVault(reader, vault)).name),
  )
}

function objectOf({ name, version }: VersionPlace): string {
  return version === undefined ? `certificates/${name}` : `certificates/${name}/${version}`
}
