import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CertificatePolicy } from '../../src/domain/certificate-policy.ts'
import type { PolicyInput } from '../../src/domain/policy-input.ts'
import { completePolicy, patchPolicy } from '../../src/domain/policy-rules.ts'

const subject = { subject: 'CN=www.example.com' }
const self = { name: 'Self' }
const autoRenew = (trigger: { lifetimePercentage: number } | { daysBeforeExpiry: number }) =>
  [{ action: 'AutoRenew', trigger }] as const
const emailContacts = (trigger: { lifetimePercentage: number } | { daysBeforeExpiry: number }) =>
  [{ action: 'EmailContacts', trigger }] as const

function refuses(attempt: () => unknown, message: RegExp): void {
  assert.throws(attempt, (error: Error & { code?: string }) => {
    assert.equal(error.code, 'BadParameter')
    assert.match(error.message, message)
    return true
  })
}

/** The policy of a certificate for which only a subject was sent. */
const shortest: CertificatePolicy = {
  enabled: true,
  key: { exportable: true, keyType: 'RSA', keySize: 2048, reuseKey: false },
  secretContentType: 'application/x-pkcs12',
  x509: {
    subject: 'CN=www.example.com',
    ekus: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    validityMonths: 12,
    basicConstraints: { ca: false },
  },
  lifetimeActions: emailContacts({ lifetimePercentage: 80 }),
  issuer: { name: 'Unknown' },
}

describe('a new policy', () => {
  test('gets the defaults of Key Vault', () => {
    assert.deepEqual(completePolicy({ x509: subject }), shortest)
  })

  test('is completed as Key Vault was recorded to do', () => {
    const sent: PolicyInput = {
      enabled: true,
      key: { exportable: true, keyType: 'RSA', keySize: 2048, reuseKey: false },
      secretContentType: 'application/x-pkcs12',
      x509: {
        subject: 'C=US, ST=WA, L=Redmon, O=Test Noodle, OU=TestNugget, CN=www.mytestdomain.com',
        sans: { dnsNames: ['1', '2'] },
        keyUsage: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement', 'keyCertSign'],
        validityMonths: 60,
      },
      lifetimeActions: autoRenew({ lifetimePercentage: 90 }),
      issuer: self,
    }
    assert.deepEqual(completePolicy(sent), {
      ...sent,
      x509: {
        ...sent.x509,
        ekus: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
        keyUsage: ['digitalSignature', 'keyAgreement', 'keyCertSign', 'keyEncipherment', 'nonRepudiation'],
        basicConstraints: { ca: false },
      },
    })
  })

  test('keeps what was sent as it was sent', () => {
    const x509 = {
      subject: 'cn = "a, b" ; O=x',
      sans: { emails: [], ipAddresses: ['2001:DB8:0:0::1'] },
      ekus: [],
      keyUsage: [],
      validityMonths: 1200,
    }
    const policy = completePolicy({
      enabled: false,
      key: { exportable: false, reuseKey: true, keySize: 4096 },
      secretContentType: 'application/x-pem-file',
      x509,
      lifetimeActions: [],
      issuer: { name: 'my-CA', certificateType: 'OV-SSL', certificateTransparency: false },
    })
    assert.deepEqual(policy, {
      enabled: false,
      key: { exportable: false, keyType: 'RSA', keySize: 4096, reuseKey: true },
      secretContentType: 'application/x-pem-file',
      x509: { ...x509, basicConstraints: { ca: false } },
      lifetimeActions: [],
      issuer: { name: 'my-CA', certificateType: 'OV-SSL', certificateTransparency: false },
    })
  })

  test('has a subject or at least one alternative name', () => {
    const message = /^policy\.x509_props: a subject or at least one subject alternative name is required/
    for (const input of [
      {},
      { x509: {} },
      { x509: { subject: '' } },
      { x509: { sans: {} } },
      { x509: { sans: { dnsNames: [] } } },
    ])
      refuses(() => completePolicy(input), message)
    for (const kind of ['dnsNames', 'emails', 'upns'] as const)
      assert.equal(completePolicy({ x509: { sans: { [kind]: ['a@example.com'] } } }).x509.subject, '')
  })
})

