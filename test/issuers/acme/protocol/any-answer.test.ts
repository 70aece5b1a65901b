/** Whatever a CA answers, it is read as it should be or fails as an `IssuerFailure`: nothing else comes out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { IssuerFailure } from '../../../../src/domain/issuer-failure.ts'
import { seconds } from '../../../../src/domain/time.ts'
import { readAccount } from '../../../../src/issuers/acme/protocol/account.ts'
import { readAuthorization } from '../../../../src/issuers/acme/protocol/authorization.ts'
import { downloadChain } from '../../../../src/issuers/acme/protocol/issued-chain.ts'
import { accountSigner } from '../../../../src/issuers/acme/protocol/jws.ts'
import { listOrders, newOrder, readOrder } from '../../../../src/issuers/acme/protocol/order.ts'
import {
  readRenewalInformation,
  renewalIdentifier,
} from '../../../../src/issuers/acme/protocol/renewal-information.ts'
import { formatPem } from '../../../../src/x509/pem.ts'
import {
  at,
  directory,
  directoryUrl,
  type Said,
  type ScriptedCa,
  scriptedCa,
  testAccountKey,
} from '../../../doubles/acme.ts'
import { ca as caWishes, issue } from '../../../x509/authority.ts'

const key = testAccountKey()
const signer = accountSigner(key, at('/account/1'))
const identifiers = [{ type: 'dns', value: 'www.example.org' }] as const
const leaf = issue('CN=leaf', { issuer: issue('CN=CA', caWishes) }).certificate.der
const renewalPage = `${directory.renewalInfo}${renewalIdentifier(leaf)}`

const challenge = { type: 'dns-01', url: at('/c'), status: 'pending', token: 't'.repeat(43) }
/** What makes sense somewhere, so that much of an answer is right and one thing is not. */
const sensible = {
  status: 'pending',
  identifiers,
  identifier: identifiers[0],
  wildcard: true,
  authorizations: [at('/a')],
  finalize: at('/f'),
  certificate: at('/x'),
  expires: '2027-01-01T00:00:00Z',
  contact: ['mailto:a@b.example'],
  orders: [at('/order/1')],
  error: { type: 'urn:ietf:params:acme:error:caa', detail: 'no' },
  challenges: [challenge],
  suggestedWindow: { start: '2027-01-01T00:00:00Z', end: '2027-01-02T00:00:00Z' },
  explanationURL: 'https://ca.example/why',
  meta: { profiles: { a: 'b' }, caaIdentities: ['x'] },
  ...directory,
}
/** Of these, one at least makes sense for each reader. */
const whole = [
  { ...sensible, status: 'valid', orders: at('/orders') },
  sensible,
  formatPem('CERTIFICATE', leaf),
]
const damaged = fc
  .tuple(fc.constantFrom(...Object.keys(sensible)), fc.jsonValue())
  .map(([name, value]) => ({ ...sensible, [name]: value }))
const body = fc.oneof(
  { weight: 3, arbitrary: damaged },
  fc.jsonValue(),
  fc.string({ maxLength: 200 }),
  fc.constantFrom(...whole),
)
const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'application/problem+json', 'text/html', ''),
    link: fc.string({ maxLength: 50 }),
    location: fc.oneof(fc.webUrl(), fc.string(), fc.constant(at('/order/1'))),
    'retry-after': fc.string({ maxLength: 9 }),
    'replay-nonce': fc.string({ maxLength: 20 }),
  },
  { requiredKeys: [] },
)
const status = fc.oneof({ weight: 4, arbitrary: fc.constant(200) }, fc.integer({ min: 200, max: 599 }))
const said: fc.Arbitrary<Said> = fc.record({ status, headers, body })
const examples = whole.map((body): [Said] => [{ status: 200, headers: { location: at('/order/1') }, body }])

const readers: Readonly<Record<string, (ca: ScriptedCa) => Promise<unknown>>> = {
  'an account': ({ server }) => readAccount(server, signer),
  'a new order': ({ server }) => newOrder(server, signer, { identifiers }),
  'an order': ({ server }) => readOrder(server, signer, at('/order/1')),
  'a list of orders': ({ server }) => listOrders(server, signer, { orders: at('/orders') }),
  'an authorization': ({ server }) => readAuthorization(server, signer, at('/a')),
  'a chain': ({ server }) => downloadChain(server, signer, at('/x'), 'Some root'),
  'renewal information': ({ server }) => readRenewalInformation(server, leaf, seconds(1_800_000_000)),
}

for (const [what, read] of Object.entries(readers))
  test(`any answer about ${what}`, () =>
    check(read, (ca, answer) => {
      ca.script.push(answer, answer, answer)
      ca.pages.set(renewalPage, answer)
    }))

test('any directory', () =>
  check(
    ({ server }) => server.directory(),
    (ca, answer) => ca.pages.set(directoryUrl, answer),
  ))

async function check(
  read: (ca: ScriptedCa) => Promise<unknown>,
  prepare: (ca: ScriptedCa, answer: Said) => unknown,
): Promise<void> {
  let readable = 0
  await fc.assert(
    fc.asyncProperty(said, async (answer) => {
      const ca = scriptedCa(key)
      prepare(ca, answer)
      await read(ca).then(
        () => readable++,
        (error) => {
          assert.ok(error instanceof IssuerFailure, error.stack)
          assert.ok(error.message.length < 10_000)
          assert.doesNotMatch(error.message, /\p{Cc}/u)
        },
      )
      // Nobody is led away from the CA.
      for (const { url } of ca.heard) assert.equal(new URL(url).host, 'ca.example')
    }),
    { numRuns: 100, examples },
  )
  assert.ok(readable > 0, 'no answer was readable')
}
