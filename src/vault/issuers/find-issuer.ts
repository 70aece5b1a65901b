/** From the name that a policy gives its issuer to the issuer: built in, or an issuer object of the same vault. */
import type { CertificateIssuer } from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import { issuerIsDisabled, issuerNotFound } from '../../domain/refusals.ts'
import type { Issuer, IssuerAccount } from '../../issuers/issuer.ts'
import type { Sealer } from '../../keys/key-protection.ts'
import type { Reader } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import { openPassword } from './issuer-password.ts'

/** Whether a policy may name it. @throws VaultError `CertificateIssuerNotFound`. */
export async function checkIssuerExists(
  parts: Parts,
  reader: Reader,
  vault: string,
  name: string,
): Promise<void> {
  if (!parts.issuers.builtIn(name)) await findObject(reader, vault, name)
}

/** Whether it can be asked for a certificate now. @throws VaultError, `Forbidden` when it is disabled. */
export async function checkIssuerReady(
  parts: Parts,
  reader: Reader,
  vault: string,
  name: string,
): Promise<void> {
  if (!parts.issuers.builtIn(name)) await findEnabled(reader, vault, name)
}

/** Whether it makes certificates of CAs, for a policy that asks for one. @throws VaultError `BadParameter`. */
export async function checkMakesAuthorities(
  parts: Parts,
  reader: Reader,
  vault: string,
  name: string,
): Promise<void> {
  const issuer = connectAccount(parts, await findObject(reader, vault, name))
  if (issuer?.capabilities.caCertificates) return
  throw badParameter(
    `policy.x509_props.basic_constraints: the issuer ${name} makes no CA certificates; leave ca out, or name an issuer of PrivateCA with the profile subordinate-ca.`,
  )
}

/** @throws VaultError as `checkIssuerReady`. Undefined for a kind of CA that this version of the program does not know. */
export async function connectIssuer(parts: Parts, vault: string, name: string): Promise<Issuer | undefined> {
  const builtIn = parts.issuers.builtIn(name)
  if (builtIn) return builtIn
  const object = await parts.storage.read((reader) => findEnabled(reader, vault, name))
  return connectAccount(parts, object)
}

async function findEnabled(reader: Reader, vault: string, name: string): Promise<CertificateIssuer> {
  const object = await findObject(reader, vault, name)
  if (!object.enabled) throw issuerIsDisabled(object.name)
  return object
}

/** @throws VaultError `CertificateIssuerNotFound`. */
export async function findObject(reader: Reader, vault: string, name: string): Promise<CertificateIssuer> {
  const object = await reader.issuers.find(vault, name)
  if (!object) throw issuerNotFound(name)
  return object
}

/** The issuer behind an issuer object, enabled or not; undefined if its provider is not known here. */
export function connectAccount(
  { issuers, sealer }: Pick<Parts, 'issuers' | 'sealer'>,
  object: CertificateIssuer,
): Issuer | undefined {
  return issuers.provider(object.provider)?.connect(accountOf(sealer, object))
}

function accountOf(sealer: Sealer, issuer: CertificateIssuer): IssuerAccount {
  const { vault, name, credentials, organization, settings = {} } = issuer
  const password = openPassword(sealer, issuer)
  return {
    vault,
    name,
    settings,
    ...(credentials?.accountId !== undefined && { accountId: credentials.accountId }),
    ...(password && { password }),
    ...(organization && { organization }),
  }
}
