import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IssuerFailure } from '../../../../src/domain/issuer-failure.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { seconds } from '../../../../src/domain/time.ts'
import {
  changeContacts,
  deactivateAccount,
  openAccount,
  readAccount,
} from '../../../../src/issuers/acme/protocol/account.ts'
import {
  deactivateAuthorization,
  readAuthorization,
  respondToChallenge,
} from '../../../../src/issuers/acme/protocol/authorization.ts'
import { downloadChain } from '../../../../src/issuers/acme/protocol/issued-chain.ts'
import { accountSigner } from '../../../../src/issuers/acme/protocol/jws.ts'
import { changeKey } from '../../../../src/issuers/acme/protocol/key-change.ts'
import {
  finalizeOrder,
  listOrders,
  newOrder,
  readOrder,
} from '../../../../src/issuers/acme/protocol/order.ts'
import {
  instantWithin,
  readRenewalInformation,
  renewalIdentifier,
} from '../../../../src/issuers/acme/protocol/renewal-information.ts'
import { revokeCertificate } from '../../../../src/issuers/acme/protocol/revocation.ts'
import { formatPem } from '../../../../src/x509/pem.ts'
import {
  at,
  checkJws,
  decode,
  directory,
  directoryUrl,
  problem,
  scriptedCa,
  testAccountKey,
} from '../../../doubles/acme.ts'
import { ca as caWishes, issue } from '../../../x509/authority.ts'

const key = testAccountKey()
const account = at('/account/1')
const signer = accountSigner(key, account)
const order = {
  status: 'processing',
  expires: '2027-01-15T08:00:00.5Z',
  identifiers: [{ type: 'dns', value: 'WWW.example.org' }],
  authorizations: [at('/authz/1')],
  finalize: at('/order/1/finalize'),
  error: null,
}
const now = seconds(1_800_000_000)

describe('an account', () => {
  const said = { body: { status: 'valid', contact: ['mailto:a@b.example'], orders: at('/account/1/orders') } }
  const read = {
    url: account,
    status: 'valid',
    contacts: ['mailto:a@b.example'],
    orders: at('/account/1/orders'),
  }

  test('is read, told other contacts, and ended', async () => {
    const ca = scriptedCa(key)
    ca.script.push(said, said, { body: { status: 'deactivated' } })
    assert.deepEqual(await readAccount(ca.server, signer), read)
    await changeContacts(ca.server, signer, [])
    assert.deepEqual(await deactivateAccount(ca.server, signer), {
      url: account,
      status: 'deactivated',
      contacts: [],
    })
    assert.deepEqual(
      ca.heard.map(({ url, payload }) => [url, payload]),
      [
        [account, undefined],
        [account, { contact: [] }],
        [account, { status: 'deactivated' }],
      ],
    )
  })

  test('is bound to an external one, by a signature inside', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ ...said, status: 201, headers: { location: account } })
    const externalAccount = { keyIdentifier: 'theirs', macKey: new Secret('c'.repeat(43)) }
    await openAccount(ca.server, key, { contacts: [], termsOfServiceAgreed: true, externalAccount })
    const { externalAccountBinding: binding } = ca.heard[0]!.payload as Record<string, Record<string, string>>
    assert.deepEqual(decode(binding!.protected!), { alg: 'HS256', kid: 'theirs', url: directory.newAccount })
    assert.deepEqual(decode(binding!.payload!), { ...key.jwk })
  })

  test('is given another key, for which both sign', async () => {
    const ca = scriptedCa(key)
    const next = testAccountKey()
    ca.script.push({}, { ...said, headers: { location: account } })
    await changeKey(ca.server, signer, next)
    assert.deepEqual(
      [ca.heard[1]!.jwk, ca.heard[1]!.payload],
      [{ ...next.jwk }, { onlyReturnExisting: true }],
    )
    const inner = ca.heard[0]!.payload as { protected: string; payload: string; signature: string }
    const header = checkJws(inner, next.jwk)
    assert.deepEqual(header, { alg: 'ES256', jwk: { ...next.jwk }, url: directory.keyChange })
    assert.deepEqual(decode(inner.payload), { account, oldKey: { ...key.jwk } })
  })

  test('keeps its key when the CA only says that it took the other', async () => {
    const ca = scriptedCa(key)
    const changed = () =>
      changeKey(ca.server, signer, testAccountKey()).catch((error: IssuerFailure) => error.failure)
    ca.script.push({}, { ...said, headers: { location: at('/account/7') } })
    assert.equal(await changed(), 'permanent')
    ca.script.push({}, problem('accountDoesNotExist'))
    assert.equal(await changed(), 'permanent')
    ca.script.push({}, problem('serverInternal'))
    assert.equal(await changed(), 'ambiguous')
  })

  test('has orders on several pages, of which none is read twice', async () => {
    const ca = scriptedCa(key)
    const page = (urls: string[], next: string) => ({
      headers: { link: `<${at(next)}>;rel="next", <${directoryUrl}>;rel="index"` },
      body: { orders: urls },
    })
    ca.script.push(
      page([at('/order/1'), at('/order/2')], '/orders/2'),
      page([at('/order/2'), at('/order/3')], '/orders'),
    )
    const urls = await listOrders(ca.server, signer, { orders: at('/orders') })
    assert.deepEqual(urls, [at('/order/1'), at('/order/2'), at('/order/3')])
    assert.deepEqual(
      ca.heard.map(({ url }) => url),
      [at('/orders'), at('/orders/2')],
    )
    assert.equal(await listOrders(ca.server, signer, {}), undefined)
  })
})

