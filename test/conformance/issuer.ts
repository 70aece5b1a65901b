/**
 * What every issuer has to do; one suite for all. What a CA cannot do it does not declare, and is not asked for here: an
 * ability that is there has to work.
 */
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { CertificatePolicy } from '../../src/domain/certificate-policy.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { completePolicy } from '../../src/domain/policy-rules.ts'
import { seconds, type UnixSeconds } from '../../src/domain/time.ts'
import type { CertificateOrder, Issuer, OrderAnswer } from '../../src/issuers/issuer.ts'
import { buildRequest } from '../../src/vault/certificates/certificate-request.ts'
import { judgeIssued } from '../../src/vault/certificates/judge-issued.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { isSamePublicKey } from '../../src/x509/public-key.ts'
import { ca, issue } from '../x509/authority.ts'

export interface IssuerUnderTest {
  readonly issuer: Issuer
  /** What its orders come to in the end. `person`: somebody has to merge. `nothing`: it cannot be asked. */
  readonly ends: 'certificate' | 'person' | 'nothing'
  /** Of the clock that the CA goes by. */
  readonly now: UnixSeconds
  /** No answer may hold it. */
  readonly password?: string
  /** How many orders the CA has on its books for this key. Absent where there are no books to look into. */
  ordersOf?(orderKey: string): number | Promise<number>
  /** The next order arrives at the CA, and its answer is lost. */
  loseNextAnswer?(): void
  close?(): Promise<void>
}

/** More looks than any double needs. */
const looksMax = 20

