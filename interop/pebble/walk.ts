/** A walk through everything that the protocol knows, with Pebble at the other end. */
import assert from 'node:assert/strict'
import { createPublicKey, sign } from 'node:crypto'
import { type FailureClass, IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { Secret } from '../../src/domain/secret.ts'
import { type Clock, seconds } from '../../src/domain/time.ts'
import {
  changeContacts,
  deactivateAccount,
  findAccount,
  openAccount,
  readAccount,
} from '../../src/issuers/acme/protocol/account.ts'
import {
  deactivateAuthorization,
  readAuthorization,
  respondToChallenge,
} from '../../src/issuers/acme/protocol/authorization.ts'
import { downloadChain } from '../../src/issuers/acme/protocol/issued-chain.ts'
import { accountSigner, type JwsKey } from '../../src/issuers/acme/protocol/jws.ts'
import { changeKey } from '../../src/issuers/acme/protocol/key-change.ts'
import { listOrders, newOrder, readOrder } from '../../src/issuers/acme/protocol/order.ts'
import { problemText } from '../../src/issuers/acme/protocol/problem.ts'
import { AcmeRefusal } from '../../src/issuers/acme/protocol/refusal.ts'
import {
  readRenewalInformation,
  renewalIdentifier,
} from '../../src/issuers/acme/protocol/renewal-information.ts'
import { revokeCertificate } from '../../src/issuers/acme/protocol/revocation.ts'
import { openAcmeServer } from '../../src/issuers/acme/protocol/server.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { testAccountKey } from '../../test/doubles/acme.ts'
import type { TestKey } from '../../test/x509/authority.ts'
import { dns, issueFor, persist, poll, type Walker } from './issuing.ts'
import { blockedDomain, profileName, startPebble } from './pebble.ts'
import { step } from './steps.ts'

const clock: Clock = { now: () => seconds(Math.floor(Date.now() / 1000)) }
const pebble = await startPebble(process.env.PEBBLE_PROGRAMS!, process.env.INTEROP_WORK!)
process.once('exit', () => pebble.stop())
const server = openAcmeServer({ http: pebble.http, url: pebble.directory, clock })

/** The CA must say no, with this problem. */
async function refused(
  work: () => Promise<unknown>,
  type: string,
  failure: FailureClass,
): Promise<AcmeRefusal> {
  const error = await persist(work).then(
    () => assert.fail(`was not refused with ${type}`),
    (reason) => reason,
  )
  assert.ok(error instanceof AcmeRefusal, String(error))
  assert.deepEqual([error.problem.type, error.failure], [type, failure], error.message)
  return error
}

const wish = { contacts: ['mailto:ada@example.org'], termsOfServiceAgreed: true }
const externalAccount = (name: 'kid-1' | 'kid-2', macKey = pebble.externalAccounts[name]!) => ({
  ...wish,
  externalAccount: { keyIdentifier: name, macKey: new Secret(macKey) },
})
const [firstKey, key, otherKey] = [testAccountKey(), testAccountKey(), testAccountKey()]
let account = ''

await step('reads the directory, with what the CA says of itself', async () => {
  const { termsOfService, profiles, caaIdentities, externalAccountRequired, renewalInfo } =
    await server.directory()
  assert.ok(termsOfService?.startsWith('data:') || termsOfService !== '', 'terms')
  assert.equal(profiles.get(profileName), 'Six days')
  assert.deepEqual([...caaIdentities], ['pebble.letsencrypt.org'])
  assert.equal(externalAccountRequired, true)
  assert.ok(renewalInfo)
})

await step('is told that an account must be bound', () =>
  refused(() => openAccount(server, firstKey, wish), 'externalAccountRequired', 'auth'),
)

await step('is refused with another MAC key', () =>
  refused(
    () => openAccount(server, firstKey, externalAccount('kid-1', pebble.externalAccounts['kid-2'])),
    'unauthorized',
    'auth',
  ),
)

await step('finds no account before there is one', async () => {
  assert.equal(await persist(() => findAccount(server, firstKey)), undefined)
})

await step('opens an account that is bound, and is given the same again', async () => {
  const opened = await persist(() => openAccount(server, firstKey, externalAccount('kid-1')))
  assert.deepEqual([opened.status, opened.contacts], ['valid', wish.contacts])
  account = opened.url
  assert.equal((await persist(() => openAccount(server, firstKey, externalAccount('kid-1')))).url, account)
  assert.equal((await persist(() => findAccount(server, firstKey)))?.url, account)
})

await step('changes the contacts', async () => {
  const signer = accountSigner(firstKey, account)
  const contacts = ['mailto:grace@example.org']
  await persist(() => changeContacts(server, signer, contacts))
  assert.deepEqual((await persist(() => readAccount(server, signer))).contacts, contacts)
})

await step('gives the account another key; the old one is worth nothing then', async () => {
  await persist(() => changeKey(server, accountSigner(firstKey, account), key)).catch((error) => {
    // Every second nonce is rejected also where it is asked whose the key is.
    assert.equal(error.failure, 'ambiguous', error.message)
  })
  assert.equal((await persist(() => findAccount(server, key)))?.url, account)
  assert.equal(await persist(() => findAccount(server, firstKey)), undefined)
  await assert.rejects(
    persist(() => readAccount(server, accountSigner(firstKey, account))),
    AcmeRefusal,
  )
})

await step('is not given a key that another account has', async () => {
  const other = await persist(() => openAccount(server, otherKey, externalAccount('kid-2')))
  // Pebble says 200 and does nothing, where RFC 8555 7.3.5 wants 409 and the URL of that account.
  await assert.rejects(
    persist(() => changeKey(server, accountSigner(otherKey, other.url), key)),
    /did not take the new key|took the new key is not known yet/,
  )
  assert.equal((await persist(() => findAccount(server, otherKey)))?.url, other.url)
  assert.equal((await persist(() => findAccount(server, key)))?.url, account)
})

const signer = accountSigner(key, account)
const walker: Walker = { pebble, server, signer }
const names = dns('*.walk.example.com', 'walk.example.com')
let chain: readonly Uint8Array[] = []

await step('proves control of a name and its wildcard, and is given what it asked for', async () => {
  const { order, key: leafKey } = await issueFor(walker, { identifiers: names, profile: profileName })
  assert.equal(order.profile, profileName)
  chain = await persist(() => downloadChain(server, signer, order.certificate!))
  const leaf = parseCertificate(chain[0]!)
  assert.deepEqual(Buffer.from(leaf.spki), Buffer.from(leafKey.spki))
  assert.deepEqual(
    [...leaf.sans!.dnsNames].sort(),
    names.map(({ value }) => value),
  )
  assert.ok(leaf.notAfter - leaf.notBefore <= 518_400)
  assert.ok(chain.length > 1)
  for (const index of [0, 1, 2]) {
    const root = await pebble.rootName(index)
    const preferred = await persist(() => downloadChain(server, signer, order.certificate!, root))
    const { issuer } = parseCertificate(preferred.at(-1)!)
    assert.equal(issuer.flat()[0]!.value, root)
    assert.deepEqual(Buffer.from(preferred[0]!), Buffer.from(chain[0]!))
  }
  assert.deepEqual(
    await persist(() => downloadChain(server, signer, order.certificate!, 'No such root')),
    chain,
  )
})

for (const type of ['dns-account-01', 'dns-persist-01'] as const)
  await step(`proves control by ${type}`, async () => {
    const { order } = await issueFor(walker, { identifiers: dns(`${type}.example.com`) }, type)
    assert.equal(order.status, 'valid')
  })

await step('lists the orders of the account, over several pages', async () => {
  const urls = await persist(async () => listOrders(server, signer, await readAccount(server, signer)))
  assert.equal(urls?.length, 3)
  for (const url of urls) assert.equal((await persist(() => readOrder(server, signer, url))).status, 'valid')
})

await step('is told when to renew, and passes over nonsense', async () => {
  const [leaf] = chain as [Uint8Array]
  const now = clock.now()
  const advice = await persist(() => readRenewalInformation(server, leaf, now))
  const { notBefore, notAfter } = parseCertificate(leaf)
  assert.ok(advice && notBefore < advice.from && advice.from < advice.until && advice.until < notAfter)
  assert.equal(advice.checkAgainAt, now + 6 * 3600)
  const pem = formatPem('CERTIFICATE', leaf)
  const suggestedWindow = { start: '2027-01-02T04:00:00Z', end: '2027-01-03T04:00:00Z' }
  const explanationURL = 'https://ca.example/incident'
  await pebble.setRenewalInformation(pem, JSON.stringify({ suggestedWindow, explanationURL }))
  assert.equal((await readRenewalInformation(server, leaf, now))?.explanation, explanationURL)
  for (const nonsense of [
    '{"suggestedWindow":',
    '[]',
    '{"suggestedWindow":{"start":"2027-01-02T04:00:00Z","end":"2027-01-01T04:00:00Z"}}',
  ]) {
    await pebble.setRenewalInformation(pem, nonsense)
    await assert.rejects(readRenewalInformation(server, leaf, now), IssuerFailure)
  }
})

await step('replaces a certificate once', async () => {
  const replaces = renewalIdentifier(chain[0]!)!
  const { order } = await issueFor(walker, { identifiers: names, replaces })
  assert.equal(order.replaces, replaces)
  await refused(
    () => newOrder(server, signer, { identifiers: names, replaces }),
    'alreadyReplaced',
    'permanent',
  )
})

await step('is refused what is not on offer', async () => {
  await refused(
    () => newOrder(server, signer, { identifiers: names, profile: 'unheard-of' }),
    'invalidProfile',
    'permanent',
  )
  await refused(
    () => newOrder(server, signer, { identifiers: dns(blockedDomain) }),
    'rejectedIdentifier',
    'permanent',
  )
})

await step('reads why a proof failed', async () => {
  const name = 'unproven.example.com'
  const order = await persist(() => newOrder(server, signer, { identifiers: dns(name) }))
  const [url] = order.authorizations as [string]
  const { challenges } = await persist(() => readAuthorization(server, signer, url))
  const challenge = challenges.find(({ type }) => type === 'dns-01')!
  await pebble.setTxt(`_acme-challenge.${name}`, 'something else')
  await persist(() => respondToChallenge(server, signer, challenge.url))
  await assert.rejects(
    poll(() => readAuthorization(server, signer, url), 'valid'),
    /it is invalid/,
  )
  const { challenges: judged } = await persist(() => readAuthorization(server, signer, url))
  const { error } = judged.find(({ type }) => type === 'dns-01')!
  assert.match(
    problemText(error!, 'validation'),
    /^The CA says that what it found does not prove control of the name: ./,
  )
  assert.equal((await persist(() => readOrder(server, signer, order.url))).status, 'invalid')
})

await step('gives up an authorization', async () => {
  const order = await persist(() => newOrder(server, signer, { identifiers: dns('given-up.example.com') }))
  const given = await persist(() => deactivateAuthorization(server, signer, order.authorizations[0]!))
  assert.equal(given.status, 'deactivated')
})

await step('revokes as the account, and finds it done the second time', async () => {
  await persist(() => revokeCertificate(server, signer, chain[0]!, 'superseded'))
  await persist(() => revokeCertificate(server, signer, chain[0]!, 'superseded'))
})

await step('revokes with the key of the certificate', async () => {
  const { order, key: leafKey } = await issueFor(walker, { identifiers: dns('stolen.example.com') })
  const [leaf] = (await persist(() => downloadChain(server, signer, order.certificate!))) as [Uint8Array]
  await persist(() => revokeCertificate(server, { key: jwsKeyOf(leafKey) }, leaf, 'keyCompromise'))
})

await step('deactivates the account, which can do nothing from then on', async () => {
  assert.equal((await persist(() => deactivateAccount(server, signer))).status, 'deactivated')
  await refused(() => newOrder(server, signer, { identifiers: names }), 'unauthorized', 'auth')
})

pebble.stop()

function jwsKeyOf({ privateKey }: TestKey): JwsKey {
  const { crv, kty, x, y } = createPublicKey(privateKey).export({ format: 'jwk' }) as Record<string, string>
  return {
    algorithm: 'ES256',
    jwk: { crv: crv!, kty: kty!, x: x!, y: y! },
    sign: async (data) => sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  }
}
