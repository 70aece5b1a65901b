import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyUsageWords } from '../../src/domain/key-spec.ts'
import { checkImportInput, derivePolicy, type ImportedFacts } from '../../src/domain/policy-derivation.ts'
import type { PolicyInput } from '../../src/domain/policy-input.ts'
import { patchPolicy } from '../../src/domain/policy-rules.ts'
import { Secret } from '../../src/domain/secret.ts'
import { emptyNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'

const pfx = 'application/x-pkcs12'
const pem = 'application/x-pem-file'

/** What is in `certificates-import-pfx` of the recordings: nothing but a name and an RSA key. */
const bare: ImportedFacts = {
  key: { kty: 'RSA', size: 2048 },
  subject: parseDistinguishedName('CN=KeyVaultTest'),
  sans: undefined,
  ekus: undefined,
  keyUsage: undefined,
  basicConstraints: undefined,
  notBefore: seconds(1430344421),
  notAfter: seconds(2208988799),
}
const derivedFromBare = {
  enabled: true,
  key: { exportable: true, keyType: 'RSA', keySize: 2048, reuseKey: false },
  secretContentType: pfx,
  x509: {
    subject: 'CN=KeyVaultTest',
    ekus: [],
    keyUsage: [],
    validityMonths: 297,
    basicConstraints: { ca: false },
  },
  lifetimeActions: [{ action: 'EmailContacts', trigger: { lifetimePercentage: 80 } }],
  issuer: { name: 'Unknown' },
}

test('a bare PFX gives the policy that Key Vault was recorded to derive', () => {
  assert.deepEqual(derivePolicy(bare, undefined, pfx), derivedFromBare)
  assert.deepEqual(derivePolicy(bare, {}, pfx), derivedFromBare)
})

test('a CA certificate in PEM gives the policy that Key Vault was recorded to derive', () => {
  const facts: ImportedFacts = {
    ...bare,
    subject: parseDistinguishedName('O=Internet Widgits Pty Ltd, ST=Some-State, C=AU'),
    basicConstraints: { ca: true },
    notBefore: seconds(1571119269),
    notAfter: seconds(1886479269),
  }
  const input: PolicyInput = {
    key: { exportable: true, keyType: 'RSA', keySize: 2048, reuseKey: false },
    secretContentType: pem,
    issuer: { name: 'Self' },
  }
  assert.deepEqual(derivePolicy(facts, input, pem), {
    ...derivedFromBare,
    secretContentType: pem,
    x509: {
      subject: 'O=Internet Widgits Pty Ltd, S=Some-State, C=AU',
      ekus: [],
      keyUsage: [],
      validityMonths: 120,
      basicConstraints: { ca: true },
    },
    lifetimeActions: [{ action: 'AutoRenew', trigger: { lifetimePercentage: 80 } }],
    issuer: { name: 'Self' },
  })
})

test('the certificate overrules what was sent, as recorded', () => {
  const subject = 'C=US, ST=WA, L=Redmon, O=Test Noodle, OU=TestNugget, CN=www.mytestdomain.com'
  const facts: ImportedFacts = {
    ...bare,
    subject: parseDistinguishedName(subject),
    sans: { ...emptyNames, dnsNames: ['1', '2'] },
    ekus: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    keyUsage: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement', 'keyCertSign'],
    basicConstraints: { ca: false },
    notBefore: seconds(1699274384),
    notAfter: seconds(1857127784),
  }
  const lifetimeActions = [{ action: 'AutoRenew', trigger: { lifetimePercentage: 90 } }] as const
  const input: PolicyInput = {
    enabled: false,
    key: { exportable: false, reuseKey: true, keySize: 4096 },
    x509: {
      subject: 'CN=other',
      sans: { emails: ['a@example.com'] },
      ekus: [],
      keyUsage: [],
      validityMonths: 1,
      basicConstraints: { ca: true },
    },
    lifetimeActions,
    issuer: { name: 'my-ca', certificateType: 'OV-SSL' },
  }
  assert.deepEqual(derivePolicy(facts, input, pfx), {
    enabled: false,
    key: { exportable: false, keyType: 'RSA', keySize: 2048, reuseKey: true },
    secretContentType: pfx,
    x509: {
      subject: subject.replace('ST=', 'S='),
      sans: { dnsNames: ['1', '2'], emails: [], upns: [] },
      ekus: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
      keyUsage: ['digitalSignature', 'keyAgreement', 'keyCertSign', 'keyEncipherment', 'nonRepudiation'],
      validityMonths: 61,
      basicConstraints: { ca: false },
    },
    lifetimeActions,
    issuer: { name: 'my-ca', certificateType: 'OV-SSL' },
  })
})

test('an EC key gives its curve and size', () => {
  const facts: ImportedFacts = { ...bare, key: { kty: 'EC', curve: 'P-521', size: 521 } }
  assert.deepEqual(derivePolicy(facts, undefined, pem).key, {
    exportable: true,
    keyType: 'EC',
    keySize: 521,
    reuseKey: false,
    curve: 'P-521',
  })
})

test('alternative names are listed when there are any; the newer kinds only when they are there', () => {
  const sansOf = (sans: ImportedFacts['sans']) => derivePolicy({ ...bare, sans }, undefined, pfx).x509.sans
  assert.equal(sansOf(emptyNames), undefined)
  assert.deepEqual(sansOf({ ...emptyNames, uris: ['urn:a'], ipAddresses: ['192.0.2.1'] }), {
    dnsNames: [],
    emails: [],
    upns: [],
    uris: ['urn:a'],
    ipAddresses: ['192.0.2.1'],
  })
})

test('a wish that the certificate cannot fulfil is refused', () => {
  const ec: ImportedFacts = { ...bare, key: { kty: 'EC', curve: 'P-256', size: 256 } }
  for (const [facts, input, message] of [
    [bare, { key: { keyType: 'EC' } }, /^policy\.key_props\.kty: the certificate has an RSA key, not EC/],
    [ec, { key: { keyType: 'RSA' } }, /^policy\.key_props\.kty: the certificate has an EC key, not RSA/],
    [bare, { key: { keyType: 'RSA-HSM' } }, /^policy\.key_props\.kty: .*no HSM for RSA-HSM; use RSA/],
    [ec, { key: { keyType: 'oct' } }, /^policy\.key_props\.kty: the certificate has an EC key, not oct/],
    [bare, { issuer: { name: '../self' } }, /^policy\.issuer\.name/],
    [
      bare,
      { lifetimeActions: [{ action: 'AutoRenew', trigger: { lifetimePercentage: 80 } }] },
      /^policy\.lifetime_actions: AutoRenew needs an issuer/,
    ],
    [
      bare,
      { lifetimeActions: [{ action: 'EmailContacts', trigger: { lifetimePercentage: 0 } }] },
      /^policy\.lifetime_actions: lifetime_percentage/,
    ],
    [
      bare,
      { lifetimeActions: [{ action: 'EmailContacts', trigger: { daysBeforeExpiry: 297 * 27 + 1 } }] },
      /^policy\.lifetime_actions: days_before_expiry is a whole number from 1 to 8019/,
    ],
  ] as [ImportedFacts, PolicyInput, RegExp][])
    assert.throws(() => derivePolicy(facts, input, pfx), { code: 'BadParameter', message })
  assert.equal(derivePolicy(bare, { key: { keyType: 'RSA' } }, pfx).key.keyType, 'RSA')
})

test('what was sent is looked at before it is read', () => {
  const value = new Secret('MIIK')
  checkImportInput({ value })
  checkImportInput({ value: new Secret('x'.repeat(512 * 1024)), password: new Secret('p'.repeat(200)) })
  for (const [input, message] of [
    [{ value: new Secret('') }, /^value: send the base64/],
    [
      { value: new Secret('x'.repeat(512 * 1024 + 1)) },
      /^value: .*too long \(524289 characters, at most 524288\)/,
    ],
    [{ value, password: new Secret('p'.repeat(201)) }, /^pwd: a password has at most 200 characters/],
  ] as const)
    assert.throws(
      () => checkImportInput(input),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'BadParameter')
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /ppp|xxx/)
        return true
      },
    )
})

