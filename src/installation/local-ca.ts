/**
 * The local CA: signs nothing but the service's own TLS certificates, so that clients can trust one file for as long as
 * the installation lives. Its key is sealed like every other.
 */

import type { StoredKey } from '../domain/certificate.ts'
import type { SubjectAlternativeNames } from '../domain/subject.ts'
import type { Clock, Random } from '../domain/time.ts'
import { validityFrom } from '../domain/validity.ts'
import type { Binding, KeyProtection } from '../keys/key-protection.ts'
import { assembleSigned, buildTbsCertificate } from '../x509/certificate.ts'
import type { Der } from '../x509/der.ts'
import {
  authorityKeyIdentifierExtension,
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  keyUsageExtension,
  subjectAltNameExtension,
  subjectKeyIdentifierExtension,
} from '../x509/extensions.ts'
import { encodeName } from '../x509/name.ts'
import { keyPurpose } from '../x509/object-identifiers.ts'
import { subjectKeyIdentifier } from '../x509/public-key.ts'
import { newSerialNumber } from '../x509/serial-number.ts'
import { signatureAlgorithm } from '../x509/signature-algorithm.ts'

const spec = { kty: 'EC', curve: 'P-256' } as const
const commonName = '2.5.4.3'
const caMonths = 240
/** Short, because nobody has to do anything: the running service replaces it in time. */
const serviceCertificateMonths = 3

export interface LocalCa {
  readonly certificate: Der
  readonly publicKey: Der
  readonly key: StoredKey
  readonly binding: Binding
}

export const localCaBinding: Binding = { vault: '', name: 'local-ca', version: '1' }

/** Lives by the wall clock, as the clients that verify it do. */
export async function createLocalCa(
  keys: KeyProtection,
  wallClock: Clock,
  random: Random,
  label: string,
): Promise<LocalCa> {
  const { stored, publicKey } = await keys.create(spec, localCaBinding)
  const name = encodeName([[{ type: commonName, value: `certkeep local CA ${label}` }]])
  const certificate = await signCertificate(keys, stored, {
    issuer: name,
    subject: name,
    publicKey,
    months: caMonths,
    wallClock,
    random,
    extensions: [
      basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
      keyUsageExtension(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifierExtension(subjectKeyIdentifier(publicKey)),
    ],
  })
  return { certificate, publicKey, key: stored, binding: localCaBinding }
}

/** A certificate for the service's own listener, for a key made by the caller. */
export async function issueServiceCertificate(
  keys: KeyProtection,
  ca: LocalCa,
  request: {
    publicKey: Der
    names: SubjectAlternativeNames
    issuerName: Der
    wallClock: Clock
    random: Random
  },
): Promise<Der> {
  const { publicKey, names, issuerName, wallClock, random } = request
  return signCertificate(keys, ca.key, {
    issuer: issuerName,
    subject: encodeName([[{ type: commonName, value: 'certkeep' }]]),
    publicKey,
    months: serviceCertificateMonths,
    wallClock,
    random,
    extensions: [
      basicConstraintsExtension({ ca: false }, true),
      keyUsageExtension(['digitalSignature']),
      extendedKeyUsageExtension([keyPurpose.serverAuth]),
      subjectAltNameExtension(names, false),
      authorityKeyIdentifierExtension(subjectKeyIdentifier(ca.publicKey)),
      subjectKeyIdentifierExtension(subjectKeyIdentifier(publicKey)),
    ],
  })
}

async function signCertificate(
  keys: KeyProtection,
  key: StoredKey,
  content: {
    issuer: Der
    subject: Der
    publicKey: Der
    months: number
    wallClock: Clock
    random: Random
    extensions: Der[]
  },
): Promise<Der> {
  const { identifier, hash } = signatureAlgorithm(spec)
  const tbs = buildTbsCertificate({
    serialNumber: newSerialNumber(content.random),
    signatureAlgorithm: identifier,
    issuer: content.issuer,
    subject: content.subject,
    ...validityFrom(content.wallClock.now(), content.months),
    spki: content.publicKey,
    extensions: content.extensions,
  })
  return assembleSigned(tbs, identifier, await keys.sign(key, localCaBinding, { hash }, tbs))
}
