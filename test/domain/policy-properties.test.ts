/** What holds for policies whatever is sent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CertificatePolicy } from '../../src/domain/certificate-policy.ts'
import { VaultError } from '../../src/domain/errors.ts'
import { keyUsageWords } from '../../src/domain/key-spec.ts'
import type { PolicyInput } from '../../src/domain/policy-input.ts'
import { completePolicy, patchPolicy } from '../../src/domain/policy-rules.ts'
import { emptyNames, hasNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { encodeName } from '../../src/x509/name.ts'
import { requestExtensions } from '../../src/x509/profile.ts'

const optional = { requiredKeys: [], noNullPrototype: true }

/** Usually the one, sometimes the other: so that much is accepted and every rule is met. */
const mostly = <T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 15, arbitrary: good }, { weight: 1, arbitrary: bad })

const number = (min: number, max: number) =>
  mostly(fc.integer({ min, max }), fc.oneof(fc.integer({ min: min - 1, max: max + 1 }), fc.double()))
const names = (good: string) => fc.array(mostly(fc.constant(good), fc.string()), { maxLength: 3 })

const key = fc.record(
  {
    exportable: fc.boolean(),
    keyType: mostly(fc.constantFrom('RSA', 'EC'), fc.constantFrom('RSA-HSM', 'EC-HSM', 'oct', 'oct-HSM')),
    keySize: mostly(fc.constantFrom(256, 384, 521, 2048, 3072, 4096), fc.double()),
    curve: fc.constantFrom('P-256', 'P-384', 'P-521', 'P-256K'),
    reuseKey: fc.boolean(),
  },
  optional,
)

const x509 = fc.record(
  {
    subject: mostly(
      fc.constantFrom('', 'CN=www.example.com', 'C=DE, O="Müller, Söhne", CN=a'),
      fc.oneof(
        fc.string(),
        fc.string({ maxLength: 250 }).map((value) => `CN=${value}`),
      ),
    ),
    sans: fc.record(
      {
        dnsNames: names('www.example.com'),
        emails: names('a@example.com'),
        upns: names('ä@corp'),
        uris: names('https://example.com/'),
        ipAddresses: names('2001:db8::1'),
      },
      optional,
    ),
    ekus: fc.array(
      mostly(
        fc.constantFrom('1.3.6.1.5.5.7.3.1', '2.25.340282366920938463463374607431768211455', '2.999'),
        fc.oneof(
          fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 4 }).map((arcs) => arcs.join('.')),
          fc.string(),
        ),
      ),
      { maxLength: 3 },
    ),
    keyUsage: fc.array(fc.constantFrom(...keyUsageWords), { maxLength: 4 }),
    validityMonths: number(1, 1200),
    basicConstraints: fc.record(
      { ca: mostly(fc.constant(false), fc.constant(true)), pathLength: fc.nat() },
      { requiredKeys: ['ca'], noNullPrototype: true },
    ),
  },
  optional,
)

const trigger = fc.oneof(
  number(1, 99).map((lifetimePercentage) => ({ lifetimePercentage })),
  number(1, 324).map((daysBeforeExpiry) => ({ daysBeforeExpiry })),
)

/** Anything that has the shape of a policy. */
const policyInput: fc.Arbitrary<PolicyInput> = fc.record(
  {
    enabled: fc.boolean(),
    key,
    secretContentType: fc.constantFrom('application/x-pkcs12', 'application/x-pem-file'),
    x509,
    lifetimeActions: fc.array(
      fc.record(
        { action: fc.constantFrom('AutoRenew', 'EmailContacts'), trigger },
        { noNullPrototype: true },
      ),
      { maxLength: 2 },
    ),
    issuer: fc.record(
      {
        name: mostly(fc.constantFrom('Self', 'Unknown', 'unknown', 'my-ca'), fc.string()),
        certificateType: fc.string(),
        certificateTransparency: fc.boolean(),
      },
      optional,
    ),
  },
  optional,
) as fc.Arbitrary<PolicyInput>

/** By its path in the request, or by what everybody calls it. */
const namesMember =
  /^policy\.(key_props|x509_props|lifetime_actions|issuer)\b|^The subject|subject alternative name|^The key usage/

/** The policy, or undefined after having judged the refusal. */
function accepted(attempt: () => CertificatePolicy): CertificatePolicy | undefined {
  try {
    return attempt()
  } catch (error) {
    assert.ok(error instanceof VaultError, `not a refusal: ${error}`)
    assert.equal(error.code, 'BadParameter')
    assert.match(error.message, namesMember)
    return undefined
  }
}

/** Everything that will be done with the policy later can be done. */
function isUsable(policy: CertificatePolicy): void {
  const { subject, sans, ekus, keyUsage } = policy.x509
  assert.ok(subject !== '' || hasNames(sans ?? {}))
  encodeName(parseDistinguishedName(subject))
  requestExtensions({ keyUsage, ekus, sans: { ...emptyNames, ...sans }, subjectIsEmpty: subject === '' })
}

test('what is accepted is complete, stays as it is, and can be issued', () => {
  let sound = 0
  fc.assert(
    fc.property(policyInput, (input) => {
      const policy = accepted(() => completePolicy(input))
      if (!policy) return
      sound++
      assert.deepEqual(completePolicy(policy), policy)
      assert.deepEqual(patchPolicy(policy, {}), policy)
      assert.deepEqual(patchPolicy(policy, policy), policy)
      assert.deepEqual(JSON.parse(JSON.stringify(policy)), policy)
      isUsable(policy)
    }),
    { numRuns: 2000 },
  )
  assert.ok(sound > 100, `only ${sound} inputs were sound`)
})

test('a sound policy stays sound whatever change is accepted', () => {
  const policy = completePolicy({ x509: { subject: 'CN=www.example.com' }, issuer: { name: 'Self' } })
  let changed = 0
  fc.assert(
    fc.property(policyInput, (input) => {
      const patched = accepted(() => patchPolicy(policy, input))
      if (!patched) return
      changed++
      assert.deepEqual(completePolicy(patched), patched)
      assert.deepEqual(patchPolicy(patched, input), patched)
      isUsable(patched)
    }),
    { numRuns: 2000 },
  )
  assert.ok(changed > 100, `only ${changed} changes were accepted`)
})
