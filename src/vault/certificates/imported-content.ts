/** What an import's `value` holds: a private key and certificates, whichever way they were packed. */
import type { SecretContentType } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import type { Secret } from '../../domain/secret.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import { parsePem } from '../../x509/pem.ts'
import { readPfx } from '../../x509/pkcs12.ts'
import { type CheckedKey, readPrivateKey } from '../../x509/private-key.ts'
import { decodeBase64 } from './base64-text.ts'

export interface ImportedContent {
  readonly privateKey: CheckedKey
  /** As they came. */
  readonly certificates: readonly CertificateFacts[]
  /** How they were packed; the content type of the secret follows it unless the policy says otherwise. */
  readonly format: SecretContentType
}

export const certificateLabels = new Set(['CERTIFICATE', 'X509 CERTIFICATE'])

/** @throws VaultError `BadParameter` that says what is wrong with the content, never what is in it. */
export async function readImportedContent(input: {
  value: Secret<string>
  password?: Secret<string>
}): Promise<ImportedContent> {
  const value = input.value.reveal()
  if (value.includes('-----BEGIN ')) return fromPem(value, input.password)
  const bytes = decodeBase64(value)
  if (!bytes)
    throw badParameter('value: not base64; send the base64 of a PFX or of PEM text, or PEM text itself.')
  // PEM text starts with dashes, text or a byte order mark; a PFX with the tag of a SEQUENCE.
  if (bytes[0] === 0x30) return fromPfx(bytes, input.password)
  const text = bytes.toString('utf8')
  if (text.includes('-----BEGIN ')) return fromPem(text, input.password)
  throw badParameter(
    'value: the content is neither a PFX (PKCS#12) nor PEM text; send the base64 of one of them.',
  )
}

async function fromPfx(pfx: Uint8Array, password: Secret<string> | undefined): Promise<ImportedContent> {
  const { privateKeys, certificates } = await readPfx(pfx, password)
  const [key, ...others] = privateKeys
  if (!key) throw badParameter('The PFX holds no private key; export it again together with its private key.')
  if (others.length > 0)
    throw badParameter('The PFX holds more than one private key; export the certificate alone.')
  if (certificates.length === 0)
    throw badParameter('The PFX holds no certificate; export it again together with its certificate.')
  return {
    privateKey: key,
    certificates: certificates.map(({ der }) => parseCertificate(der)),
    format: 'application/x-pkcs12',
  }
}

async function fromPem(text: string, password: Secret<string> | undefined): Promise<ImportedContent> {
  const blocks = parsePem(text)
  const keys = blocks.filter((block) => block.label.endsWith('PRIVATE KEY'))
  const certificates = blocks.filter((block) => certificateLabels.has(block.label))
  const [key, ...others] = keys
  if (!key)
    throw badParameter('The PEM text holds no private key; add it as a PKCS#8 block (BEGIN PRIVATE KEY).')
  if (others.length > 0)
    throw badParameter('The PEM text holds more than one private key; send the one of the certificate.')
  if (certificates.length === 0) throw badParameter('The PEM text holds no certificate (BEGIN CERTIFICATE).')
  return {
    privateKey: await readPrivateKey(key, password),
    certificates: certificates.map(({ der }) => parseCertificate(der)),
    format: 'application/x-pem-file',
  }
}
