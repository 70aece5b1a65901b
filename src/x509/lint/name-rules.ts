/** Subject and alternative names. */
import { nameAttributeType } from '../../domain/name-attributes.ts'
import { hasNames } from '../../domain/subject.ts'
import type { CertificateFacts } from '../certificate.ts'
import { extensionOid } from '../object-identifiers.ts'
import { allKinds, authorityKinds, type Breach, type CertificateKind, type Rule, unless } from './rule.ts'

const commonName = '2.5.4.3'
const countryName = '2.5.4.6'
const labelMax = 63
const nameMax = 253
const withDnsNames: readonly CertificateKind[] = ['server', 'client', 'other-leaf', 'self-signed']

const attributesOf = ({ subject }: CertificateFacts) => subject.flat()
const dnsNamesOf = ({ sans }: CertificateFacts) => sans?.dnsNames ?? []
const breaches = (names: readonly string[]): Breach[] => names.map((name) => ({ observed: `'${name}'` }))
/** Without the label that stands for any other. */
const bare = (name: string) => name.replace(/^\*\./, '')

export const nameRules: readonly Rule[] = [
  {
    id: 'san-present',
    severity: 'error',
    source: 'RFC 9525 6.3; TLS Baseline Requirements 7.1.2.7.12',
    path: 'extensions.subjectAltName',
    expected: 'the names of a server stand in the subject alternative name extension',
    applies: ['server', 'client', 'self-signed'],
    check: ({ sans }, { kind }) =>
      unless(
        sans !== undefined && hasNames(sans),
        'no alternative names',
        kind === 'server' ? 'error' : 'warning',
      ),
  },
  {
    id: 'san-critical',
    severity: 'error',
    source: 'RFC 5280 4.2.1.6',
    path: 'extensions.subjectAltName',
    expected: 'critical if the subject is empty, and only then',
    applies: allKinds,
    check: ({ subject, extensions }) => {
      const critical = extensions.find(({ oid }) => oid === extensionOid.subjectAltName)?.critical
      if (subject.length === 0) return unless(critical === true, 'not critical beside an empty subject')
      return unless(critical !== true, 'critical beside a subject', 'warning')
    },
  },
  {
    id: 'subject-present',
    severity: 'error',
    source: 'RFC 5280 4.1.2.6',
    path: 'subject',
    expected: 'the subject of a CA certificate is not empty',
    applies: authorityKinds,
    check: ({ subject }) => unless(subject.length > 0, 'an empty subject'),
  },
  {
    id: 'cn-in-san',
    severity: 'warning',
    source: 'TLS Baseline Requirements 7.1.4.3',
    path: 'subject.commonName',
    expected: 'the common name of a server is one of its alternative names',
    applies: ['server'],
    check: (certificate) => {
      const names = new Set([...dnsNamesOf(certificate), ...(certificate.sans?.ipAddresses ?? [])])
      const missing = attributesOf(certificate).filter(
        ({ type, value }) => type === commonName && !names.has(value),
      )
      return breaches(missing.map(({ value }) => value))
    },
  },
  {
    id: 'dns-syntax',
    severity: 'error',
    source: 'RFC 5280 4.2.1.6, RFC 1034 3.5',
    path: 'extensions.subjectAltName.dNSName',
    expected: 'labels of 1 to 63 letters, digits and hyphens, 253 characters in all, no dot at the end',
    applies: withDnsNames,
    check: (certificate) => breaches(dnsNamesOf(certificate).filter((name) => !isHostName(bare(name)))),
  },
  {
    id: 'dns-underscore',
    severity: 'warning',
    source: 'RFC 1034 3.5; TLS Baseline Requirements 7.1.2.7.12',
    path: 'extensions.subjectAltName.dNSName',
    expected: 'no underscore',
    applies: withDnsNames,
    check: (certificate) => breaches(dnsNamesOf(certificate).filter((name) => name.includes('_'))),
  },
  {
    id: 'wildcard-form',
    severity: 'error',
    source: 'RFC 9525 6.3; TLS Baseline Requirements 3.2.2.6',
    path: 'extensions.subjectAltName.dNSName',
    expected: 'an asterisk is the whole left-most label',
    applies: withDnsNames,
    check: (certificate) =>
      breaches(dnsNamesOf(certificate).filter((name) => bare(name).includes('*') || name === '*')),
  },
  {
    id: 'idn-form',
    severity: 'error',
    source: 'RFC 5890 2.3.1, RFC 9549 2.2',
    path: 'extensions.subjectAltName.dNSName',
    expected: 'two hyphens in the third place only behind xn',
    applies: withDnsNames,
    check: (certificate) =>
      breaches(dnsNamesOf(certificate).filter((name) => name.split('.').some(isReserved))),
  },
  {
    id: 'san-dupes',
    severity: 'notice',
    source: 'practice',
    path: 'extensions.subjectAltName.dNSName',
    expected: 'each name once',
    applies: withDnsNames,
    check: (certificate) => {
      const names = dnsNamesOf(certificate).map((name) => name.toLowerCase())
      return breaches(names.filter((name, index) => names.indexOf(name) < index))
    },
  },
  {
    id: 'subject-country',
    severity: 'error',
    source: 'RFC 5280 A.1, ISO 3166-1',
    path: 'subject.countryName',
    expected: 'two capital letters',
    applies: allKinds,
    check: (certificate) => {
      const countries = attributesOf(certificate).filter(({ type }) => type === countryName)
      return breaches(countries.map(({ value }) => value).filter((value) => !/^[A-Z]{2}$/.test(value)))
    },
  },
  {
    id: 'subject-lengths',
    severity: 'error',
    source: 'RFC 5280 A.1 (upper bounds)',
    path: 'subject',
    expected: 'no attribute longer than its upper bound',
    applies: allKinds,
    check: (certificate) =>
      attributesOf(certificate).flatMap(({ type, value }) => {
        const max = nameAttributeType(type)?.charactersMax
        const length = [...value].length
        return unless(
          max === undefined || length <= max,
          `${length} characters of ${type}, where ${max} may be`,
        )
      }),
  },
]

/** Underscores have a rule of their own. */
function isHostName(name: string): boolean {
  const labels = name.split('.')
  return (
    name.length <= nameMax &&
    labels.every(
      (label) => label.length <= labelMax && /^[a-z0-9_*](?:[a-z0-9_*-]*[a-z0-9_*])?$/i.test(label),
    )
  )
}

/** Hyphens in the third and fourth place are for encoded labels, and `xn` is the only encoding there is (RFC 5890 2.3.1). */
function isReserved(label: string): boolean {
  return label.slice(2, 4) === '--' && label.slice(0, 2).toLowerCase() !== 'xn'
}
