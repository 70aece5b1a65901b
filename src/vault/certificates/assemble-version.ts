/** Makes a version out of a certificate and its key: checks that they belong together, and seals what must not lie open. */

import type {
  CertificateVersion,
  PfxProfile,
  SealedVersion,
  StoredKey,
  Tags,
} from '../../domain/certificate.ts'
import { defaultVaultSettings } from '../../domain/certificate.ts'
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { keyOperations } from '../../domain/key-spec.ts'
import { Secret } from '../../domain/secret.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Binding } from '../../keys/key-protection.ts'
import { type CertificateFacts, thumbprint } from '../../x509/certificate.ts'
import { leafFor, orderChain } from '../../x509/chain.ts'
import type { Der } from '../../x509/der.ts'
import { formatPem } from '../../x509/pem.ts'
import { writePfxWithoutPassword } from '../../x509/pkcs12-writer.ts'
import type { Parts } from '../parts.ts'

export interface VersionMakings {
  readonly binding: Binding
  readonly policy: CertificatePolicy
  readonly key: { readonly stored: StoredKey; readonly publicKey: Der }
  /** The leaf among them is found by its key. */
  readonly certificates: readonly CertificateFacts[]
  /** The chain stays as it was sent. Otherwise the leaf comes first and each is followed by its issuer. */
  readonly preserveCertOrder: boolean | undefined
  /** Which made the certificate; absent for what people bring. */
  readonly issuer?: string
  readonly enabled: boolean
  readonly tags: Tags | undefined
  readonly now: UnixSeconds
}

export interface AssembledVersion {
  readonly version: CertificateVersion
  readonly sealed: SealedVersion
  readonly leaf: CertificateFacts
}

/** @throws VaultError `BadParameter` when no certificate is for this key. */
export async function assembleVersion(parts: Parts, makings: VersionMakings): Promise<AssembledVersion> {
  const { binding, policy, key, certificates, now } = makings
  const leaf = leafFor(key.publicKey, certificates)
  if (!leaf)
    throw badParameter(
      'The public key of the end-entity certificate in the specified X.509 certificate content does not match the public part of the specified private key. Please check if certificate is valid.',
    )
  const ordered = makings.preserveCertOrder ? certificates.map(({ der }) => der) : inOrder(leaf, certificates)
  const keyType = policy.key.keyType === 'EC' || policy.key.keyType === 'EC-HSM' ? 'EC' : 'RSA'
  const version: CertificateVersion = {
    version: binding.version,
    issued: true,
    enabled: makings.enabled,
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
    created: now,
    updated: now,
    ...(makings.tags && { tags: makings.tags }),
    thumbprint: thumbprint(leaf.der, 'sha1'),
    certificate: leaf.der,
    chain: ordered.filter((der) => Buffer.compare(der, leaf.der) !== 0),
    keyType,
    publicKey: key.publicKey,
    keyOperations: keyOperations(keyType, leaf.keyUsage ?? []),
    exportable: policy.key.exportable,
    secretContentType: policy.secretContentType,
    ...(makings.preserveCertOrder !== undefined && { preserveCertOrder: makings.preserveCertOrder }),
    ...(makings.issuer !== undefined && { issuer: makings.issuer }),
  }
  const privateKey = policy.key.exportable ? await parts.keys.open(key.stored, binding) : undefined
  const pfxProfile = await pfxProfileOf(parts, binding.vault)
  const value = secretValue(parts, policy, pfxProfile, privateKey, leaf.der, ordered)
  return { version, sealed: { privateKey: key.stored, secretValue: parts.sealer.seal(value, binding) }, leaf }
}

/** Certificates that issue nothing in the chain stay at the end: whoever sent them may need them. */
function inOrder(leaf: CertificateFacts, certificates: readonly CertificateFacts[]): readonly Der[] {
  if (certificates.length === 1) return [leaf.der]
  const { chain, unrelated } = orderChain(leaf, certificates)
  return [...chain, ...unrelated].map(({ der }) => der)
}

/** What the vault is set to at this moment: an operation may have begun under another setting. */
async function pfxProfileOf({ storage }: Parts, vault: string): Promise<PfxProfile> {
  const settings = await storage.read((reader) => reader.settings.findVault(vault))
  return settings?.pfxProfile ?? defaultVaultSettings.pfxProfile
}

/** What the managed secret answers, made once so that every read gives the same bytes. Without the key if it must not leave. */
function secretValue(
  parts: Parts,
  policy: CertificatePolicy,
  profile: PfxProfile,
  privateKey: Secret<Uint8Array> | undefined,
  leaf: Der,
  certificates: readonly Der[],
): Secret<Uint8Array> {
  if (policy.secretContentType === 'application/x-pem-file') {
    const key = privateKey ? formatPem('PRIVATE KEY', privateKey.reveal()) : ''
    return new Secret(Buffer.from(key + certificates.map((der) => formatPem('CERTIFICATE', der)).join('')))
  }
  const pfx = writePfxWithoutPassword({
    ...(privateKey && { privateKey }),
    leaf,
    certificates,
    profile,
    random: parts.random,
  })
  return new Secret(Buffer.from(Buffer.from(pfx.buffer, pfx.byteOffset, pfx.length).toString('base64')))
}
