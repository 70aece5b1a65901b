/** Requests as programs make them that want a certificate: a P-256 key of their own and one DNS name. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { emptyNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { assembleSigned } from '../../src/x509/certificate.ts'
import { subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { buildRequestInfo } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'

export interface Request {
  readonly name: string
  readonly pem: string
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Buffer
}

const { identifier, hash } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })

/** Requests for different names with different keys. */
export function makeRequests(prefix: string, count: number): Request[] {
  return Array.from({ length: count }, (_, index) => makeRequest(`${prefix}-${index}.example.org`))
}

function makeRequest(name: string): Request {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const info = buildRequestInfo({
    subject: encodeName(parseDistinguishedName(`CN=${name}`)),
    spki,
    extensions: [subjectAltNameExtension({ ...emptyNames, dnsNames: [name] }, false)],
  })
  const der = assembleSigned(info, identifier, sign(hash, info, privateKey))
  return { name, spki, pem: formatPem('CERTIFICATE REQUEST', der) }
}
