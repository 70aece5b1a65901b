/** Answers of DigiCert in all the shapes they are known to have, and in those that nobody knows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IssuerFailure } from '../../../../src/domain/issuer-failure.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { type Call, openApi } from '../../../../src/issuers/digicert/protocol/api.ts'
import {
  listDomains,
  listProducts,
  readOrganization,
  readUser,
} from '../../../../src/issuers/digicert/protocol/catalogue.ts'
import {
  downloadCertificate,
  listCertificates,
  revokeCertificate,
} from '../../../../src/issuers/digicert/protocol/certificate.ts'
import { parseDay, parseMoment } from '../../../../src/issuers/digicert/protocol/dates.ts'
import {
  checkDomainControl,
  newRandomValue,
} from '../../../../src/issuers/digicert/protocol/domain-control.ts'
import {
  cancelOrder,
  listOrders,
  readOrder,
  submitOrder,
  submitWithin,
} from '../../../../src/issuers/digicert/protocol/order.ts'
import type { HttpAnswer } from '../../../../src/network/http-client.ts'
import { repeatableRandom } from '../../../doubles/random.ts'

const key = 'the-key-of-the-account'

/** What a call makes of an answer. */
async function said<T>(call: Call<T>, status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer: HttpAnswer = { status, headers, body: Buffer.from(text) }
  const windows = { take() {} }
  const http = { send: async () => answer }
  return openApi({ http, baseUrl: 'https://ca.example/v2', key: new Secret(key), windows }).make(call)
}

const certificate = { commonName: 'a.example', dnsNames: [], csr: 'PEM', signatureHash: 'sha256', days: 199 }
const order = submitOrder('ssl_basic', {
  certificate,
  contacts: [],
  years: 1,
  skipApproval: true,
  comments: 'mark',
  customFields: [],
})

test('the answer to an order that waits, as it was recorded', async () => {
  const body = { id: 700111, requests: [{ id: 880222, status: 'pending' }] }
  assert.deepEqual(await said(order, 201, body), { id: 700111, request: 880222, chain: [] })
})

test('a certificate in an answer that cannot be read is none; the order stands', async () => {
  const body = { id: 700111, certificate_id: 910333, certificate_chain: [{ pem: 'no certificate' }] }
  assert.deepEqual(await said(order, 201, body), { id: 700111, certificate: 910333, chain: [] })
})

test('an order before it is issued, with a certificate that is none yet', async () => {
  const info = await said(readOrder(1), 200, {
    id: '700111',
    status: 'Needs_Approval',
    certificate: { id: 0, common_name: 'a.example', dns_names: ['a.example'], serial_number: '' },
    date_created: '2026-11-22T10:00:00+00:00',
    order_valid_till: '2027-11-22',
    is_renewed: 0,
    organization: { id: 204060 },
    requests: [
      { id: 1, date: '2026-11-22T10:00:00+00:00', type: 'new_request', status: 'pending', comments: null },
    ],
    novelty: { of: [1, 2, 3] },
  })
  assert.deepEqual(
    [info.id, info.status, info.certificate, info.serialNumber, info.organization, info.isRenewed],
    [700111, 'needs_approval', undefined, undefined, 204060, false],
  )
  assert.equal(info.created, Date.UTC(2026, 10, 22, 10) / 1000)
  assert.equal(info.coveredUntil, Date.UTC(2027, 10, 22) / 1000)
  assert.equal(info.requests[0]!.comments, '')
})

test('control of names is complete when all that is told of it is', async () => {
  const call = checkDomainControl(1)
  assert.equal(await said(call, 204, ''), 'complete')
  assert.equal(await said(call, 200, { order_status: 'pending', dcv_status: 'valid' }), 'complete')
  assert.equal(await said(call, 200, { order_status: 'pending', dcv_status: 'pending' }), 'pending')
  const names = (...states: string[]) => ({ dns_name_validations: states.map((status) => ({ status })) })
  assert.equal(await said(call, 200, names('complete', 'complete')), 'complete')
  assert.equal(await said(call, 200, names('complete', 'pending')), 'pending')
  assert.equal(await said(call, 200, {}), 'pending')
})

test('a revocation is done, or somebody has to agree', async () => {
  const call = revokeCertificate(1, { comments: '', skipApproval: true })
  assert.equal(await said(call, 204, ''), 'revoked')
  assert.equal(await said(call, 201, { id: 1, type: 'revoke', status: 'pending' }), 'asked')
})

const reads = [
  readOrder(1),
  listOrders({ common_name: 'a' }, 0),
  readUser(),
  listProducts(),
  listCertificates(1, 'reissue'),
]
const creates = [order, submitWithin(1, 'reissue', { certificate, skipApproval: true, comments: '' })]
const changes = [cancelOrder(1), newRandomValue(1)]

