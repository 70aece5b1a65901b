/** Who can say whether a version of a certificate is revoked, and revoke it. The policy may name another issuer by now. */
import type { IssuedCertificate } from '../../domain/authority.ts'
import type { CertificateVersion } from '../../domain/certificate.ts'
import { VaultError } from '../../domain/errors.ts'
import { certificateNotFound } from '../../domain/refusals.ts'
import type { Issuer } from '../../issuers/issuer.ts'
import type { Reader } from '../../storage/storage.ts'
import { connectAccount } from '../issuers/find-issuer.ts'
import type { Parts } from '../parts.ts'
import { findIssuedByDer } from './find-issued.ts'

/** A version as it was found, and the record of an authority of the vault, if one of them issued it. */
export interface FoundVersion {
  readonly vault: string
  /** As the certificate is spelled. */
  readonly name: string
  readonly version: CertificateVersion
  readonly issued?: IssuedCertificate
}

/** An issuer that can revoke. */
export type RevokingIssuer = Issuer & Required<Pick<Issuer, 'revoke'>>

/** @param version the current one if absent. @throws VaultError `CertificateNotFound`, for a deleted certificate too. */
export async function findVersion(
  reader: Reader,
  vault: string,
  name: string,
  version: string | undefined,
): Promise<FoundVersion> {
  const certificate = await reader.certificates.find(vault, name)
  const found =
    certificate &&
    !certificate.deleted &&
    (await reader.certificates.findVersion(certificate.vault, name, version))
  if (!found) throw certificateNotFound(name, version)
  const issued = await findIssuedByDer(reader, vault, found.certificate)
  return { vault, name: certificate.name, version: found, ...(issued && { issued }) }
}

/**
 * The issuer that made a version which no authority of the vault issued. It may be disabled: that ends orders, not the duty to
 * revoke.
 * @throws VaultError `Conflict` when nobody can be asked, with what to do instead.
 */
export async function findRevokingIssuer(
  parts: Pick<Parts, 'issuers' | 'sealer'>,
  reader: Reader,
  { vault, version }: FoundVersion,
): Promise<RevokingIssuer> {
  const { issuer: name } = version
  if (name === undefined) throw irrevocable('it was not made by an issuer of this vault')
  if (name.toLowerCase() === 'self') throw irrevocable('it is its own issuer')
  const object = await reader.issuers.find(vault, name)
  const issuer = parts.issuers.builtIn(name) ?? (object && connectAccount(parts, object))
  if (!issuer) throw irrevocable(`the issuer ${name} that made it is not there any more`)
  if (!canRevoke(issuer)) throw irrevocable(`the issuer ${name} takes no revocations`)
  return issuer
}

function canRevoke(issuer: Issuer): issuer is RevokingIssuer {
  return issuer.revoke !== undefined
}

function irrevocable(why: string): VaultError {
  return new VaultError(
    'Conflict',
    `The certificate cannot be revoked here: ${why}. Ask the CA that signed it, if there is one; and disable or delete the certificate, so that nobody gets its key.`,
  )
}