describe('the key of a policy', () => {
  const rsa = { exportable: true, keyType: 'RSA', keySize: 2048, reuseKey: false }
  const ec = { exportable: true, keyType: 'EC', reuseKey: false, curve: 'P-256' }

  for (const [what, sent, key] of [
    ['nothing', {}, rsa],
    ['RSA', { keyType: 'RSA' }, rsa],
    ['a size', { keySize: 3072 }, { ...rsa, keySize: 3072 }],
    ['RSA and a size', { keyType: 'RSA', keySize: 4096 }, { ...rsa, keySize: 4096 }],
    ['EC', { keyType: 'EC' }, ec],
    ['a curve', { curve: 'P-384' }, { ...ec, curve: 'P-384' }],
    ['EC and its size', { keyType: 'EC', keySize: 521 }, { ...ec, keySize: 521, curve: 'P-521' }],
    [
      'EC, curve and size',
      { keyType: 'EC', keySize: 256, curve: 'P-256K' },
      { ...ec, keySize: 256, curve: 'P-256K' },
    ],
  ] as const)
    test(`of ${what}`, () => {
      assert.deepEqual(completePolicy({ key: sent, x509: subject }).key, key)
    })

  for (const [what, key, message] of [
    [
      'an RSA key of another size',
      { keySize: 1024 },
      /^policy\.key_props\.key_size: .*2048, 3072 or 4096 bits, not 1024/,
    ],
    [
      'an EC key of another size',
      { keyType: 'EC', keySize: 2048 },
      /^policy\.key_props\.key_size: .*256, 384 or 521 bits, not 2048/,
    ],
    [
      'a curve of another size',
      { curve: 'P-384', keySize: 256 },
      /^policy\.key_props: the curve P-384 has 384 bits, not 256/,
    ],
    [
      'an RSA key with a curve',
      { keyType: 'RSA', curve: 'P-256' },
      /^policy\.key_props\.crv: .*set kty to EC/,
    ],
    [
      'an RSA key in an HSM',
      { keyType: 'RSA-HSM' },
      /^policy\.key_props\.kty: .*no HSM for RSA-HSM; use RSA/,
    ],
    [
      'an EC key in an HSM',
      { keyType: 'EC-HSM', curve: 'P-256' },
      /^policy\.key_props\.kty: .*no HSM for EC-HSM; use EC\./,
    ],
    ['a symmetric key', { keyType: 'oct' }, /^policy\.key_props\.kty: .*type oct; use RSA or EC/],
    [
      'a symmetric key in an HSM',
      { keyType: 'oct-HSM' },
      /^policy\.key_props\.kty: .*type oct-HSM; use RSA or EC/,
    ],
  ] as const)
    test(`cannot be ${what}`, () => {
      refuses(() => completePolicy({ key, x509: subject }), message)
    })

  test('has usages by default that its type can serve', () => {
    const usage = (key: PolicyInput['key'] & {}) => completePolicy({ key, x509: subject }).x509.keyUsage
    assert.deepEqual(usage({ keyType: 'RSA' }), ['digitalSignature', 'keyEncipherment'])
    assert.deepEqual(usage({ keyType: 'EC' }), ['digitalSignature'])
    for (const keyUsage of [['keyEncipherment'], ['digitalSignature', 'dataEncipherment']] as const)
      refuses(
        () => completePolicy({ key: { keyType: 'EC' }, x509: { ...subject, keyUsage } }),
        /key usage '\w+Encipherment'/,
      )
  })
})

