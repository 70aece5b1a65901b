/** The key of a certificate, as it signs requests about that certificate (RFC 8555 7.6). */
import { parseCertificate } from '../../x509/certificate.ts'
import { type Der, openDer, readIntegerBytes, tag } from '../../x509/der.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import type { CertificateKey } from '../issuer.ts'
import type { JwsKey } from './protocol/jws.ts'

const curves = {
  'P-256': { algorithm: 'ES256', hash: 'sha256', octets: 32 },
  'P-384': { algorithm: 'ES384', hash: 'sha384', octets: 48 },
  'P-521': { algorithm: 'ES512', hash: 'sha512', octets: 66 },
} as const

/** Undefined for keys that no CA takes signatures of. */
export function certificateJwsKey(certificate: Der, key: CertificateKey): JwsKey | undefined {
  const facts = describePublicKey(parseCertificate(certificate).spki)
  if (facts.kty === 'RSA') {
    const { e, kty, n } = facts.jwk
    const scheme = { hash: 'sha256', padding: 'pkcs1' } as const
    return { algorithm: 'RS256', jwk: { e, kty, n }, sign: (data) => key.sign(scheme, data) }
  }
  if (facts.curve === 'P-256K') return undefined
  const { algorithm, hash, octets } = curves[facts.curve]
  const { crv, kty, x, y } = facts.jwk
  return {
    algorithm,
    jwk: { crv, kty, x, y },
    sign: async (data) => concatenated(await key.sign({ hash }, data), octets),
  }
}

/** From `ECDSA-Sig-Value` (RFC 3279 2.2.3) to `r || s` (RFC 7518 3.4). */
function concatenated(signature: Der, octets: number): Uint8Array {
  const members = openDer(signature)
  const joined = new Uint8Array(2 * octets)
  for (const end of [octets, 2 * octets]) {
    const number = readIntegerBytes(members.read(tag.integer))
    const digits = number[0] === 0 ? number.subarray(1) : number
    joined.set(digits, end - digits.length)
  }
  return joined
}
