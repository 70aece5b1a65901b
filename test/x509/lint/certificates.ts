/** Certificates to be judged: clean ones of each kind, and what can be changed about them. */
import { generateKeyPairSync } from 'node:crypto'
import {
  emptyNames,
  parseDistinguishedName,
  type SubjectAlternativeNames,
} from '../../../src/domain/subject.ts'
import { seconds } from '../../../src/domain/time.ts'
import {
  assembleSigned,
  buildTbsCertificate,
  type CertificateContent,
  type CertificateFacts,
  parseCertificate,
} from '../../../src/x509/certificate.ts'
import type { Der } from '../../../src/x509/der.ts'
import {
  authorityKeyIdentifierExtension,
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  extension,
  keyUsageExtension,
  ocspNoCheckExtension,
  subjectAltNameExtension,
  subjectKeyIdentifierExtension,
} from '../../../src/x509/extensions.ts'
import type { CertificateKind, LintContext } from '../../../src/x509/lint/lint.ts'
import { encodeName } from '../../../src/x509/name.ts'
import { extensionOid, keyPurpose } from '../../../src/x509/object-identifiers.ts'
import { subjectKeyIdentifier } from '../../../src/x509/public-key.ts'
import { signatureAlgorithm } from '../../../src/x509/signature-algorithm.ts'

export const at = seconds(Date.UTC(2027, 0, 1) / 1000)
const day = 86_400

const spkiOf = (key: { export(options: { type: 'spki'; format: 'der' }): Buffer }) =>
  new Uint8Array(key.export({ type: 'spki', format: 'der' }))
export const rsa = (modulusLength: number, publicExponent = 65_537) =>
  spkiOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey)
export const ec = spkiOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey)
const caKey = spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey)
export const rsa2048 = rsa(2048)

export const nameOf = (text: string) => encodeName(parseDistinguishedName(text))
export const sans = (names: Partial<SubjectAlternativeNames>, critical = false) =>
  subjectAltNameExtension({ ...emptyNames, ...names }, critical)
export const { identifier: ecdsa } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })

/** Points to its revocation: what a list is called does not matter to any rule yet. */
const pointer = extension(extensionOid.crlDistributionPoints, false, Uint8Array.of(0x30, 0))
const aki = authorityKeyIdentifierExtension(subjectKeyIdentifier(caKey))
const ski = (spki: Der) => subjectKeyIdentifierExtension(subjectKeyIdentifier(spki))

const base: CertificateContent = {
  serialNumber: new Uint8Array(20).fill(0x5a),
  signatureAlgorithm: ecdsa,
  issuer: nameOf('CN=CA'),
  subject: nameOf('CN=www.example.com'),
  notBefore: seconds(at - 600),
  notAfter: seconds(at + 80 * day),
  spki: ec,
  extensions: [],
}

const leaf = (purpose: string, names = sans({ dnsNames: ['www.example.com'] })): CertificateContent => ({
  ...base,
  extensions: [
    keyUsageExtension(['digitalSignature']),
    extendedKeyUsageExtension([purpose]),
    names,
    aki,
    pointer,
  ],
})

export const clean: Readonly<Record<CertificateKind, CertificateContent>> = {
  server: leaf(keyPurpose.serverAuth),
  client: leaf(keyPurpose.clientAuth),
  'other-leaf': leaf(keyPurpose.codeSigning),
  'self-signed': {
    ...base,
    issuer: base.subject,
    extensions: [keyUsageExtension(['digitalSignature']), sans({ dnsNames: ['www.example.com'] })],
  },
  root: {
    ...base,
    issuer: nameOf('CN=CA'),
    subject: nameOf('CN=CA'),
    spki: caKey,
    notAfter: seconds(at + 3650 * day),
    extensions: [
      basicConstraintsExtension({ ca: true }, true),
      keyUsageExtension(['keyCertSign', 'cRLSign']),
      ski(caKey),
    ],
  },
  intermediate: {
    ...base,
    subject: nameOf('CN=Issuing CA'),
    notAfter: seconds(at + 1000 * day),
    extensions: [
      basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
      keyUsageExtension(['keyCertSign', 'cRLSign']),
      ski(ec),
      aki,
      pointer,
    ],
  },
  'ocsp-responder': {
    ...leaf(keyPurpose.ocspSigning),
    extensions: [
      keyUsageExtension(['digitalSignature']),
      extendedKeyUsageExtension([keyPurpose.ocspSigning]),
      aki,
      ocspNoCheckExtension,
    ],
  },
}

export const certificateOf = (content: CertificateContent): CertificateFacts =>
  parseCertificate(
    assembleSigned(buildTbsCertificate(content), content.signatureAlgorithm, new Uint8Array(1)),
  )

export function contextOf(kind: CertificateKind): LintContext {
  const issued = kind !== 'root' && kind !== 'self-signed'
  return { kind, at, ...(issued && { issuer: certificateOf(clean.root) }) }
}

/** The content with an extension in place of another of its kind, or added. */
export function withExtension(content: CertificateContent, changed: Der): CertificateContent {
  const oidOf = (encoded: Der) => Buffer.from(encoded.subarray(2, 4 + encoded[3]!)).toString('hex')
  const others = content.extensions.filter((encoded) => oidOf(encoded) !== oidOf(changed))
  return { ...content, extensions: [...others, changed] }
}

export function withoutExtension(content: CertificateContent, example: Der): CertificateContent {
  const { extensions } = withExtension(content, example)
  return { ...content, extensions: extensions.slice(0, -1) }
}