/** @param open gives an issuer for one test; several at once do not disturb each other. */
export function issuerConformance(
  name: string,
  open: () => IssuerUnderTest | Promise<IssuerUnderTest>,
): void {
  const rule = (what: string, work: (house: IssuerUnderTest) => Promise<void>) =>
    test(`${name}: ${what}`, async () => {
      const house = await open()
      await work(house)
      await house.close?.()
    })

  for (const keyType of ['EC', 'RSA'] as const)
    rule(`an order for an ${keyType} key comes to what it should`, async (house) => {
      const order = await newOrder(house, { keyType })
      const answer = await lookedAt(house, order, await house.issuer.order(order))
      if (house.ends === 'person') assert.deepEqual([answer.state, waitsForever(answer)], ['pending', true])
      else if (house.ends === 'nothing') assert.ok(answer.state === 'unable' && isSentence(answer.reason))
      else judge(house, order, answer)
    })

  rule('every answer to one order is the same certificate', async (house) => {
    const { issuer, ends } = house
    if (ends !== 'certificate') return
    const order = await newOrder(house)
    const answers = [await issuer.order(order)]
    if (issuer.capabilities.idempotentOrders) answers.push(await issuer.order(order))
    const ended: OrderAnswer[] = []
    for (const answer of answers) ended.push(await lookedAt(house, order, answer))
    const [first] = answers
    if (first?.state === 'pending') ended.push(await issuer.check(order, first.reference))
    assert.equal(new Set(ended.map((answer) => serialNumberOf(judge(house, order, answer)))).size, 1)
    if (house.ordersOf) assert.equal(await house.ordersOf(order.orderKey), 1)
  })

  rule('two orders are two certificates', async (house) => {
    if (house.ends !== 'certificate') return
    const serialNumbers = new Set<string>()
    for (let count = 0; count < 2; count++) {
      const order = await newOrder(house)
      const answer = await lookedAt(house, order, await house.issuer.order(order))
      serialNumbers.add(serialNumberOf(judge(house, order, answer)))
    }
    assert.equal(serialNumbers.size, 2)
  })

  rule(
    'a lost order is found again, or known to be none, and nothing is ordered by looking',
    async (house) => {
      const { issuer, loseNextAnswer } = house
      if (!issuer.reconcile) return
      const never = await newOrder(house)
      assert.ok(['not-ordered', 'unknown'].includes((await issuer.reconcile(never)) as string))
      if (house.ordersOf) assert.equal(await house.ordersOf(never.orderKey), 0)
      const order = await newOrder(house)
      loseNextAnswer?.call(house)
      const answer = issuer.order(order)
      if (loseNextAnswer) await assert.rejects(answer)
      else await answer
      for (let look = 0; look < 2; look++) {
        const found = await issuer.reconcile(order)
        assert.notEqual(found, 'not-ordered')
        if (typeof found !== 'string') judge(house, order, await lookedAt(house, order, found))
      }
      if (house.ordersOf) assert.equal(await house.ordersOf(order.orderKey), 1)
    },
  )

  rule('an order whose answer was lost is sent again only where that is one order', async (house) => {
    const { issuer, loseNextAnswer } = house
    if (!loseNextAnswer || !issuer.capabilities.idempotentOrders) return
    const order = await newOrder(house)
    loseNextAnswer.call(house)
    await assert.rejects(issuer.order(order))
    judge(house, order, await lookedAt(house, order, await issuer.order(order)))
    if (house.ordersOf) assert.equal(await house.ordersOf(order.orderKey), 1)
  })

  rule('a pending order can be given up, again and again, and comes to nothing then', async (house) => {
    const { issuer } = house
    if (!issuer.cancel) return
    const order = await newOrder(house)
    const answer = await issuer.order(order)
    if (answer.state !== 'pending') return
    const first = await issuer.cancel(order, answer.reference)
    assert.deepEqual(await issuer.cancel(order, answer.reference), first)
    const { state } = await issuer.check(order, answer.reference)
    if (first.state === 'cancelled') assert.notEqual(state, 'issued')
    if (first.state === 'too-late') assert.notEqual(state, 'refused')
    if (first.state === 'refused') assert.ok(isSentence(first.reason))
  })

  rule('it is too late to give up an order that is filled', async (house) => {
    const { issuer } = house
    if (!issuer.cancel || house.ends !== 'certificate') return
    const order = await newOrder(house)
    const answer = await issuer.order(order)
    if (answer.state !== 'pending') return
    judge(house, order, await lookedAt(house, order, answer))
    assert.equal((await issuer.cancel(order, answer.reference)).state, 'too-late')
  })

  rule('a certificate is revoked, and revoking it again changes nothing', async (house) => {
    const { issuer } = house
    if (!issuer.revoke || house.ends !== 'certificate') return
    const order = await newOrder(house)
    const leaf = judge(house, order, await lookedAt(house, order, await issuer.order(order)))
    const first = await issuer.revoke(leaf.der, { reason: 'superseded' })
    assert.deepEqual(await issuer.revoke(leaf.der, { reason: 'superseded' }), first)
    if (first.state === 'refused') assert.ok(isSentence(first.reason))
    if (first.state !== 'revoked' || !issuer.release) return
    const released = await issuer.release(leaf.der)
    assert.ok(released.state === 'refused' && isSentence(released.reason), 'what is final stays')
  })

  rule('a hold is lifted, again and again, and may become final afterwards', async (house) => {
    const { issuer } = house
    if (!issuer.revoke || !issuer.release || house.ends !== 'certificate') return
    const order = await newOrder(house)
    const leaf = judge(house, order, await lookedAt(house, order, await issuer.order(order)))
    const held = await issuer.revoke(leaf.der, { reason: 'certificateHold' })
    if (held.state !== 'revoked') return
    for (let count = 0; count < 2; count++)
      assert.deepEqual(await issuer.release(leaf.der), { state: 'released' })
    assert.deepEqual(await issuer.revoke(leaf.der, { reason: 'keyCompromise' }), held)
  })

  rule('a certificate of somebody else is not revoked', async (house) => {
    const { issuer } = house
    if (!issuer.revoke) return
    const { certificate } = issue('CN=elsewhere', { issuer: issue('CN=Other Root', ca) })
    const answer = await issuer.revoke(certificate.der, { reason: 'keyCompromise' })
    assert.ok(answer.state === 'refused' && isSentence(answer.reason))
  })

  rule('holds are lifted only by those that revoke', async ({ issuer }) => {
    if (issuer.release) assert.ok(issuer.revoke)
  })

  rule('advice on renewal lies within the life of the certificate', async (house) => {
    const { issuer } = house
    if (!issuer.adviseRenewal || house.ends !== 'certificate') return
    const order = await newOrder(house)
    const leaf = judge(house, order, await lookedAt(house, order, await issuer.order(order)))
    const advice = await issuer.adviseRenewal(leaf.der)
    if (!advice) return
    const { from, until, checkAgainAt } = advice
    assert.ok(leaf.notBefore <= from && from < until && until <= leaf.notAfter)
    assert.ok(checkAgainAt > house.now)
  })

  rule('says of its account what is in order, in sentences, and orders nothing', async (house) => {
    const findings = await house.issuer.verifyAccount?.()
    if (!findings) return
    assert.ok(findings.length > 0)
    for (const { details } of findings) assert.ok(isSentence(details), details)
    const expected = house.ends !== 'nothing'
    assert.equal(
      findings.every(({ inOrder }) => inOrder),
      expected,
    )
  })

  rule(
    'each act on the account can be done again, and orders go on after those that keep it',
    async (house) => {
      const { account } = house.issuer
      if (!account) return
      assert.ok(isSentence(await account.startAnew({ evenIfValid: false })), 'there is none yet')
      await twice(() => account.open())
      const opened = await account.read()
      await twice(() => account.replaceKey())
      const { url, status, keyThumbprint, replacingKey } = await account.read()
      assert.deepEqual([url, status, replacingKey], [opened.url, 'valid', false])
      assert.notEqual(keyThumbprint, opened.keyThumbprint)
      await assert.rejects(account.startAnew({ evenIfValid: false }), IssuerFailure)
      const order = await newOrder(house)
      judge(house, order, await lookedAt(house, order, await house.issuer.order(order)))
    },
  )

  rule('an account that is closed orders nothing, and another one takes its place', async (house) => {
    const { account } = house.issuer
    if (!account) return
    await account.open()
    const closed = await account.read()
    await twice(() => account.deactivate())
    assert.equal((await account.read()).status, 'deactivated')
    const order = await newOrder(house)
    await assert.rejects(house.issuer.order(order), { failure: 'auth' })
    await twice(() => account.startAnew({ evenIfValid: false }))
    assert.equal((await account.read()).status, 'none')
    judge(house, order, await lookedAt(house, order, await house.issuer.order(order)))
    assert.notEqual((await account.read()).url, closed.url)
  })

  rule('no answer holds the password of the account', async (house) => {
    const { issuer, password } = house
    if (password === undefined) return
    const order = await newOrder(house)
    const answer = await issuer.order(order)
    const seen = [answer, await lookedAt(house, order, answer), await issuer.verifyAccount?.(), issuer]
    assert.ok(!inspect(seen, { depth: 9, showHidden: true }).includes(password))
  })
}

