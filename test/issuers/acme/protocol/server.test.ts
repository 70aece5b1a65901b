import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FailureClass, IssuerFailure } from '../../../../src/domain/issuer-failure.ts'
import { findAccount, openAccount } from '../../../../src/issuers/acme/protocol/account.ts'
import { accountSigner } from '../../../../src/issuers/acme/protocol/jws.ts'
import { changeKey } from '../../../../src/issuers/acme/protocol/key-change.ts'
import { newOrder, readOrder } from '../../../../src/issuers/acme/protocol/order.ts'
import { AcmeRefusal } from '../../../../src/issuers/acme/protocol/refusal.ts'
import { openAcmeServer } from '../../../../src/issuers/acme/protocol/server.ts'
import { NetworkFailure } from '../../../../src/network/http-client.ts'
import {
  at,
  directory,
  directoryUrl,
  problem,
  type Said,
  scriptedCa,
  testAccountKey,
} from '../../../doubles/acme.ts'

const key = testAccountKey()
const signer = accountSigner(key, at('/account/1'))
const identifiers = [{ type: 'dns', value: 'www.example.org' }] as const
const order = {
  status: 'pending',
  identifiers,
  authorizations: [at('/authz/1')],
  finalize: at('/order/1/finalize'),
}
const created: Said = { status: 201, headers: { location: at('/order/1') }, body: order }
const lost = (mayHaveArrived: boolean) => new NetworkFailure('ca.example broke off.', { mayHaveArrived })

async function failure(work: Promise<unknown>): Promise<IssuerFailure> {
  const error = await work.then(
    () => assert.fail('it was no failure'),
    (reason) => reason,
  )
  assert.ok(error instanceof IssuerFailure, String(error))
  return error
}

describe('a request', () => {
  test('is signed for its URL, with a nonce that is used once and the account that sends it', async () => {
    const ca = scriptedCa(key)
    ca.script.push(
      { status: 201, headers: { location: at('/account/1') }, body: { status: 'valid' } },
      created,
    )
    await openAccount(ca.server, key, { contacts: ['mailto:a@b.example'], termsOfServiceAgreed: true })
    await newOrder(ca.server, signer, { identifiers, profile: 'short', replaces: 'a.b' })
    const [account, ordered] = ca.heard
    assert.deepEqual([account!.jwk, account!.kid], [{ ...key.jwk }, undefined])
    assert.deepEqual(account!.payload, { termsOfServiceAgreed: true, contact: ['mailto:a@b.example'] })
    assert.deepEqual([ordered!.kid, ordered!.jwk], [at('/account/1'), undefined])
    assert.deepEqual(ordered!.payload, { identifiers, profile: 'short', replaces: 'a.b' })
    assert.equal(new Set(ca.heard.map(({ nonce }) => nonce)).size, 2)
    // The second goes with the nonce that the first was answered with.
    assert.deepEqual(ca.asked, [`GET ${directoryUrl}`, `HEAD ${directory.newNonce}`])
  })

  test('that reads has no payload', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ body: order })
    await readOrder(ca.server, signer, at('/order/1'))
    assert.equal(ca.heard[0]!.payload, undefined)
  })

  test('fetches a nonce again when those it has are old', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ body: order }, { body: order })
    await readOrder(ca.server, signer, at('/order/1'))
    ca.clock.move(600)
    await readOrder(ca.server, signer, at('/order/1'))
    assert.equal(ca.asked.filter((asked) => asked.startsWith('HEAD')).length, 2)
  })

  test('goes out again with the nonce of the answer that rejected the one before', async () => {
    const ca = scriptedCa(key)
    ca.script.push(problem('badNonce'), problem('badNonce'), created)
    assert.equal((await newOrder(ca.server, signer, { identifiers })).url, at('/order/1'))
    // Nonces are numbered as they are given: by the directory, by HEAD, and then by the answers.
    assert.deepEqual(
      ca.heard.map(({ nonce }) => nonce),
      ['nonce-2', 'nonce-3', 'nonce-4'],
    )
  })

  test('is given up after six rejected nonces, without any effect', async () => {
    const ca = scriptedCa(key)
    ca.script.push(...Array.from({ length: 10 }, () => problem('badNonce')))
    const { failure: kind } = await failure(newOrder(ca.server, signer, { identifiers }))
    assert.equal(kind, 'transient')
    assert.equal(ca.heard.length, 6)
  })
})

