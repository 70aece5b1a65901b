/** The server of tls-alpn-01 over real sockets, with OpenSSL and Node's TLS as the CA that asks. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import {
  challengeIdentities,
  type FindChallengeIdentity,
} from '../../src/challenges/tls-alpn-01/challenge-identity.ts'
import { createTlsAlpnServer } from '../../src/challenges/tls-alpn-01/tls-alpn-server.ts'
import type { PresentedChallenge } from '../../src/domain/challenge.ts'
import { seconds } from '../../src/domain/time.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { extensionValue } from '../../src/x509/extensions.ts'
import { settableClock } from '../doubles/clock.ts'
import { repeatableRandom } from '../doubles/random.ts'
import { listening } from '../doubles/sockets.ts'
import { challengeOf, digestHex, keyAuthorization, noon, shownIn } from './sample.ts'

const acmeIdentifier = '1.3.6.1.5.5.7.1.31'
const reverseIpv6 = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'

async function open(
  t: TestContext,
  options: {
    challenges?: readonly PresentedChallenge[]
    find?: FindChallengeIdentity
    patienceMilliseconds?: number
  } = {},
) {
  const clock = settableClock()
  const failures: unknown[] = []
  const { challenges = [challengeOf()], patienceMilliseconds } = options
  const shown = shownIn(challenges)
  const server = createTlsAlpnServer({
    find: options.find ?? challengeIdentities({ shown, clock, random: repeatableRandom() }),
    onFailure: (error) => failures.push(error),
    ...(patienceMilliseconds !== undefined && { patienceMilliseconds }),
  })
  return { port: await listening(t, server), server, clock, failures }
}

interface Seen {
  readonly protocol?: string | false | null
  readonly version?: string | null
  readonly der?: Buffer
  readonly data: string
  readonly error?: string
}

/** A client as a CA is one; gives what it saw when the connection is closed. */
function ask(port: number, options: ConnectionOptions = {}): Promise<Seen> {
  return new Promise((resolve) => {
    let seen: Seen = { data: '' }
    const client = connect({
      host: '127.0.0.1',
      port,
      servername: 'www.example.org',
      ALPNProtocols: ['acme-tls/1'],
      rejectUnauthorized: false,
      ...options,
    })
    client.on('secureConnect', () => {
      const protocol = client.alpnProtocol
      seen = { ...seen, protocol, version: client.getProtocol(), der: client.getPeerCertificate().raw }
    })
    client.on('data', (data) => (seen = { ...seen, data: seen.data + data }))
    client.on('error', (error) => (seen = { ...seen, error: (error as NodeJS.ErrnoException).code ?? '' }))
    client.on('close', () => resolve(seen))
  })
}

/** `openssl s_client`, and all it says. */
async function openssl(port: number, ...options: string[]): Promise<string> {
  const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...options])
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  await once(child, 'close')
  return said
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`${version}: the CA sees the digest under the name that it asks for, and the connection ends`, async (t) => {
    const { port } = await open(t)
    const { protocol, der, data, error, ...seen } = await ask(port, {
      minVersion: version,
      maxVersion: version,
    })
    assert.deepEqual([protocol, seen.version, data, error], ['acme-tls/1', version, '', undefined])
    const certificate = parseCertificate(der!)
    assert.deepEqual(certificate.sans?.dnsNames, ['www.example.org'])
    assert.equal(
      Buffer.from(extensionValue(certificate, acmeIdentifier)!).toString('hex'),
      `0420${digestHex}`,
    )
  })

test('OpenSSL agrees: protocol, name and extension', async (t) => {
  const { port } = await open(t)
  const said = await openssl(port, '-alpn', 'acme-tls/1', '-servername', 'WWW.example.org', '-showcerts')
  assert.match(said, /ALPN protocol: acme-tls\/1/)
  assert.match(said, /num=18:self-signed certificate/)
  assert.match(said, /num=34:unhandled critical extension/)
  const [pem] = /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.exec(said)!
  const child = spawn('openssl', ['x509', '-noout', '-text'])
  child.stdin.end(pem)
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  await once(child, 'close')
  assert.match(text, /Subject Alternative Name:\s+DNS:www\.example\.org\n/)
  assert.match(text, /(?:1\.3\.6\.1\.5\.5\.7\.1\.31|acmeIdentifier): critical/)
})

test('an address is asked for by its name in the DNS', async (t) => {
  const { port } = await open(t, {
    challenges: [
      challengeOf({ identifier: { type: 'ip', value: '192.0.2.1' } }),
      challengeOf({ identifier: { type: 'ip', value: '2001:db8::1' } }),
    ],
  })
  for (const [servername, address] of [
    ['1.2.0.192.in-addr.arpa', '192.0.2.1'],
    [reverseIpv6, '2001:db8::1'],
  ] as const) {
    const { der } = await ask(port, { servername })
    const { sans } = parseCertificate(der!)
    assert.deepEqual([sans?.dnsNames, sans?.ipAddresses], [[], [address]])
  }
})

test('every handshake has a key of its own', async (t) => {
  const { port } = await open(t)
  const [one, two] = await Promise.all([ask(port), ask(port)])
  assert.notDeepEqual(parseCertificate(one.der!).spki, parseCertificate(two.der!).spki)
})