describe('the names, usages and validity of a policy', () => {
  test('key usages are sorted and each stands once', () => {
    const keyUsage = ['keyAgreement', 'cRLSign', 'digitalSignature', 'cRLSign', 'decipherOnly'] as const
    assert.deepEqual(completePolicy({ x509: { ...subject, keyUsage } }).x509.keyUsage, [
      'cRLSign',
      'decipherOnly',
      'digitalSignature',
      'keyAgreement',
    ])
  })

  for (const [what, x509, message] of [
    [
      'a subject beyond 200 characters',
      { subject: `CN=a, OU=${'x'.repeat(64)}, OU=${'y'.repeat(64)}, OU=${'z'.repeat(54)}` },
      /^policy\.x509_props\.subject: at most 200 characters are allowed, 201 were sent/,
    ],
    [
      'a subject that is none',
      { subject: 'www.example.com' },
      /^The subject has no '=' in 'www\.example\.com'/,
    ],
    [
      'an alternative name that is none',
      { sans: { dnsNames: ['a b'] } },
      /'a b' cannot be a subject alternative name: the DNS name/,
    ],
    [
      'a purpose that is no identifier',
      { ...subject, ekus: ['serverAuth'] },
      /^policy\.x509_props\.ekus: 'serverAuth' is not an object identifier/,
    ],
    ['a purpose of one arc', { ...subject, ekus: ['1'] }, /^policy\.x509_props\.ekus: '1' /],
    ['a purpose in no tree', { ...subject, ekus: ['3.1.2'] }, /^policy\.x509_props\.ekus: '3\.1\.2' /],
    [
      'a purpose with an arc that X.660 does not have',
      { ...subject, ekus: ['1.40.1'] },
      /^policy\.x509_props\.ekus: '1\.40\.1' /,
    ],
    [
      'a purpose with a leading zero',
      { ...subject, ekus: ['1.3.06'] },
      /^policy\.x509_props\.ekus: '1\.3\.06' /,
    ],
    [
      'the rights of a CA',
      { ...subject, basicConstraints: { ca: true } },
      /^policy\.x509_props\.basic_constraints: CA certificates cannot be made/,
    ],
    ...[0, -1, 1.5, 1201, Number.NaN, Number.POSITIVE_INFINITY].map(
      (validityMonths) =>
        [
          `a validity of ${validityMonths}`,
          { ...subject, validityMonths },
          /^policy\.x509_props\.validity_months: send a whole number from 1 to 1200/,
        ] as const,
    ),
  ] as [string, PolicyInput['x509'] & {}, RegExp][])
    test(`cannot have ${what}`, () => {
      refuses(() => completePolicy({ x509 }), message)
    })

  test('a subject of exactly 200 characters is fine', () => {
    const longest = `CN=a, OU=${'x'.repeat(64)}, OU=${'y'.repeat(64)}, OU=${'z'.repeat(53)}`
    assert.equal(longest.length, 200)
    assert.equal(completePolicy({ x509: { subject: longest } }).x509.subject, longest)
  })

  test('the rights of a CA can be asked of issuers that say for themselves whether they give them', () => {
    const x509 = { ...subject, basicConstraints: { ca: true, pathLength: 0 } }
    const asked = completePolicy({ x509, issuer: { name: 'own-ca' } })
    assert.deepEqual(asked.x509.basicConstraints, { ca: true, pathLength: 0 })
    for (const name of ['Self', 'unknown'])
      refuses(() => completePolicy({ x509, issuer: { name } }), /CA certificates cannot be made this way/)
    const changed = patchPolicy(asked, { x509: { validityMonths: 3 } })
    assert.deepEqual(changed.x509.basicConstraints, { ca: true, pathLength: 0 })
    const moved = patchPolicy(asked, { issuer: { name: 'Self' }, x509: { validityMonths: 3 } })
    assert.deepEqual(moved.x509.basicConstraints, { ca: false })
  })

  test('what a caller says of not being a CA is fine', () => {
    const { basicConstraints } = completePolicy({
      x509: { ...subject, basicConstraints: { ca: false, pathLength: 0 } },
    }).x509
    assert.deepEqual(basicConstraints, { ca: false })
  })
})
