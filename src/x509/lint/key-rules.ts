/** The public key. */
import { seconds } from '../../domain/time.ts'
import type { CertificateFacts } from '../certificate.ts'
import { describePublicKey, type RsaPublicKey } from '../public-key.ts'
import { checkRsaKey } from '../weak-rsa-key.ts'
import { allKinds, authorityKinds, type Breach, type Rule, unless } from './rule.ts'

/** RSA of 2048 bits is advised until then (NIST SP 800-57 part 1, 5.6.3). */
const endOf2030 = seconds(Date.UTC(2031, 0) / 1000)
const rsaBitsMin = 2048
const rsaBitsLong = 3072
const exponentUsual = 65_537n

function rsaOf({ spki }: CertificateFacts): RsaPublicKey | undefined {
  const key = describePublicKey(spki)
  return key.kty === 'RSA' ? key : undefined
}

const exponentOf = ({ exponent }: RsaPublicKey) => BigInt(`0x${Buffer.from(exponent).toString('hex')}`)

export const keyRules: readonly Rule[] = [
  {
    id: 'rsa-size',
    severity: 'error',
    source: 'NIST SP 800-57 part 1; TLS Baseline Requirements 6.1.5',
    path: 'subjectPublicKeyInfo',
    expected: '2048 bits at least and a multiple of 8; 3072 for what is used beyond 2030',
    applies: allKinds,
    check: (certificate) => {
      const rsa = rsaOf(certificate)
      if (!rsa) return []
      if (rsa.size < rsaBitsMin || rsa.size % 8 !== 0) return [{ observed: `${rsa.size} bits` }]
      const long = certificate.notAfter >= endOf2030
      return unless(!long || rsa.size >= rsaBitsLong, `${rsa.size} bits beyond 2030`, 'warning')
    },
  },
  {
    id: 'rsa-exponent',
    severity: 'error',
    source: 'RFC 8017 3.1; TLS Baseline Requirements 6.1.6',
    path: 'subjectPublicKeyInfo',
    expected: 'an odd exponent of 65537 or more',
    applies: allKinds,
    check: (certificate) => {
      const rsa = rsaOf(certificate)
      if (!rsa) return []
      const exponent = exponentOf(rsa)
      if (exponent < 3n || exponent % 2n === 0n) return [{ observed: `the exponent ${exponent}` }]
      return unless(exponent >= exponentUsual, `the exponent ${exponent}`, 'warning')
    },
  },
  {
    id: 'rsa-weak',
    severity: 'error',
    source: 'TLS Baseline Requirements 6.1.1.3',
    path: 'subjectPublicKeyInfo',
    expected: 'a modulus without a known weakness',
    applies: allKinds,
    check: (certificate) => {
      const rsa = rsaOf(certificate)
      if (!rsa || rsa.size < rsaBitsMin || rsa.size % 8 !== 0 || exponentOf(rsa) % 2n === 0n) return []
      return weaknessOf(rsa)
    },
  },
  {
    id: 'ca-key-strength',
    severity: 'warning',
    source: 'practice',
    path: 'subjectPublicKeyInfo',
    expected: 'RSA of 3072 bits or P-384 for a CA that lives beyond five years',
    applies: authorityKinds,
    check: (certificate) => {
      const key = describePublicKey(certificate.spki)
      const years = (certificate.notAfter - certificate.notBefore) / (365.25 * 86_400)
      const strong = key.kty === 'RSA' ? key.size >= rsaBitsLong : key.size >= 384
      return unless(strong || years <= 5, `${key.kty} of ${key.size} bits for ${Math.round(years)} years`)
    },
  },
]

function weaknessOf(key: RsaPublicKey): Breach[] {
  try {
    checkRsaKey(key)
    return []
  } catch (error) {
    return [{ observed: (error as Error).message }]
  }
}