test('whatever a certificate says, its policy can be changed afterwards', () => {
  const facts: fc.Arbitrary<ImportedFacts> = fc.record(
    {
      key: fc.oneof(
        fc.record({ kty: fc.constant('RSA'), size: fc.constantFrom(2048, 8192) }),
        fc.constantFrom({ kty: 'EC', curve: 'P-256', size: 256 }, { kty: 'EC', curve: 'P-256K', size: 256 }),
      ),
      subject: fc.constantFrom(
        [],
        bare.subject,
        parseDistinguishedName(`O=${'x'.repeat(64)}`.concat(`, OU=${'y'.repeat(64)}`.repeat(4))),
      ),
      sans: fc.constantFrom(undefined, emptyNames, { ...emptyNames, dnsNames: ['bücher.example', ''] }),
      ekus: fc.constantFrom(undefined, ['2.5.29.37.0']),
      keyUsage: fc.option(fc.uniqueArray(fc.constantFrom(...keyUsageWords)), { nil: undefined }),
      basicConstraints: fc.constantFrom(undefined, { ca: true, pathLength: 3 }),
      notBefore: fc.constantFrom(seconds(0), seconds(1_700_000_000)),
      notAfter: fc.constantFrom(seconds(1_700_000_100), seconds(253_402_300_799)),
    },
    { noNullPrototype: true },
  ) as fc.Arbitrary<ImportedFacts>
  fc.assert(
    fc.property(facts, (certificate) => {
      const policy = derivePolicy(certificate, undefined, pfx)
      assert.deepEqual(patchPolicy(policy, {}), policy)
      const lifetimeActions = [{ action: 'EmailContacts', trigger: { lifetimePercentage: 50 } }] as const
      assert.deepEqual(patchPolicy(policy, { lifetimeActions }), { ...policy, lifetimeActions })
      const x509 = {
        subject: 'CN=next',
        sans: {},
        keyUsage: ['digitalSignature'],
        validityMonths: 12,
      } as const
      assert.deepEqual(patchPolicy(policy, { x509 }).x509, {
        ...x509,
        ekus: policy.x509.ekus,
        basicConstraints: { ca: false },
      })
    }),
  )
})