const failures: readonly (readonly [
  status: number,
  body: unknown,
  read: string,
  create: string,
  message?: RegExp,
])[] = [
  [
    400,
    { errors: [{ code: 'invalid_csr', message: 'The CSR is bad.' }] },
    'permanent',
    'permanent',
    /^DigiCert says: The CSR is bad\.$/,
  ],
  [400, { errors: { code: 'invalid_csr', message: 'Old shape' } }, 'permanent', 'permanent', /Old shape\.$/],
  [400, { errors: [{ code: 'invalid_csr' }] }, 'permanent', 'permanent', /invalid_csr/],
  [400, { errors: [{ code: 'insufficient_balance', message: 'No.' }] }, 'quota', 'quota'],
  [401, { errors: [{ code: 'access_denied', message: `Key ${key}.` }] }, 'auth', 'auth', /Key \[secret\]\./],
  [403, '', 'auth', 'auth', /answered with status 403, and did not say why/],
  [404, { errors: [{ code: 'not_found|order', message: 'None.' }] }, 'permanent', 'permanent'],
  [404, '<html>nothing here</html>', 'user-action', 'user-action'],
  [302, '', 'user-action', 'user-action'],
  [406, '', 'transient', 'transient'],
  [408, '', 'transient', 'ambiguous'],
  [429, { errors: [{ code: 'request_limit_exceeded', message: 'Slow down.' }] }, 'throttled', 'throttled'],
  [400, { errors: [{ code: 'request_limit_exceeded', message: 'Slow down.' }] }, 'throttled', 'throttled'],
  [500, '', 'transient', 'ambiguous'],
  [502, '<html></html>', 'transient', 'ambiguous'],
  [503, { errors: [{ code: 'x', message: 'Down.' }] }, 'transient', 'ambiguous'],
  [200, '<html></html>', 'transient', 'ambiguous', /cannot be used/],
  [200, '[]', 'transient', 'ambiguous', /it is no object/],
  [200, '{"id":', 'transient', 'ambiguous', /it is no JSON/],
]

for (const [status, body, read, create, message] of failures)
  test(`status ${status} with ${JSON.stringify(body).slice(0, 60)}: ${read}, and ${create} behind an order`, async () => {
    for (const [calls, failure] of [
      [reads, read],
      [creates, create],
    ] as const)
      for (const call of calls)
        await assert.rejects(said(call as Call<unknown>, status, body), (error) => {
          assert.ok(error instanceof IssuerFailure)
          assert.equal(error.failure, failure)
          assert.ok(!error.message.includes(key))
          if (message) assert.match(error.message, message)
          return true
        })
  })

test('how long to wait is believed where it is told', async () => {
  const busy = said(readUser(), 429, '', { 'retry-after': '17' })
  await assert.rejects(busy, { failure: 'throttled', retryAfterSeconds: 17 })
})

test('dates', () => {
  assert.equal(parseDay('2026-02-30'), undefined)
  assert.equal(parseDay('31 JAN 2027'), undefined)
  assert.equal(parseMoment('2026-11-22T10:00:00+02:00'), Date.UTC(2026, 10, 22, 8) / 1000)
  assert.equal(parseMoment('2026-11-22 10:00:00'), Date.UTC(2026, 10, 22, 10) / 1000)
  assert.equal(parseMoment('2026-11-22T25:00:00Z'), undefined)
})

/** A value of JSON by chance, with members that calls look for among its names. */
function anyValue(dice: (sides: number) => number, depth: number): unknown {
  const names = [
    'id',
    'status',
    'certificate',
    'requests',
    'orders',
    'page',
    'pem',
    'errors',
    'csr',
    'domains',
  ]
  const kind = dice(depth > 3 ? 6 : 8)
  if (kind === 6) return Array.from({ length: dice(4) }, () => anyValue(dice, depth + 1))
  if (kind === 7)
    return Object.fromEntries(
      Array.from({ length: dice(6) }, () => [names[dice(names.length)], anyValue(dice, depth + 1)]),
    )
  return [null, true, dice(1000) - 500, 'text', '2026-11-22', ''][kind]
}

test('whatever comes is read as it should be, or is a failure with a class', async () => {
  const random = repeatableRandom('any answer')
  const dice = (sides: number) => random(1)[0]! % sides
  const calls = [
    ...reads,
    ...creates,
    ...changes,
    downloadCertificate(1),
    readOrganization(1),
    listDomains(1, 0),
  ]
  for (let count = 0; count < 3000; count++) {
    const status = [200, 201, 400, 404, 500][dice(5)]!
    const body = anyValue(dice, 0)
    const outcome = said(calls[count % calls.length] as Call<unknown>, status, JSON.stringify(body))
    await outcome.catch((error) => {
      assert.ok(error instanceof IssuerFailure, `${JSON.stringify(body)}: ${error}`)
    })
  }
})
