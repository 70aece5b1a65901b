/** A small certification authority for tests: it makes real certificates for any names, rights and dates. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { parseDistinguishedName } from '../../src/domain/subject.ts'
import { seconds, type UnixSeconds } from '../../src/domain/time.ts'
import {
  assembleSigned,
  buildTbsCertificate,
  type CertificateFacts,
  parseCertificate,
} from '../../src/x509/certificate.ts'
import type { Der } from '../../src/x509/der.ts'
import {
  authorityKeyIdentifierExtension,
  type BasicConstraints,
  basicConstraintsExtension,
  keyUsageExtension,
  subjectKeyIdentifierExtension,
} from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { subjectKeyIdentifier } from '../../src/x509/public-key.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'

export interface TestKey {
  readonly privateKey: KeyObject
  readonly spki: Der
}

export interface Party {
  readonly key: TestKey
  readonly certificate: CertificateFacts
}

export function ecKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) }
}

export interface Wishes {
  readonly issuer?: Party
  readonly key?: TestKey
  readonly constraints?: BasicConstraints
  readonly certSign?: boolean
  readonly keyIdentifiers?: boolean
  readonly notBefore?: UnixSeconds
  readonly notAfter?: UnixSeconds
  readonly extensions?: readonly Der[]
  /** Signs with another key than the issuer's. */
  readonly forged?: boolean
}

const algorithm = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
let lastSerialNumber = 0

/** Without an issuer the certificate signs itself. */
export function issue(subject: string, wishes: Wishes = {}): Party {
  const key = wishes.key ?? ecKey()
  const subjectDer = encodeName(parseDistinguishedName(subject))
  const issuer = wishes.issuer
    ? { key: wishes.issuer.key, name: wishes.issuer.certificate.subjectDer }
    : { key, name: subjectDer }
  const extensions = [...(wishes.extensions ?? [])]
  if (wishes.constraints) extensions.push(basicConstraintsExtension(wishes.constraints, true))
  if (wishes.certSign !== undefined)
    extensions.push(keyUsageExtension([wishes.certSign ? 'keyCertSign' : 'digitalSignature']))
  if (wishes.keyIdentifiers ?? true)
    extensions.push(
      authorityKeyIdentifierExtension(subjectKeyIdentifier(issuer.key.spki)),
      subjectKeyIdentifierExtension(subjectKeyIdentifier(key.spki)),
    )
  const tbs = buildTbsCertificate({
    serialNumber: Uint8Array.of(1, ++lastSerialNumber),
    signatureAlgorithm: algorithm.identifier,
    issuer: issuer.name,
    subject: subjectDer,
    notBefore: wishes.notBefore ?? seconds(1_700_000_000),
    notAfter: wishes.notAfter ?? seconds(2_000_000_000),
    spki: key.spki,
    extensions,
  })
  const signer = wishes.forged ? ecKey() : issuer.key
  const der = assembleSigned(tbs, algorithm.identifier, sign(algorithm.hash, tbs, signer.privateKey))
  return { key, certificate: parseCertificate(der) }
}

export const ca = { constraints: { ca: true }, certSign: true } as const
