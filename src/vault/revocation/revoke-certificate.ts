/**
 * Revokes a version of a certificate, lifts its hold, and tells how it stands. Authorities of the vault record it in the same
 * transaction; other CAs are asked between two, and what they said is recorded with the version.
 */
import type { IssuedCertificate } from '../../domain/authority.ts'
import type { AskedRevocation, CertificateVersion } from '../../domain/certificate.ts'
import { checkInvalidityDate, isFinal, type RevocationWish } from '../../domain/revoke.ts'
import type { CertificateKey } from '../../issuers/issuer.ts'
import type { Reader, Writer } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Facts } from '../perform.ts'
import type { PreparedAct } from '../prepared-act.ts'
import { askToRelease, askToRevoke } from './ask-issuer.ts'
import { type FoundVersion, findRevokingIssuer, findVersion, type RevokingIssuer } from './find-origin.ts'
import { recordRelease, recordRevocation } from './record-revocation.ts'
import { type RevocationView, viewOf } from './revocation-view.ts'

type Makings = Pick<Parts, 'storage' | 'keys' | 'issuers' | 'sealer' | 'clock'>

/** Names a version; the current one without `version`. */
export interface VersionPlace {
  readonly vault: string
  readonly name: string
  readonly version?: string
}

/** A version, and whom to ask if it is no authority of the vault. */
interface Checked {
  readonly found: FoundVersion
  readonly issuer?: RevokingIssuer
}

interface Asked {
  readonly version: string
  /** What the CA outside said. */
  readonly answer?: AskedRevocation
}

type VersionAct = PreparedAct<Checked, Asked, RevocationView>

/** @throws VaultError `CertificateNotFound`; `Conflict` when nobody can revoke it, or the CA refuses; `BadParameter`. */
export function certificateRevocation(
  makings: Makings,
  place: VersionPlace,
  wish: RevocationWish,
): VersionAct {
  const { clock } = makings
  return {
    verb: 'CertificateRevoke',
    name: place.name,
    check: (reader) => check(makings, reader, place),
    async prepare({ found, issuer }) {
      const { version } = found
      checkInvalidityDate(wish, version.notBefore, clock.now())
      if (!issuer) return { version: version.version }
      const key = keyOf(makings, { ...place, version: version.version })
      return { version: version.version, answer: await askToRevoke(issuer, version, wish, clock.now(), key) }
    },
    work: (writer, { version, answer }, facts) =>
      change(writer, { ...place, version }, facts, {
        atAuthority: (issued) => recordRevocation(writer, issued, wish, clock.now(), facts),
        outside: answer,
      }),
  }
}

/** Read when something is to be signed, which few CAs ask for. */
function keyOf({ storage, keys }: Makings, { vault, name, version }: Required<VersionPlace>): CertificateKey {
  return {
    async sign(scheme, data) {
      const sealed = await storage.read((reader) => reader.certificates.findSealed(vault, name, version))
      if (!sealed) throw new Error('a version has no private key')
      return keys.sign(sealed.privateKey, { vault, name, version }, scheme, data)
    },
  }
}

/** What is not revoked stays so. @throws VaultError as above, and `Conflict` when it is revoked for good. */
export function certificateRelease(makings: Makings, place: VersionPlace): VersionAct {
  const { clock } = makings
  return {
    verb: 'CertificateRevocationRelease',
    name: place.name,
    check: (reader) => check(makings, reader, place),
    async prepare({ found, issuer }) {
      if (issuer) await askToRelease(issuer, found.version)
      return { version: found.version.version }
    },
    work: (writer, { version }, facts) =>
      change(writer, { ...place, version }, facts, {
        atAuthority: (issued) => recordRelease(writer, issued, clock.now(), facts),
        outside: undefined,
      }),
  }
}

/** What is on record; no CA is asked. @throws VaultError `CertificateNotFound`. */
export async function readRevocation(
  reader: Reader,
  { vault, name, version }: VersionPlace,
): Promise<RevocationView> {
  return viewOf(await findVersion(reader, vault, name, version))
}

async function check(makings: Makings, reader: Reader, place: VersionPlace): Promise<Checked> {
  const found = await findVersion(reader, place.vault, place.name, place.version)
  if (found.issued) return { found }
  return { found, issuer: await findRevokingIssuer(makings, reader, found) }
}

async function change(
  writer: Writer,
  { vault, name, version }: VersionPlace,
  facts: Facts,
  to: {
    readonly atAuthority: (issued: IssuedCertificate) => Promise<IssuedCertificate>
    readonly outside: AskedRevocation | undefined
  },
): Promise<RevocationView> {
  const found = await findVersion(writer, vault, name, version)
  facts.version = found.version.version
  if (found.issued) return viewOf({ ...found, issued: await to.atAuthority(found.issued) })
  const revocation = settled(found.version, to.outside)
  await writer.certificates.setRevocation(vault, name, found.version.version, revocation)
  if (found.version.issuer !== undefined) facts.issuer = found.version.issuer
  if (revocation) Object.assign(facts, { reason: revocation.reason, state: revocation.state })
  const { revocation: _former, ...rest } = found.version
  return viewOf({ ...found, version: revocation ? { ...rest, revocation } : rest })
}

/** Whoever asked at the same time may have heard that it is for good. */
function settled(
  { revocation: present }: CertificateVersion,
  heard: AskedRevocation | undefined,
): AskedRevocation | undefined {
  return present?.state === 'revoked' && isFinal(present) ? present : heard
}
