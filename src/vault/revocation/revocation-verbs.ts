/**
 * The verbs of revocation. On a version they take the right to delete the certificate; at an authority, by serial number, the right
 * to change authorities.
 */
import type { IssuedCertificate } from '../../domain/authority.ts'
import type { RevocationWish } from '../../domain/revoke.ts'
import type { Page } from '../../storage/storage.ts'
import { auditNameOf } from '../authorities/find-authority.ts'
import type { Parts } from '../parts.ts'
import { asCaller, type PreparedAct } from '../prepared-act.ts'
import type { Caller } from '../vault.ts'
import type { RevocationView } from './revocation-view.ts'
import {
  certificateRelease,
  certificateRevocation,
  readRevocation,
  type VersionPlace,
} from './revoke-certificate.ts'
import { issuedRelease, issuedRevocation, listIssued, readIssued } from './revoke-issued.ts'

export type { IssuedCertificate, Revocation } from '../../domain/authority.ts'
export type { RevocationWish } from '../../domain/revoke.ts'
export type { RevocationState, RevocationView } from './revocation-view.ts'

export interface RevocationVerbs {
  /** @param version here and below: the current one if undefined. */
  revokeCertificate(
    caller: Caller,
    name: string,
    version: string | undefined,
    wish: RevocationWish,
  ): Promise<RevocationView>
  /** Lifts a hold. */
  releaseCertificate(caller: Caller, name: string, version: string | undefined): Promise<RevocationView>
  readRevocation(caller: Caller, name: string, version: string | undefined): Promise<RevocationView>
  /** @param serialNumber here and below: hexadecimal. */
  revokeIssued(
    caller: Caller,
    authority: string,
    serialNumber: string,
    wish: RevocationWish,
  ): Promise<IssuedCertificate>
  releaseIssued(caller: Caller, authority: string, serialNumber: string): Promise<IssuedCertificate>
  readIssued(caller: Caller, authority: string, serialNumber: string): Promise<IssuedCertificate>
  /** All that an authority ever gave a number to, by serial number. */
  listIssued(caller: Caller, authority: string, page: Page): Promise<IssuedCertificate[]>
}

export function revocationVerbs(parts: Parts): RevocationVerbs {
  const { perform } = parts
  const onVersion = <C, P>(caller: Caller, place: VersionPlace, act: PreparedAct<C, P, RevocationView>) =>
    asCaller(perform, caller, targetOf(place), act)
  const onIssued = <C, P>(caller: Caller, act: PreparedAct<C, P, IssuedCertificate>) =>
    asCaller(perform, caller, { name: auditNameOf(act.name) }, act)
  return {
    async revokeCertificate(caller, name, version, wish) {
      const place = placeOf(caller, name, version)
      return onVersion(caller, place, certificateRevocation(parts, place, wish))
    },
    async releaseCertificate(caller, name, version) {
      const place = placeOf(caller, name, version)
      return onVersion(caller, place, certificateRelease(parts, place))
    },
    readRevocation(caller, name, version) {
      const place = placeOf(caller, name, version)
      return perform({ caller, verb: 'CertificateRevocationGet', ...targetOf(place) }, (reader) =>
        readRevocation(reader, place),
      )
    },
    revokeIssued: async (caller, authority, serialNumber, wish) =>
      onIssued(caller, issuedRevocation(parts, { vault: caller.vault.name, authority, serialNumber }, wish)),
    releaseIssued: async (caller, authority, serialNumber) =>
      onIssued(caller, issuedRelease(parts, { vault: caller.vault.name, authority, serialNumber })),
    readIssued: (caller, authority, serialNumber) =>
      perform({ caller, verb: 'AuthorityCertificateGet', name: auditNameOf(authority) }, (reader) =>
        readIssued(reader, { vault: caller.vault.name, authority, serialNumber }),
      ),
    listIssued: (caller, authority, page) =>
      perform({ caller, verb: 'AuthorityCertificateList', name: auditNameOf(authority) }, (reader) =>
        listIssued(reader, caller.vault.name, authority, page),
      ),
  }
}

function placeOf({ vault }: Caller, name: string, version: string | undefined): VersionPlace {
  return { vault: vault.name, name, ...(version !== undefined && { version }) }
}

function targetOf({ name, version }: VersionPlace) {
  return { name, ...(version !== undefined && { version }) }
}