describe('an order', () => {
  test('is read with what is to be done next', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ headers: { 'retry-after': '3' }, body: order })
    assert.deepEqual(await readOrder(ca.server, signer, at('/order/1')), {
      url: at('/order/1'),
      status: 'processing',
      identifiers: [{ type: 'dns', value: 'www.example.org' }],
      authorizations: order.authorizations,
      finalize: order.finalize,
      expires: 1_800_000_000,
      retryAfterSeconds: 3,
    })
  })

  test('asks for validity, and finds addresses again however they are written', async () => {
    const ca = scriptedCa(key)
    const said = { ...order, identifiers: [{ type: 'ip', value: '2001:DB8:0::1' }] }
    ca.script.push({ status: 201, headers: { location: '/order/1' }, body: said })
    const identifiers = [{ type: 'ip', value: '2001:db8::1' }] as const
    const made = await newOrder(ca.server, signer, {
      identifiers,
      notBefore: now,
      notAfter: seconds(now + 60),
    })
    assert.equal(made.url, at('/order/1'))
    assert.deepEqual(ca.heard[0]!.payload, {
      identifiers,
      notBefore: '2027-01-15T08:00:00Z',
      notAfter: '2027-01-15T08:01:00Z',
    })
  })

  test('is finalized with the request', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ body: order })
    await finalizeOrder(
      ca.server,
      signer,
      { url: at('/order/1'), finalize: order.finalize },
      Uint8Array.of(0xfb, 0xff),
    )
    assert.deepEqual([ca.heard[0]!.url, ca.heard[0]!.payload], [order.finalize, { csr: '-_8' }])
  })
})

describe('an authorization', () => {
  const challenge = { type: 'dns-01', url: at('/challenge/1'), status: 'pending', token: 't'.repeat(43) }
  const said = {
    status: 'pending',
    identifier: { type: 'dns', value: 'example.org' },
    wildcard: true,
    challenges: [
      challenge,
      {
        type: 'dns-persist-01',
        url: at('/challenge/2'),
        status: 'pending',
        'issuer-domain-names': ['ca.example'],
      },
      {
        type: 'telepathy-01',
        url: at('/challenge/3'),
        status: 'invalid',
        error: { type: 'about:blank', title: 'No' },
      },
    ],
  }

  test('is read with all of its challenges, known and unknown, and given up', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ body: said }, { body: { ...said, status: 'deactivated' } }, { body: challenge })
    const read = await readAuthorization(ca.server, signer, at('/authz/1'))
    assert.deepEqual([read.wildcard, read.identifier], [true, said.identifier])
    assert.deepEqual(
      read.challenges.map(({ type, token, issuerDomainNames, error }) => [
        type,
        token,
        issuerDomainNames,
        error?.detail,
      ]),
      [
        ['dns-01', challenge.token, [], undefined],
        ['dns-persist-01', undefined, ['ca.example'], undefined],
        ['telepathy-01', undefined, [], 'No'],
      ],
    )
    assert.equal((await deactivateAuthorization(ca.server, signer, read.url)).status, 'deactivated')
    await respondToChallenge(ca.server, signer, challenge.url)
    assert.deepEqual(
      ca.heard.map(({ payload }) => payload),
      [undefined, { status: 'deactivated' }, {}],
    )
  })

  test('whose token would lead astray counts for nothing', async () => {
    for (const token of ['../../etc/passwd-and-more', 'short', `${'t'.repeat(43)}\n`, 7]) {
      const ca = scriptedCa(key)
      ca.script.push({ body: { ...said, challenges: [{ ...challenge, token }] } })
      await assert.rejects(readAuthorization(ca.server, signer, at('/authz/1')), IssuerFailure)
    }
  })
})