const refused: [string, ConnectionOptions, RegExp][] = [
  ['without a protocol', { ALPNProtocols: [] }, /NO_APPLICATION_PROTOCOL/],
  ['with another protocol', { ALPNProtocols: ['http/1.1'] }, /NO_APPLICATION_PROTOCOL/],
  ['with another protocol beside', { ALPNProtocols: ['acme-tls/1', 'h2'] }, /NO_APPLICATION_PROTOCOL/],
  ['without a name', { servername: '' }, /UNRECOGNIZED_NAME/],
  ['with a name that nothing is shown for', { servername: 'other.example.org' }, /UNRECOGNIZED_NAME/],
  ['with a name below', { servername: 'a.www.example.org' }, /UNRECOGNIZED_NAME/],
]
for (const [label, options, error] of refused)
  test(`a client ${label} gets an alert and no certificate`, async (t) => {
    const { port } = await open(t)
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const seen = await ask(port, { ...options, maxVersion })
      assert.equal(seen.der, undefined)
      assert.match(seen.error!, error)
    }
  })

test('nothing older than TLS 1.2 is spoken', async (t) => {
  const { port } = await open(t)
  const options = ['-alpn', 'acme-tls/1', '-servername', 'www.example.org']
  const said = await openssl(port, ...options, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0')
  assert.match(said, /no peer certificate available/)
  assert.match(said, /alert protocol version/)
})

test('what is no TLS is told so, and the connection is closed', async (t) => {
  const { port } = await open(t)
  const socket = connectPlain(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\n\r\n')
  const [alert] = await once(socket, 'data')
  assert.deepEqual([...alert], [21, 3, 3, 0, 2, 2, 50])
  if (!socket.closed) await once(socket, 'close')
})

for (const [label, text] of [
  ['says nothing', ''],
  ['begins and does not go on', '\x16\x03\x01\x02\x00'],
] as const)
  test(`who ${label} is put out`, async (t) => {
    const { port } = await open(t, { patienceMilliseconds: 50 })
    const socket = connectPlain(port, '127.0.0.1')
    if (text !== '') socket.write(text, 'latin1')
    const [hadError] = await once(socket, 'close')
    assert.equal(hadError, false)
  })

test('who sends without end is told that this is no ClientHello', async (t) => {
  const { port } = await open(t)
  const socket = connectPlain(port, '127.0.0.1')
  socket.on('error', () => undefined)
  // Half of it would be too long.
  const record = Buffer.concat([Buffer.from([22, 3, 1, 0x40, 0, 1, 0, 0x40, 0]), Buffer.alloc(16_380)])
  socket.write(record)
  const [alert] = await once(socket, 'data')
  assert.equal(alert.at(-1), 50)
})

test('a client that goes away while its name is looked up harms nobody', async (t) => {
  const asked = Promise.withResolvers<void>()
  const found = Promise.withResolvers<undefined>()
  const find = () => {
    asked.resolve()
    return found.promise
  }
  const { port, failures, server } = await open(t, { find })
  const connected = once(server, 'connection')
  const client = connect({
    host: '127.0.0.1',
    port,
    servername: 'www.example.org',
    ALPNProtocols: ['acme-tls/1'],
  })
  client.on('error', () => undefined)
  const [socket] = await connected
  await asked.promise
  client.destroy()
  socket.resume()
  await once(socket, 'close')
  found.resolve(undefined)
  await found.promise
  assert.deepEqual(failures, [])
})

test('a failure of the record is told to the operator, and to the client as an alert', async (t) => {
  const { port, failures } = await open(t, { find: () => Promise.reject(new Error('the disk is full')) })
  const seen = await ask(port)
  assert.match(seen.error!, /INTERNAL_ERROR/)
  assert.deepEqual(failures.map(String), ['Error: the disk is full'])
})

test('of two orders for one name the first is shown, until its turn is over', async (t) => {
  const challenges = [
    challengeOf(),
    challengeOf({ keyAuthorization: 'another', presented: seconds(noon + 60) }),
  ]
  const { port, clock } = await open(t, { challenges })
  const digest = async () => {
    const value = extensionValue(parseCertificate((await ask(port)).der!), acmeIdentifier)!
    return Buffer.from(value).toString('hex')
  }
  assert.equal(await digest(), `0420${digestHex}`)
  clock.move(601)
  assert.notEqual(await digest(), `0420${digestHex}`)
})

test('1,000 names are proved at the same time', { timeout: 120_000 }, async (t) => {
  const names = Array.from({ length: 1000 }, (_, index) => `host-${index}.example.org`)
  const { port } = await open(t, {
    patienceMilliseconds: 100_000,
    challenges: names.map((value) =>
      challengeOf({ identifier: { type: 'dns', value }, keyAuthorization: `${keyAuthorization}-${value}` }),
    ),
  })
  const seen = await Promise.all(names.map((servername) => ask(port, { servername })))
  for (const [index, { der, error }] of seen.entries()) {
    assert.equal(error, undefined)
    assert.deepEqual(parseCertificate(der!).sans?.dnsNames, [names[index]])
  }
})
