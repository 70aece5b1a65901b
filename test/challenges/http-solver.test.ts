/** http-01 as issuer objects choose it: where it is shown, what stands in its way, and how it looks from outside. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HttpSolverTools, httpSolverKind } from '../../src/challenges/http-01/http-solver.ts'
import { VaultError } from '../../src/domain/errors.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import {
  type HttpAnswer,
  type HttpPeer,
  type HttpRequest,
  NetworkFailure,
} from '../../src/network/http-client.ts'
import { challengeOf, keyAuthorization, token } from './sample.ts'

/** A webroot in memory. */
function folder(failure?: Error) {
  const files = new Map<string, string>()
  return {
    files,
    async write(name: string, content: string) {
      if (failure) throw failure
      files.set(name, content)
    },
    async remove(name: string, content: string) {
      if (failure) throw failure
      if (files.get(name) === content) files.delete(name)
    },
  }
}

const nothingAnswers: HttpSolverTools['openHttp'] = () => ({
  send: () => assert.fail('nobody is to be asked'),
})
const kindWith = (tools: Partial<HttpSolverTools> = {}) =>
  httpSolverKind({ listens: false, webroots: new Map(), openHttp: nothingAnswers, ...tools })
const challenge = challengeOf({ type: 'http-01' })
const userAction = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof IssuerFailure)
  assert.equal(error.failure, 'user-action')
  assert.match(error.message, pattern)
  return true
}

test('it proves names and addresses, and no wildcards', () => {
  const kind = kindWith()
  assert.equal(kind.proves({ type: 'dns', value: 'example.org' }, false), true)
  assert.equal(kind.proves({ type: 'ip', value: '192.0.2.1' }, false), true)
  assert.equal(kind.proves({ type: 'dns', value: 'example.org' }, true), false)
})

test('it is used unasked where the public listener runs, and only there', () => {
  assert.equal(kindWith({ listens: true }).ready, true)
  assert.equal(kindWith({ webroots: new Map([['www', folder()]]) }).ready, false)
})

describe('settings', () => {
  const wrong: [object, RegExp][] = [
    [{ webroot: '/var/www' }, /^webroot: send the name that --acme-webroot/],
    [{ webroot: '../x' }, /^webroot: /],
    [{ webroot: '' }, /^webroot: /],
    [{ webroot: 'a'.repeat(64) }, /^webroot: /],
    [{ behindProxy: 'yes' }, /^behindProxy: send true or false/],
    [{ selfCheck: 1 }, /^selfCheck: send true or false/],
    [{ webroot: 'www', behindProxy: true }, /^behindProxy: leave it out/],
    [{ path: '/var/www' }, /^path: not known; send webroot, behindProxy, selfCheck/],
  ]
  for (const [settings, message] of wrong)
    test(JSON.stringify(settings).slice(0, 40), () => {
      assert.throws(
        () => kindWith().checkSettings(settings as Record<string, unknown>),
        (error) =>
          error instanceof VaultError && error.code === 'BadParameter' && message.test(error.message),
      )
    })
  test('what is right', () => {
    for (const settings of [{}, { webroot: 'www' }, { behindProxy: true }, { webroot: 'w', selfCheck: true }])
      kindWith().checkSettings(settings)
  })
})

