import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyInput } from '../../src/domain/policy-input.ts'
import { completePolicy, patchPolicy } from '../../src/domain/policy-rules.ts'

const policy = completePolicy({
  key: { reuseKey: true },
  x509: {
    subject: 'CN=DefaultPolicy',
    sans: { dnsNames: ['sdk.azure-int.net'] },
    keyUsage: ['decipherOnly'],
  },
  lifetimeActions: [{ action: 'EmailContacts', trigger: { lifetimePercentage: 98 } }],
  issuer: { name: 'Self', certificateTransparency: false },
})
const ec = completePolicy({
  key: { keyType: 'EC', keySize: 256 },
  x509: { subject: 'CN=a' },
  issuer: { name: 'Self' },
})

test('nothing sent, nothing changed', () => {
  for (const empty of [{}, { key: {} }, { x509: {} }, { issuer: {} }])
    assert.deepEqual(patchPolicy(policy, empty), policy)
})

test('a policy becomes one for EC keys as Key Vault was recorded to do', () => {
  const sent: PolicyInput = {
    secretContentType: 'application/x-pkcs12',
    x509: {
      subject: 'CN=DefaultPolicy',
      sans: { dnsNames: ['sdk.azure-int.net'] },
      ekus: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
      keyUsage: ['decipherOnly'],
      validityMonths: 12,
    },
    key: { exportable: true, curve: 'P-256', reuseKey: true, keyType: 'EC', keySize: 256 },
    lifetimeActions: [{ action: 'EmailContacts', trigger: { lifetimePercentage: 98 } }],
    issuer: { name: 'Self', certificateTransparency: false },
  }
  assert.deepEqual(patchPolicy(policy, sent), {
    ...policy,
    key: { exportable: true, keyType: 'EC', keySize: 256, reuseKey: true, curve: 'P-256' },
  })
})

test('each member changes alone', () => {
  const { key, x509, issuer } = policy
  for (const [sent, expected] of [
    [{ enabled: false }, { enabled: false }],
    [{ secretContentType: 'application/x-pem-file' }, { secretContentType: 'application/x-pem-file' }],
    [{ key: { exportable: false } }, { key: { ...key, exportable: false } }],
    [{ key: { keySize: 4096 } }, { key: { ...key, keySize: 4096 } }],
    [{ x509: { subject: 'CN=b' } }, { x509: { ...x509, subject: 'CN=b' } }],
    [{ x509: { validityMonths: 24 } }, { x509: { ...x509, validityMonths: 24 } }],
    [{ x509: { ekus: [] } }, { x509: { ...x509, ekus: [] } }],
    [
      { x509: { keyUsage: ['keyAgreement', 'cRLSign'] } },
      { x509: { ...x509, keyUsage: ['cRLSign', 'keyAgreement'] } },
    ],
    [{ lifetimeActions: [] }, { lifetimeActions: [] }],
    [{ issuer: { name: 'my-ca' } }, { issuer: { ...issuer, name: 'my-ca' } }],
    [{ issuer: { certificateType: 'OV-SSL' } }, { issuer: { ...issuer, certificateType: 'OV-SSL' } }],
  ] as [PolicyInput, object][])
    assert.deepEqual(patchPolicy(policy, sent), { ...policy, ...expected })
})

test('alternative names and lists are replaced as a whole', () => {
  const patched = patchPolicy(policy, { x509: { sans: { emails: ['a@example.com'] } } })
  assert.deepEqual(patched.x509.sans, { emails: ['a@example.com'] })
})

test('another type of key brings its own defaults and keeps what belongs to none', () => {
  assert.deepEqual(patchPolicy(policy, { key: { keyType: 'EC' } }).key, {
    exportable: true,
    keyType: 'EC',
    reuseKey: true,
    curve: 'P-256',
  })
  assert.deepEqual(patchPolicy(ec, { key: { keyType: 'RSA' } }).key, {
    exportable: true,
    keyType: 'RSA',
    keySize: 2048,
    reuseKey: false,
  })
})

test('a curve or a size sent alone takes the place of both', () => {
  const key = { exportable: true, keyType: 'EC', reuseKey: false }
  assert.deepEqual(patchPolicy(ec, { key: { curve: 'P-384' } }).key, { ...key, curve: 'P-384' })
  assert.deepEqual(patchPolicy(ec, { key: { keySize: 521 } }).key, { ...key, keySize: 521, curve: 'P-521' })
  assert.deepEqual(patchPolicy(ec, { key: { keyType: 'EC', keySize: 384 } }).key, {
    ...key,
    keySize: 384,
    curve: 'P-384',
  })
  assert.throws(
    () => patchPolicy(ec, { key: { keySize: 384, curve: 'P-256' } }),
    /curve P-256 has 256 bits, not 384/,
  )
})

test('a change is judged with what stays', () => {
  for (const [sent, message] of [
    [{ key: { keySize: 1024 } }, /key_size/],
    [{ key: { keyType: 'RSA-HSM' } }, /kty/],
    [{ key: { curve: 'P-256' } }, /crv/],
    [{ x509: { basicConstraints: { ca: true } } }, /basic_constraints/],
    [{ x509: { validityMonths: 0 } }, /validity_months/],
    [{ x509: { subject: '', sans: {} } }, /a subject or at least one subject alternative name is required/],
    [{ issuer: { name: 'a b' } }, /policy\.issuer\.name/],
    [{ lifetimeActions: [{ action: 'AutoRenew', trigger: { daysBeforeExpiry: 325 } }] }, /from 1 to 324/],
  ] as [PolicyInput, RegExp][])
    assert.throws(() => patchPolicy(policy, sent), { code: 'BadParameter', message })
  const renewed = completePolicy({ x509: { subject: 'CN=a' }, issuer: { name: 'Self' } })
  assert.throws(
    () => patchPolicy(renewed, { key: { keyType: 'EC' } }),
    /'keyEncipherment' needs key operations/,
  )
  assert.throws(() => patchPolicy(renewed, { issuer: { name: 'Unknown' } }), /AutoRenew needs an issuer/)
  const late = { action: 'AutoRenew', trigger: { daysBeforeExpiry: 300 } } as const
  assert.throws(
    () => patchPolicy(patchPolicy(renewed, { lifetimeActions: [late] }), { x509: { validityMonths: 6 } }),
    /from 1 to 162/,
  )
})

test('a policy without any names, as an import may leave it, changes in everything else', () => {
  const nameless = { ...policy, x509: { ...policy.x509, subject: '', sans: {} } }
  assert.equal(patchPolicy(nameless, { secretContentType: 'application/x-pem-file' }).x509.subject, '')
})
