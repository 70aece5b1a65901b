/** Serial number, validity and signature algorithm. */
import { secondsPerDay } from '../../domain/time.ts'
import { openDer, readObjectIdentifier, tag } from '../der.ts'
import { signatureOid } from '../object-identifiers.ts'
import { allKinds, authorityKinds, leafKinds, type Rule, unless } from './rule.ts'

const backdatingMax = 2 * secondsPerDay
const selfSignedDaysMax = 90
const randomOctetsMin = 8

const strongSignatures: ReadonlySet<string> = new Set([
  signatureOid.sha256WithRsa,
  signatureOid.sha384WithRsa,
  signatureOid.sha512WithRsa,
  signatureOid.rsaPss,
  signatureOid.ecdsaWithSha256,
  signatureOid.ecdsaWithSha384,
  signatureOid.ecdsaWithSha512,
])
const sha1Signatures: ReadonlySet<string> = new Set([signatureOid.sha1WithRsa, signatureOid.ecdsaWithSha1])

const algorithmOf = (identifier: Uint8Array) =>
  readObjectIdentifier(openDer(identifier).read(tag.objectIdentifier))
const dateOf = (time: number) => new Date(time * 1000).toISOString()

export const identityRules: readonly Rule[] = [
  {
    id: 'validity-positive',
    severity: 'error',
    source: 'RFC 5280 4.1.2.5',
    path: 'validity',
    expected: 'notBefore lies before notAfter',
    applies: allKinds,
    check: ({ notBefore, notAfter }) =>
      unless(notBefore < notAfter, `valid from ${dateOf(notBefore)} to ${dateOf(notAfter)}`),
  },
  {
    id: 'backdating',
    severity: 'warning',
    source: 'TLS Baseline Requirements 7.1.2.7',
    path: 'validity.notBefore',
    expected: 'notBefore at most 48 hours before the signature',
    applies: allKinds,
    check: ({ notBefore }, { at }) =>
      unless(at - notBefore <= backdatingMax, `notBefore ${dateOf(notBefore)}`),
  },
  {
    id: 'outlives-issuer',
    severity: 'error',
    source: 'practice; RFC 5280 6.1',
    path: 'validity.notAfter',
    expected: 'it ends with its issuer at the latest',
    applies: [...leafKinds, 'intermediate'],
    check: ({ notAfter }, { issuer }) =>
      unless(!issuer || notAfter <= issuer.notAfter, `ends ${dateOf(notAfter)}, after its issuer`),
  },
  {
    id: 'selfsigned-max',
    severity: 'warning',
    source: 'practice',
    path: 'validity',
    expected: `a self-signed certificate lives ${selfSignedDaysMax} days at most`,
    applies: ['self-signed'],
    check: ({ notBefore, notAfter }) =>
      unless(
        notAfter - notBefore <= (selfSignedDaysMax + 1) * secondsPerDay,
        `lives ${Math.ceil((notAfter - notBefore) / secondsPerDay)} days`,
      ),
  },
  {
    id: 'serial-positive',
    severity: 'error',
    source: 'RFC 5280 4.1.2.2',
    path: 'serialNumber',
    expected: 'a positive number',
    applies: allKinds,
    check: ({ serialNumber }) =>
      unless(serialNumber[0]! < 0x80 && serialNumber.some((octet) => octet > 0), 'negative or zero'),
  },
  {
    id: 'serial-length',
    severity: 'error',
    source: 'RFC 5280 4.1.2.2',
    path: 'serialNumber',
    expected: '20 octets at most',
    applies: allKinds,
    check: ({ serialNumber }) => unless(serialNumber.length <= 20, `${serialNumber.length} octets`),
  },
  {
    id: 'serial-entropy',
    severity: 'warning',
    source: 'TLS Baseline Requirements 7.1',
    path: 'serialNumber',
    expected: 'room for 64 random bits',
    applies: [...leafKinds, ...authorityKinds],
    check: ({ serialNumber }) =>
      unless(serialNumber.length >= randomOctetsMin, `${serialNumber.length} octets`),
  },
  {
    id: 'sha1',
    severity: 'error',
    source: 'RFC 6194; TLS Baseline Requirements 7.1.3.2.1',
    path: 'signature',
    expected: 'a signature over SHA-256 or longer',
    applies: allKinds,
    check: ({ signatureAlgorithm }) =>
      unless(!sha1Signatures.has(algorithmOf(signatureAlgorithm)), 'a signature over SHA-1'),
  },
  {
    id: 'sig-algorithm',
    severity: 'error',
    source: 'RFC 4055, RFC 5758; TLS Baseline Requirements 7.1.3.2',
    path: 'signature',
    expected: 'RSA or ECDSA with SHA-256, SHA-384 or SHA-512',
    applies: allKinds,
    check: ({ signatureAlgorithm }) => {
      const oid = algorithmOf(signatureAlgorithm)
      return unless(strongSignatures.has(oid) || sha1Signatures.has(oid), `the algorithm ${oid}`)
    },
  },
]
