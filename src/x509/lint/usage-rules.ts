/** Key usage, extended key usage and the right to be a CA. */
import type { KeyUsageWord } from '../../domain/certificate-policy.ts'
import { hasOcspNoCheck } from '../extensions.ts'
import { keyPurpose } from '../object-identifiers.ts'
import { describePublicKey } from '../public-key.ts'
import { allKinds, authorityKinds, leafKinds, type Rule, unless } from './rule.ts'

/** Key usages of which one has to be there for a purpose (RFC 5280 4.2.1.12). */
const usagesFor: ReadonlyMap<string, readonly KeyUsageWord[]> = new Map<string, readonly KeyUsageWord[]>([
  [keyPurpose.serverAuth, ['digitalSignature', 'keyEncipherment', 'keyAgreement']],
  [keyPurpose.clientAuth, ['digitalSignature', 'keyAgreement']],
  [keyPurpose.codeSigning, ['digitalSignature']],
  [keyPurpose.emailProtection, ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement']],
  [keyPurpose.timeStamping, ['digitalSignature', 'nonRepudiation']],
  [keyPurpose.ocspSigning, ['digitalSignature', 'nonRepudiation']],
])
const authorityUsages: readonly KeyUsageWord[] = ['keyCertSign', 'cRLSign']

export const usageRules: readonly Rule[] = [
  {
    id: 'eku-present',
    severity: 'warning',
    source: 'TLS Baseline Requirements 7.1.2.7.10',
    path: 'extensions.extKeyUsage',
    expected: 'a certificate says what it is for',
    applies: leafKinds,
    check: ({ ekus }) => unless(ekus !== undefined && ekus.length > 0, 'no extended key usage'),
  },
  {
    id: 'ku-consistent',
    severity: 'error',
    source: 'RFC 5280 4.2.1.12, RFC 5480 3',
    path: 'extensions.keyUsage',
    expected: 'key usages that fit the key and every purpose',
    applies: allKinds,
    check: ({ keyUsage, ekus = [], spki }, { kind }) => {
      if (!keyUsage) return []
      // The purposes of a CA bind those below it; its own key signs certificates.
      const ownPurposes = authorityKinds.includes(kind) ? [] : ekus
      const unfit = ownPurposes.filter(
        (purpose) => !(usagesFor.get(purpose)?.some((word) => keyUsage.includes(word)) ?? true),
      )
      const enciphers = keyUsage.filter((word) => word === 'keyEncipherment' || word === 'dataEncipherment')
      const impossible = describePublicKey(spki).kty === 'EC' ? enciphers : []
      return [
        ...unfit.map((purpose) => ({ observed: `${keyUsage.join(', ')} for the purpose ${purpose}` })),
        ...impossible.map((word) => ({ observed: `${word} with an EC key` })),
      ]
    },
  },
  {
    id: 'ku-ca-bits',
    severity: 'error',
    source: 'RFC 5280 4.2.1.3, 4.2.1.9',
    path: 'extensions.keyUsage',
    expected: 'only a CA has keyCertSign and cRLSign',
    applies: [...leafKinds, 'self-signed'],
    check: ({ keyUsage = [] }, { kind }) => {
      const words = keyUsage.filter((word) => authorityUsages.includes(word))
      return unless(words.length === 0, words.join(', '), kind === 'self-signed' ? 'warning' : 'error')
    },
  },
  {
    id: 'leaf-not-ca',
    severity: 'error',
    source: 'RFC 5280 4.2.1.9',
    path: 'extensions.basicConstraints',
    expected: 'cA is false',
    applies: [...leafKinds, 'self-signed'],
    check: ({ basicConstraints }) => unless(basicConstraints?.ca !== true, 'cA is true'),
  },
  {
    id: 'ocsp-nocheck',
    severity: 'error',
    source: 'RFC 6960 4.2.2.2',
    path: 'extensions',
    expected: 'a responder signs OCSP answers, nothing else, and need not be asked about itself',
    applies: ['ocsp-responder'],
    check: (certificate) => [
      ...unless(
        certificate.ekus?.join() === keyPurpose.ocspSigning,
        `purposes ${certificate.ekus?.join() ?? 'none'}`,
      ),
      ...unless(hasOcspNoCheck(certificate), 'no ocsp-nocheck'),
    ],
  },
]