describe('a failure', () => {
  const page: Said = { headers: { 'content-type': 'text/html' }, body: '<html>' }
  for (const [what, said, reading, creating] of [
    ['an answer that is lost', lost(true), 'transient', 'ambiguous'],
    ['a request that never left', lost(false), 'transient', 'transient'],
    ['a gateway', { status: 502 }, 'transient', 'ambiguous'],
    ['a service that rests', { status: 503, headers: { 'retry-after': '7' } }, 'transient', 'transient'],
    ['too many requests', { ...problem('rateLimited'), status: 429 }, 'throttled', 'throttled'],
    ['an unknown account', problem('accountDoesNotExist'), 'auth', 'auth'],
    ['a refusal without words', { status: 403 }, 'auth', 'auth'],
    ['an unknown problem', problem('novelty'), 'permanent', 'permanent'],
    ['a redirect', { status: 302, headers: { location: at('/elsewhere') } }, 'user-action', 'user-action'],
    ['a web page', page, 'transient', 'ambiguous'],
    ['broken JSON', { body: '{"status":' }, 'transient', 'ambiguous'],
    ['another shape', { body: { ...order, status: 'unheard of' } }, 'transient', 'ambiguous'],
    ['a list', { body: [] }, 'transient', 'ambiguous'],
    ['a URL elsewhere', { body: { ...order, finalize: 'https://evil.example/x' } }, 'transient', 'ambiguous'],
    [
      'a URL without TLS',
      { body: { ...order, authorizations: ['http://ca.example/x'] } },
      'transient',
      'ambiguous',
    ],
  ] satisfies [string, Said | Error, FailureClass, FailureClass][])
    test(`by ${what} is ${reading} for who reads and ${creating} for who creates`, async () => {
      const ca = scriptedCa(key)
      const answer: Said | Error =
        said instanceof Error
          ? said
          : { ...said, headers: { location: at('/order/1'), ...('headers' in said && said.headers) } }
      ca.script.push(answer, answer)
      const read = await failure(readOrder(ca.server, signer, at('/order/1')))
      const create = await failure(newOrder(ca.server, signer, { identifiers }))
      assert.deepEqual([read.failure, create.failure], [reading, creating])
      assert.match(read.message, /^[^\n]{10,400}$/)
    })

  test('says how long to wait, and what the CA said', async () => {
    const ca = scriptedCa(key)
    ca.script.push({
      ...problem('rateLimited'),
      status: 429,
      headers: { ...problem('').headers, 'retry-after': '90' },
    })
    const error = await failure(newOrder(ca.server, signer, { identifiers }))
    assert.ok(error instanceof AcmeRefusal)
    assert.equal(error.problem.type, 'rateLimited')
    assert.equal(error.retryAfterSeconds, 90)
    assert.equal(error.message, 'The CA says that too much was asked for in a time: Detail of rateLimited.')
  })

  test('to know an account is an answer', async () => {
    const ca = scriptedCa(key)
    ca.script.push(problem('accountDoesNotExist'))
    assert.equal(await findAccount(ca.server, key), undefined)
    assert.deepEqual(ca.heard[0]!.payload, { onlyReturnExisting: true })
  })

  test('to take a key that another account has leads to that account', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ status: 409, headers: { location: at('/account/7'), 'content-type': '' } })
    const error = await failure(changeKey(ca.server, signer, testAccountKey()))
    assert.ok(error instanceof AcmeRefusal)
    assert.deepEqual([error.failure, error.location], ['permanent', at('/account/7')])
  })

  test('to make the order that was asked for is told', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ ...created, body: { ...order, identifiers: [{ type: 'dns', value: 'other.example' }] } })
    assert.match((await failure(newOrder(ca.server, signer, { identifiers }))).message, /for other names/)
    ca.script.push({ ...created, headers: {} })
    assert.equal((await failure(newOrder(ca.server, signer, { identifiers }))).failure, 'ambiguous')
  })
})

describe('the directory', () => {
  test('is read for an hour, and what nobody knows in it passed over', async () => {
    const ca = scriptedCa()
    ca.pages.set(directoryUrl, {
      body: {
        ...directory,
        keyChange: null,
        '8qfVBWSGp4Q': 'https://community.example/why',
        meta: {
          profiles: { short: 'Six days\u0000', long: 7 },
          externalAccountRequired: true,
          caaIdentities: ['ca.example'],
          termsOfService: 'https://anywhere.example/terms',
          website: 'javascript:alert(1)',
        },
      },
    })
    const read = await ca.server.directory()
    assert.equal(read.keyChange, undefined)
    assert.equal(read.termsOfService, 'https://anywhere.example/terms')
    assert.equal(read.website, undefined)
    assert.deepEqual(
      [...read.profiles],
      [
        ['short', 'Six days'],
        ['long', ''],
      ],
    )
    assert.deepEqual([read.externalAccountRequired, read.caaIdentities], [true, ['ca.example']])
    ca.clock.move(3600)
    await ca.server.directory()
    assert.equal(ca.asked.length, 1)
    ca.clock.move(1)
    await ca.server.directory()
    assert.equal(ca.asked.length, 2)
  })

  for (const [what, said, words] of [
    [
      'a web page',
      { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html>' },
      /a web page is there/,
    ],
    [
      'a redirect',
      { status: 301, headers: { location: 'https://new.example/dir?secret' } },
      /it leads to https:\/\/new\.example\. Correct it\.$/,
    ],
    ['nothing', { status: 404 }, /status 404/],
  ] satisfies [string, Said, RegExp][])
    test(`is missed by name where ${what} stands`, async () => {
      const ca = scriptedCa()
      ca.pages.set(directoryUrl, said)
      const { failure: kind, message } = await failure(ca.server.directory())
      assert.equal(kind, 'user-action')
      assert.match(message, words)
    })

  test('that is not to be had now is asked for later', async () => {
    const ca = scriptedCa()
    for (const said of [
      { status: 503, headers: { 'retry-after': '5' } },
      { body: '{' },
      { body: {} },
      { body: { ...directory, newOrder: 'http://ca.example/' } },
    ]) {
      ca.pages.set(directoryUrl, said)
      assert.equal((await failure(ca.server.directory())).failure, 'transient')
    }
    const gone = openAcmeServer({
      http: { send: () => Promise.reject(lost(true)) },
      url: directoryUrl,
      clock: ca.clock,
    })
    assert.equal((await failure(gone.directory())).failure, 'transient')
  })
})
