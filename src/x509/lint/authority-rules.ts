/** Certificates of CAs. */
import { extensionOid } from '../object-identifiers.ts'
import { allKinds, authorityKinds, type Rule, unless } from './rule.ts'

export const authorityRules: readonly Rule[] = [
  {
    id: 'ca-basic',
    severity: 'error',
    source: 'RFC 5280 4.2.1.2, 4.2.1.3, 4.2.1.9',
    path: 'extensions',
    expected: 'cA true and critical, keyCertSign, and a subject key identifier',
    applies: authorityKinds,
    check: ({ basicConstraints, keyUsage, subjectKeyIdentifier, extensions }) => [
      ...unless(basicConstraints?.ca === true, 'cA is not true'),
      ...unless(
        extensions.some(({ oid, critical }) => oid === extensionOid.basicConstraints && critical),
        'basicConstraints is not critical',
      ),
      ...unless(keyUsage?.includes('keyCertSign') === true, 'no keyCertSign'),
      ...unless(subjectKeyIdentifier !== undefined, 'no subject key identifier'),
    ],
  },
  {
    id: 'ca-pathlen',
    severity: 'warning',
    source: 'RFC 5280 4.2.1.9',
    path: 'extensions.basicConstraints',
    expected: 'an intermediate CA says how long a path below it may be',
    applies: ['intermediate'],
    check: ({ basicConstraints }) => unless(basicConstraints?.pathLength !== undefined, 'no path length'),
  },
  {
    id: 'ca-pathlen-exceeded',
    severity: 'error',
    source: 'RFC 5280 4.2.1.9, 6.1.4',
    path: 'extensions.basicConstraints',
    expected: 'no more CAs below its issuer than that allows',
    applies: ['intermediate'],
    check: ({ basicConstraints }, { issuer }) => {
      const allowed = issuer?.basicConstraints?.pathLength
      if (allowed === undefined) return []
      if (allowed === 0) return [{ observed: 'the issuer allows no CA below it' }]
      const own = basicConstraints?.pathLength
      return unless(own === undefined || own < allowed, `a path length of ${own} below one of ${allowed}`)
    },
  },
  {
    id: 'ca-root-eku',
    severity: 'warning',
    source: 'TLS Baseline Requirements 7.1.2.1',
    path: 'extensions.extKeyUsage',
    expected: 'a root is not bound to purposes',
    applies: ['root'],
    check: ({ ekus }) => unless(ekus === undefined, ekus?.join() ?? ''),
  },
  {
    id: 'ca-nameconstraints',
    severity: 'error',
    source: 'RFC 5280 4.2.1.10',
    path: 'extensions.nameConstraints',
    expected: 'only in a CA certificate, and critical',
    applies: allKinds,
    check: ({ extensions, basicConstraints }) =>
      extensions
        .filter(({ oid }) => oid === extensionOid.nameConstraints)
        .flatMap(({ critical }) => [
          ...unless(basicConstraints?.ca === true, 'in a certificate that is no CA'),
          ...unless(critical, 'not critical'),
        ]),
  },
]
