/**
 * The certificate that answers `tls-alpn-01` (RFC 8737 3, RFC 8738 6): it signs itself, is for the one name to be proved,
 * and holds the digest of the key authorization in a critical extension, so that nobody takes it for anything else.
 */
import { type KeyObject, sign } from 'node:crypto'
import { emptyNames } from '../domain/subject.ts'
import { seconds, type UnixSeconds } from '../domain/time.ts'
import { assembleSigned, buildTbsCertificate } from './certificate.ts'
import { type Der, octetString } from './der.ts'
import { extension, subjectAltNameExtension } from './extensions.ts'
import { encodeName } from './name.ts'
import { extensionOid } from './object-identifiers.ts'
import { signatureAlgorithm } from './signature-algorithm.ts'

export interface ChallengeCertificateContent {
  readonly identifier: { readonly type: 'dns' | 'ip'; readonly value: string }
  /** SHA-256 of the key authorization. */
  readonly digest: Uint8Array
  readonly serialNumber: Uint8Array
  /** A P-256 pair, which nothing else is signed with. */
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly now: UnixSeconds
}

/** Longer than any validation takes, with room for clocks that differ. */
const validBeforeSeconds = 3600
const validAfterSeconds = 86_400

/** There has to be an issuer; nobody reads which. */
const name = encodeName([[{ type: '2.5.4.3', value: 'ACME challenge' }]])

export function challengeCertificate(content: ChallengeCertificateContent): Der {
  const { identifier, digest, serialNumber, privateKey, publicKey, now } = content
  const { identifier: algorithm, hash } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
  const sans =
    identifier.type === 'dns'
      ? { ...emptyNames, dnsNames: [identifier.value] }
      : { ...emptyNames, ipAddresses: [identifier.value] }
  const tbs = buildTbsCertificate({
    serialNumber,
    signatureAlgorithm: algorithm,
    issuer: name,
    subject: name,
    notBefore: seconds(now - validBeforeSeconds),
    notAfter: seconds(now + validAfterSeconds),
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    extensions: [subjectAltNameExtension(sans, false), acmeIdentifier(digest)],
  })
  return assembleSigned(tbs, algorithm, sign(hash, tbs, privateKey))
}

/** RFC 8737 3: critical. */
function acmeIdentifier(digest: Uint8Array): Der {
  return extension(extensionOid.acmeIdentifier, true, octetString(digest))
}