/** An order as the vault makes it: its key, its request and its serial number are its own. */
async function newOrder(
  { now, issuer }: IssuerUnderTest,
  { keyType = 'EC' }: { keyType?: 'EC' | 'RSA' } = {},
): Promise<CertificateOrder> {
  const policy: CertificatePolicy = completePolicy({
    key: { keyType },
    x509: {
      subject: 'CN=leaf.example',
      sans: { dnsNames: ['leaf.example', 'www.leaf.example'] },
      validityMonths: 2,
    },
    issuer: { name: 'under-test' },
  })
  const { privateKey, publicKey } = keyPair(keyType)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const signWithKey: CertificateOrder['sign'] = async ({ hash }, data) => sign(hash, data, privateKey)
  const orderKey = createHash('sha256').update(spki).digest('hex').slice(0, 32)
  return {
    orderKey,
    request: await buildRequest(policy, spki, signWithKey),
    publicKey: spki,
    policy,
    serialNumber: Uint8Array.from([1, ...Buffer.from(orderKey, 'hex').subarray(1)]),
    created: now,
    attempt: issuer.capabilities.idempotentOrders ? 0 : 1,
    ...(!issuer.capabilities.idempotentOrders && { orderedAt: now }),
    sign: signWithKey,
  }
}

function keyPair(keyType: 'EC' | 'RSA'): { privateKey: KeyObject; publicKey: KeyObject } {
  return keyType === 'EC'
    ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** Looks at the order until nothing changes any more. */
async function lookedAt(
  { issuer }: IssuerUnderTest,
  order: CertificateOrder,
  answer: OrderAnswer,
): Promise<OrderAnswer> {
  let now = answer
  for (let look = 0; now.state === 'pending' && !waitsForever(now) && look < looksMax; look++)
    now = await issuer.check(order, now.reference)
  return now
}

async function twice(act: () => Promise<string>): Promise<void> {
  for (let count = 0; count < 2; count++) {
    const said = await act()
    assert.ok(isSentence(said), said)
  }
}

const waitsForever = (answer: OrderAnswer) =>
  answer.state === 'pending' && answer.checkAgainAfterSeconds === undefined

/** The leaf, if the vault would take it. */
function judge({ now }: IssuerUnderTest, order: CertificateOrder, answer: OrderAnswer) {
  assert.ok(answer.state === 'issued', inspect(answer))
  const certificates = answer.chain.map(parseCertificate)
  const [leaf] = certificates
  assert.ok(isSamePublicKey(leaf!.spki, order.publicKey), 'the leaf stands first and is for the key')
  judgeIssued(order.policy, leaf!, certificates, seconds(now))
  return leaf!
}

const serialNumberOf = ({ serialNumber }: { serialNumber: Uint8Array }) =>
  Buffer.from(serialNumber).toString('hex')

const isSentence = (text: string) => /^[A-Z].{10,}\.$/s.test(text)