describe('a chain', () => {
  const roots = ['Old root', 'New root'].map((name) => issue(`CN=${name}`, caWishes))
  const [toOld, toNew] = roots.map((issuer) => {
    const above = issue('CN=Issuing', { ...caWishes, issuer })
    return [issue('CN=leaf', { issuer: above }), above].map(({ certificate }) => certificate.der)
  }) as [Uint8Array[], Uint8Array[]]
  const pem = (chain: Uint8Array[]) => chain.map((der) => formatPem('CERTIFICATE', der)).join('\n')
  const octets = (chain: readonly Uint8Array[]) => chain.map((der) => Buffer.from(der).toString('hex'))
  const url = at('/certificate/1')

  test('is that which leads to the preferred root, or else the CA’s choice', async () => {
    for (const [preferred, expected, requests] of [
      [undefined, toOld, 1],
      ['Old root', toOld, 1],
      ['New root', toNew, 2],
      ['No root', toOld, 2],
    ] as const) {
      const ca = scriptedCa(key)
      const link = `<${at('/certificate/1/1')}>;rel="alternate", <https://evil.example/>;rel="alternate"`
      ca.script.push({ headers: { link }, body: pem(toOld) }, { body: pem(toNew) })
      assert.deepEqual(octets(await downloadChain(ca.server, signer, url, preferred)), octets(expected))
      assert.equal(ca.heard.length, requests)
      assert.equal(ca.heard[0]!.headers.accept, 'application/pem-certificate-chain')
    }
  })

  test('must be certificates and nothing else', async () => {
    const secret = formatPem('PRIVATE KEY', Uint8Array.of(1))
    for (const body of [
      '',
      '<html>',
      pem(toOld) + secret,
      pem(Array(11).fill(toOld[0]!)),
      pem([Uint8Array.of(0x30, 0)]),
    ]) {
      const ca = scriptedCa(key)
      ca.script.push({ body })
      await assert.rejects(downloadChain(ca.server, signer, url), IssuerFailure)
    }
  })
})

describe('a certificate', () => {
  const { certificate } = issue('CN=leaf', { issuer: issue('CN=CA', caWishes) })

  test('is revoked with its reason, and twice is as good as once', async () => {
    const ca = scriptedCa(key)
    ca.script.push({ body: '' }, problem('alreadyRevoked'), problem('badRevocationReason'))
    await revokeCertificate(ca.server, signer, certificate.der, 'superseded')
    await revokeCertificate(ca.server, signer, certificate.der, 'unspecified')
    await assert.rejects(
      revokeCertificate(ca.server, signer, certificate.der, 'certificateHold'),
      IssuerFailure,
    )
    const encoded = Buffer.from(certificate.der).toString('base64url')
    assert.deepEqual(
      ca.heard.map(({ payload }) => payload),
      [{ certificate: encoded, reason: 4 }, { certificate: encoded }, { certificate: encoded, reason: 6 }],
    )
  })

  test('is to be renewed when the CA says so, which is asked again in a minute to a day', async () => {
    const page = `https://renewal.example/info/${renewalIdentifier(certificate.der)}`
    const suggestedWindow = { start: '2027-01-02T04:00:00Z', end: '2027-01-03T06:00:00+02:00' }
    for (const [retryAfter, wait] of [
      [undefined, 21_600],
      ['0', 60],
      ['7200', 7200],
      ['99999999', 86_400],
    ] as const) {
      const ca = scriptedCa()
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
      ca.pages.set(page, { headers, body: { suggestedWindow, explanationURL: 'javascript:alert(1)' } })
      assert.deepEqual(await readRenewalInformation(ca.server, certificate.der, now), {
        from: 1_798_862_400,
        until: 1_798_948_800,
        checkAgainAt: now + wait,
      })
    }
  })

  test('is not asked for at a CA that does not say', async () => {
    const ca = scriptedCa()
    ca.pages.set(directoryUrl, { body: { ...directory, renewalInfo: undefined, revokeCert: undefined } })
    assert.equal(await readRenewalInformation(ca.server, certificate.der, now), undefined)
    await assert.rejects(
      revokeCertificate(ca.server, signer, certificate.der, 'unspecified'),
      /does not revoke/,
    )
  })

  test('is renewed at an instant of the window', () => {
    const window = { from: now, until: seconds(now + 1000) }
    assert.equal(
      instantWithin(window, (length) => new Uint8Array(length)),
      now,
    )
    assert.equal(
      instantWithin(window, (length) => new Uint8Array(length).fill(0xff)),
      now + 999,
    )
    assert.equal(
      instantWithin(window, (length) => Uint8Array.of(0x80, ...new Uint8Array(length - 1))),
      now + 500,
    )
  })
})