describe('showing', () => {
  test('where the listener runs, or a proxy is said to forward, what is on record is all it takes', async () => {
    assert.equal(await kindWith({ listens: true }).connect({}, 'default').present(challenge), undefined)
    const proxied = kindWith().connect({ behindProxy: true }, 'default')
    assert.equal(await proxied.present(challenge), undefined)
    assert.deepEqual(await proxied.look(challenge, undefined), { state: 'visible' })
  })

  test('where neither is so, it says what to start', async () => {
    await assert.rejects(
      kindWith().connect({}, 'default').present(challenge),
      userAction(/--public-http-port 80.*--acme-webroot NAME=PATH.*behindProxy/),
    )
  })

  test('in a webroot: a file, which goes with its place, though the settings have changed since', async () => {
    const www = folder()
    const kind = kindWith({ webroots: new Map([['www', www]]) })
    const place = await kind.connect({ webroot: 'www' }, 'default').present(challenge)
    assert.deepEqual([...www.files], [[token, keyAuthorization]])
    await kind.connect({}, 'default').cleanUp(challenge, place)
    assert.equal(www.files.size, 0)
  })

  test('a webroot that the operator has not named, or names no more', async () => {
    const solver = kindWith().connect({ webroot: 'www' }, 'default')
    const said = userAction(/^No folder is named www: start the service with --acme-webroot www=PATH\.$/)
    await assert.rejects(solver.present(challenge), said)
    await assert.rejects(solver.cleanUp(challenge, 'webroot www'), said)
  })

  test('a file whose place never came on record is found, past folders that cannot be used', async () => {
    const www = folder()
    const broken = folder(new IssuerFailure('user-action', 'The folder cannot be written.'))
    const webroots = new Map([
      ['broken', broken],
      ['www', www],
    ])
    const solver = kindWith({ webroots }).connect({}, 'default')
    www.files.set(token, keyAuthorization)
    await solver.cleanUp(challenge, undefined)
    assert.equal(www.files.size, 0)
    const passing = new Map([['passing', folder(new IssuerFailure('transient', 'Not now.'))]])
    const later = kindWith({ webroots: passing }).connect({}, 'default')
    await assert.rejects(later.cleanUp(challenge, undefined), /Not now/)
  })
})

describe('the self-check', () => {
  function looking(answer: Partial<HttpAnswer> | Error) {
    const asked: { peer: HttpPeer; request: HttpRequest }[] = []
    const kind = kindWith({
      listens: true,
      openHttp: (peer) => ({
        async send(request) {
          asked.push({ peer, request })
          if (answer instanceof Error) throw answer
          return { status: 200, headers: {}, body: Buffer.from(keyAuthorization), ...answer }
        },
      }),
    })
    const look = (value = 'www.example.org') =>
      kind
        .connect({ selfCheck: true }, 'default')
        .look(challengeOf({ identifier: { type: 'dns', value } }), undefined)
    return { asked, look }
  }
  const url = `http://www.example.org/.well-known/acme-challenge/${token}`

  test('asks as a CA would, for a little, and not for long', async () => {
    const { asked, look } = looking({})
    assert.deepEqual(await look(), { state: 'visible' })
    const [{ peer, request }] = asked as [(typeof asked)[0]]
    assert.deepEqual(request, { method: 'GET', url })
    assert.equal(peer.plain, 'everywhere')
    assert.ok(peer.octetsMax! <= 16_384 && peer.secondsMax! <= 10)
    await look('2001:db8::1')
    assert.equal(new URL(asked[1]!.request.url).hostname, '[2001:db8::1]')
  })

  test('white space behind the proof does not matter', async () => {
    assert.deepEqual(await looking({ body: Buffer.from(`${keyAuthorization}\r\n`) }).look(), {
      state: 'visible',
    })
  })

  const objections: [Partial<HttpAnswer> | Error, string][] = [
    [{ status: 404 }, `${url} answers 404 instead of the proof.`],
    [{ status: 204 }, `${url} answers 204 instead of the proof.`],
    [{ body: Buffer.from('<script>') }, `${url} answers something else than the proof.`],
    [{ body: Buffer.from(` ${keyAuthorization}`) }, `${url} answers something else than the proof.`],
    [
      { status: 301, headers: { location: 'http://169.254.169.254/' } },
      `${url} answers 301, and no redirect is followed here. Let the name itself answer, or leave selfCheck out.`,
    ],
    [
      new NetworkFailure('www.example.org refuses connections.', { mayHaveArrived: false }),
      'www.example.org refuses connections.',
    ],
  ]
  for (const [answer, details] of objections)
    test(details, async () => {
      const { asked, look } = looking(answer)
      assert.deepEqual(await look(), { state: 'waiting', details })
      assert.equal(asked.length, 1)
    })

  test('what is no failure of the network is none of its own', async () => {
    await assert.rejects(looking(new TypeError('a fault')).look(), /a fault/)
  })
})
