/** The password of an account at a CA, as it lies in storage: sealed for one issuer of one vault. */
import type { CertificateIssuer } from '../../domain/certificate-issuer.ts'
import { passwordLengthMax } from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { Sealer } from '../../keys/key-protection.ts'

/** @throws VaultError `BadParameter`. */
export function sealPassword(
  sealer: Sealer,
  issuer: Pick<CertificateIssuer, 'vault' | 'name'>,
  password: Secret<string>,
): Uint8Array {
  const octets = Buffer.from(password.reveal(), 'utf8')
  if (octets.length > passwordLengthMax)
    throw badParameter(`credentials.pwd: at most ${passwordLengthMax} octets are kept.`)
  return sealer.seal(new Secret(octets), bindingOf(issuer))
}

export function openPassword(sealer: Sealer, issuer: CertificateIssuer): Secret<string> | undefined {
  const sealed = issuer.credentials?.sealedPassword
  if (!sealed) return undefined
  return new Secret(Buffer.from(sealer.openSealed(sealed, bindingOf(issuer)).reveal()).toString('utf8'))
}

/** Certificates have no slash in their names, so nothing else is bound like this. */
function bindingOf({ vault, name }: Pick<CertificateIssuer, 'vault' | 'name'>) {
  return { vault, name: `issuers/${name.toUpperCase()}`, version: '' }
}
