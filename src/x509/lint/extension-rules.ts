/** Identifiers of keys, pointers to revocation, and what nobody understands. */
import { authorityInformation } from '../authority-information.ts'
import { type ExtensionFacts, extensionValue } from '../extensions.ts'
import { extensionOid } from '../object-identifiers.ts'
import { allKinds, leafKinds, type Rule, unless } from './rule.ts'

const understood: ReadonlySet<string> = new Set(Object.values(extensionOid))

const tellsOfRevocation = (certificate: Pick<ExtensionFacts, 'extensions'>) =>
  extensionValue(certificate, extensionOid.crlDistributionPoints) !== undefined ||
  extensionValue(certificate, extensionOid.freshestCrl) !== undefined ||
  authorityInformation(certificate).ocsp.length > 0

export const extensionRules: readonly Rule[] = [
  {
    id: 'ext-critical-known',
    severity: 'error',
    source: 'RFC 5280 4.2',
    path: 'extensions',
    expected: 'no critical extension that is not understood',
    applies: allKinds,
    check: ({ extensions }) =>
      extensions
        .filter(({ oid, critical }) => critical && !understood.has(oid))
        .map(({ oid }) => ({ observed: `${oid} is critical` })),
  },
  {
    id: 'aki',
    severity: 'error',
    source: 'RFC 5280 4.2.1.1',
    path: 'extensions.authorityKeyIdentifier',
    expected: 'the subject key identifier of the issuer',
    applies: [...leafKinds, 'intermediate'],
    check: ({ authorityKeyIdentifier }, { issuer }) => {
      if (!authorityKeyIdentifier) return [{ observed: 'no key identifier' }]
      const wanted = issuer?.subjectKeyIdentifier
      return unless(!wanted || Buffer.compare(authorityKeyIdentifier, wanted) === 0, 'that of another key')
    },
  },
  {
    id: 'crldp',
    severity: 'notice',
    source: 'RFC 5280 4.2.1.13; TLS Baseline Requirements 7.1.2.11.2',
    path: 'extensions.cRLDistributionPoints',
    expected: 'where its revocation would be found',
    applies: ['server', 'client', 'other-leaf', 'intermediate'],
    check: (certificate) =>
      unless(
        [
          extensionOid.crlDistributionPoints,
          extensionOid.authorityInformationAccess,
          extensionOid.noRevocationAvailable,
        ].some((oid) => extensionValue(certificate, oid) !== undefined),
        'neither a revocation list nor OCSP is named',
      ),
  },
  {
    id: 'no-rev-avail',
    severity: 'error',
    source: 'RFC 9608 2, 3',
    path: 'extensions.noRevAvail',
    expected: 'not in a CA certificate, not critical, and beside it no word of lists and OCSP',
    applies: allKinds,
    check: (certificate) =>
      certificate.extensions
        .filter(({ oid }) => oid === extensionOid.noRevocationAvailable)
        .flatMap(({ critical }) => [
          ...unless(!critical, 'critical'),
          ...unless(certificate.basicConstraints?.ca !== true, 'in a CA certificate'),
          ...unless(!tellsOfRevocation(certificate), 'it names a revocation list or OCSP all the same'),
        ]),
  },
]
