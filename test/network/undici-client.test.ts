import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, type TestContext, test } from 'node:test'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import { type HttpPeer, NetworkFailure } from '../../src/network/http-client.ts'
import { openHttpClients } from '../../src/network/undici-client.ts'
import { tunnelProxy } from '../doubles/proxy.ts'
import { listening } from '../doubles/sockets.ts'
import { loopbackNames, pemOf, root, tlsParty } from '../doubles/tls-party.ts'

const ca = root('ca')
const server = tlsParty(ca, loopbackNames)
const trusting = { trustRoots: [pemOf(ca)], secondsMax: 5 } as const
const open = openHttpClients({ version: '1.2.3' })

/** An HTTPS server; gives the URL of its root. */
async function serve(t: TestContext, listener: RequestListener, host = '127.0.0.1'): Promise<string> {
  const port = await listening(t, createServer(server, listener), host)
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

/** One of OpenSSL with TLS 1.2, which breaks off within the handshake; Node's lets it end well first. */
async function demandingServer(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'certkeep-tls-'))
  writeFileSync(join(folder, 'party.pem'), server.cert + server.key)
  writeFileSync(join(folder, 'ca.pem'), pemOf(ca))
  const files = ['-cert', join(folder, 'party.pem'), '-CAfile', join(folder, 'ca.pem')]
  const child = spawn('openssl', [
    's_server',
    ...files,
    '-tls1_2',
    '-Verify',
    '1',
    '-verify_return_error',
    '-www',
    '-accept',
    '127.0.0.1:0',
  ])
  t.after(() => {
    child.kill()
    rmSync(folder, { recursive: true })
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^ACCEPT .*:(\d+)$/.exec(line)?.[1]
    if (port !== undefined) return `https://127.0.0.1:${port}/`
  }
  throw new Error('openssl s_server did not start')
}

async function failure(work: Promise<unknown>): Promise<NetworkFailure> {
  const error = await work.then(
    () => assert.fail('there was an answer'),
    (reason) => reason,
  )
  assert.ok(error instanceof NetworkFailure, String(error))
  assert.match(error.message, /^[^\n]{10,200}\.$/)
  return error
}

const get = (url: string, peer: HttpPeer = trusting) => open(peer).send({ method: 'GET', url })

describe('an exchange', () => {
  test('sends what it is told, and gives the answer as it is', async (t) => {
    const seen: unknown[] = []
    const url = await serve(t, async (request, answer) => {
      const body = Buffer.concat(await request.toArray()).toString()
      seen.push([request.method, request.url, body, request.headers['user-agent'], request.headers['x-own']])
      answer.writeHead(201, [
        ['Link', '<a>;rel=up'],
        ['Link', '<b>;rel=next'],
        ['X-One', '1'],
      ] as never)
      answer.end('made')
    })
    const request = { method: 'POST', url: `${url}a?b=c`, headers: { 'x-own': 'yes' }, body: 'told' } as const
    const answer = await open(trusting).send(request)
    assert.deepEqual(seen, [['POST', '/a?b=c', 'told', 'certkeep/1.2.3', 'yes']])
    assert.equal(answer.status, 201)
    assert.equal(answer.headers.link, '<a>;rel=up, <b>;rel=next')
    assert.equal(answer.headers['x-one'], '1')
    assert.equal(Buffer.from(answer.body).toString(), 'made')
  })

  test('does not follow redirects', async (t) => {
    const asked: unknown[] = []
    const url = await serve(t, (request, answer) => {
      asked.push(request.url)
      answer.writeHead(302, { location: '/elsewhere' }).end()
    })
    const { status, headers } = await get(url)
    assert.deepEqual([status, headers.location, asked], [302, '/elsewhere', ['/']])
  })

  test('uses a connection again', async (t) => {
    const ports = new Set<unknown>()
    const url = await serve(t, (request, answer) => {
      ports.add(request.socket.remotePort)
      answer.end('x')
    })
    for (let count = 0; count < 6; count++) await get(url)
    // undici lets a connection rest for one turn, and meanwhile opens a second.
    assert.ok(ports.size <= 2, `${ports.size} connections`)
  })

  test('reaches IPv6', async (t) => {
    const url = await serve(t, (_, answer) => answer.end('six'), '::1')
    assert.equal(Buffer.from((await get(url)).body).toString(), 'six')
  })

  test('unfolds what comes compressed', async (t) => {
    const url = await serve(t, (_, answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('text'))
    })
    assert.equal(Buffer.from((await get(url)).body).toString(), 'text')
  })

  test('ends a HEAD request whose answer would have had a body', async (t) => {
    const url = await serve(t, (_, answer) => answer.writeHead(200, { 'content-length': 9_000_000 }).end())
    const { status, body } = await open(trusting).send({ method: 'HEAD', url })
    assert.deepEqual([status, body.length], [200, 0])
  })
})

describe('an answer without bounds', () => {
  for (const [what, respond] of [
    ['that says how long it is', (_, answer) => answer.end(Buffer.alloc(10_000_000))],
    [
      'in pieces',
      (_, answer) => {
        for (let piece = 0; piece < 100; piece++) answer.write(Buffer.alloc(100_000))
        answer.end()
      },
    ],
    [
      'that unfolds',
      (_, answer) => {
        answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)))
      },
    ],
  ] satisfies [string, RequestListener][])
    test(`${what} is read no further than to its bound`, async (t) => {
      const { message, mayHaveArrived } = await failure(get(await serve(t, respond)))
      assert.match(message, /^The answer of 127\.0\.0\.1:\d+ has more than 1048576 octets\.$/)
      assert.equal(mayHaveArrived, true)
    })

  test('in time ends at the deadline of the whole exchange', async (t) => {
    const url = await serve(t, (_, answer) => {
      const timer = setInterval(() => answer.write('.'), 50)
      answer.once('close', () => clearInterval(timer))
    })
    const { message, mayHaveArrived } = await failure(get(url, { ...trusting, secondsMax: 0.5 }))
    assert.match(message, /gave no answer within 0\.5 seconds/)
    assert.equal(mayHaveArrived, true)
  })

  test('that cannot be unfolded is none', async (t) => {
    for (const encoding of ['gzip', 'constructor']) {
      const url = await serve(t, (_, answer) => {
        answer.writeHead(200, { 'content-encoding': encoding }).end('neither')
      })
      assert.match((await failure(get(url))).message, /cannot be read/)
    }
  })
})

describe('a connection that does not come about', () => {
  /** What is refused before the request leaves had no effect. */
  const neverArrived = async (work: Promise<unknown>, sentence: RegExp) => {
    const { message, mayHaveArrived } = await failure(work)
    assert.match(message, sentence)
    assert.equal(mayHaveArrived, false)
  }

  test('since the name does not exist', () =>
    neverArrived(
      get('https://nowhere.invalid/'),
      /^(The name nowhere\.invalid is not found|The DNS gave no)/,
    ))

  test('since nobody listens', async (t) => {
    const held = createTcpServer()
    const port = await listening(t, held)
    held.close()
    await neverArrived(get(`https://127.0.0.1:${port}/`), /refuses connections/)
  })

  test('since the server breaks off in the handshake', async (t) => {
    const port = await listening(
      t,
      createTcpServer((socket: Socket) => socket.once('data', () => socket.resetAndDestroy())),
    )
    await neverArrived(get(`https://127.0.0.1:${port}/`), /^No connection to 127/)
  })

  test('since the server does not speak TLS', async (t) => {
    const port = await listening(t, createPlainServer())
    await neverArrived(get(`https://127.0.0.1:${port}/`), /^A TLS connection with/)
  })

  test('since the server never says anything', async (t) => {
    const port = await listening(t, createTcpServer())
    await neverArrived(
      get(`https://127.0.0.1:${port}/`, { ...trusting, secondsMax: 0.3 }),
      /no answer within 0\.3 seconds/,
    )
  })

  test('since no trusted root stands above the certificate', async (t) => {
    const url = await serve(t, (_, answer) => answer.end())
    await neverArrived(get(url, { trustRoots: [pemOf(root('other'))] }), /is not trusted/)
    await neverArrived(get(url, {}), /is not trusted/)
  })

  test('since the certificate is for another name, has expired or is from the future', async (t) => {
    for (const [party, sentence] of [
      [tlsParty(ca, { dnsNames: ['other.example'] }), /is for another name/],
      [tlsParty(ca, loopbackNames, { notAfter: seconds(1_700_000_001) }), /has expired/],
      [
        tlsParty(ca, loopbackNames, { notBefore: seconds(4_000_000_000), notAfter: seconds(4_000_000_001) }),
        /is not valid yet/,
      ],
    ] as const) {
      const port = await listening(t, createServer(party))
      await neverArrived(get(`https://localhost:${port}/`), sentence)
    }
  })
})

test('what is given up before the connection stands is not sent once it does', async (t) => {
  const seen: unknown[] = []
  const secure = createServer(server, (request, answer) => {
    seen.push(request.url)
    answer.end()
  })
  const port = await listening(t, secure)
  const held = Promise.withResolvers<void>()
  let first: Socket | undefined
  const gate = createTcpServer(async (socket) => {
    first ??= socket
    await held.promise
    socket.pipe(connect(port, '127.0.0.1')).pipe(socket)
  })
  const gatePort = await listening(t, gate)
  const impatient = get(`https://127.0.0.1:${gatePort}/`, { ...trusting, secondsMax: 0.2 })
  assert.equal((await failure(impatient)).mayHaveArrived, false)
  const closed = once(first!, 'close')
  held.resolve()
  await closed
  await get(`https://127.0.0.1:${gatePort}/next`)
  assert.deepEqual(seen, ['/next'])
})

describe('a connection that breaks', () => {
  test('behind the request, or in the midst of the answer, leaves open what became of it', async (t) => {
    for (const begun of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', 'HTTP/1.1 200 OK\r\n']) {
      const port = await listening(
        t,
        createTlsServer(server, (socket) =>
          socket.once('data', () => socket.write(begun, () => socket.destroy())),
        ),
      )
      const { message, mayHaveArrived } = await failure(
        open(trusting).send({ method: 'POST', url: `https://127.0.0.1:${port}/`, body: 'order' }),
      )
      assert.match(message, /broke off before the answer was complete/)
      assert.equal(mayHaveArrived, true)
    }
  })

  test('and one that answers something else', async (t) => {
    const port = await listening(
      t,
      createTlsServer(server, (socket) => socket.once('data', () => socket.end('220 mail ready\r\n'))),
    )
    const { message, mayHaveArrived } = await failure(get(`https://127.0.0.1:${port}/`))
    assert.match(message, /is not HTTP/)
    assert.equal(mayHaveArrived, true)
  })
})

describe('client certificates', () => {
  const client = tlsParty(ca, { dnsNames: ['client.example'] })
  const identity = { certificate: client.cert, privateKey: new Secret(client.key) }

  test('are shown, and the connection they open is not for others', async (t) => {
    const options = { ...server, ca: pemOf(ca), requestCert: true, rejectUnauthorized: false }
    const subjects: unknown[] = []
    const listener: RequestListener = (request, answer) => {
      subjects.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN)
      answer.end()
    }
    const port = await listening(t, createServer(options, listener))
    const url = `https://127.0.0.1:${port}/`
    await get(url, { ...trusting, identity })
    await get(url)
    assert.deepEqual(subjects, ['party', undefined])
  })

  test('are missed, or not taken, by a server that wants others, and then nothing has arrived', async (t) => {
    const url = await demandingServer(t)
    assert.equal((await get(url, { ...trusting, identity })).status, 200)
    const stranger = tlsParty(root('other'), loopbackNames)
    const other = { certificate: stranger.cert, privateKey: new Secret(stranger.key) }
    const refused = await failure(get(url, { ...trusting, identity: other }))
    assert.match(refused.message, /does not take the client certificate/)
    const missed = await failure(get(url))
    assert.match(missed.message, /A TLS connection with .* cannot be made/)
    assert.deepEqual([refused.mayHaveArrived, missed.mayHaveArrived], [false, false])
  })

  test('are refused with a key that is not theirs, without a word of it', () => {
    for (const key of [tlsParty(ca, loopbackNames).key, 'no key at all'])
      assert.throws(
        () => open({ identity: { ...identity, privateKey: new Secret(key) } }),
        /must be its own, in PEM and not encrypted/,
      )
    assert.throws(() => open({ trustRoots: ['junk'] }), /A trust root must be a certificate in PEM/)
  })
})

describe('http: without TLS', () => {
  test('goes nowhere, to this machine or everywhere, as the peer says', async (t) => {
    const port = await listening(
      t,
      createPlainServer((_, answer) => answer.end('plain')),
    )
    const url = `http://127.0.0.1:${port}/`
    assert.match((await failure(get(url))).message, /must begin with https:/)
    assert.equal((await get(url, { plain: 'loopback' })).status, 200)
    assert.equal((await get(url, { plain: 'everywhere' })).status, 200)
    for (const elsewhere of ['http://example.org/secret', 'http://127.0.0.1.example.org/secret']) {
      const { message, mayHaveArrived } = await failure(get(elsewhere, { plain: 'loopback' }))
      assert.match(message, /is another machine/)
      assert.doesNotMatch(message, /secret/)
      assert.equal(mayHaveArrived, false)
    }
  })

  test('is the only other scheme, and nobody is named in a URL', async () => {
    for (const url of ['ftp://127.0.0.1/', 'file:///etc/passwd', 'nothing', 'https://me:word@127.0.0.1/'])
      assert.equal((await failure(get(url, { plain: 'everywhere' }))).mayHaveArrived, false)
  })
})

describe('a proxy', () => {
  const party = tlsParty(ca, { dnsNames: ['ca.invalid'] })

  /** A server that is to be reached through the proxy alone: its name is not in the DNS. */
  async function serveBehind(t: TestContext, body: string): Promise<string> {
    const port = await listening(
      t,
      createServer(party, (_, answer) => answer.end(body)),
    )
    return `https://ca.invalid:${port}/`
  }

  const through = (environment: Record<string, string>, url: string, peer: HttpPeer = trusting) =>
    openHttpClients({ version: '1', environment })(peer).send({ method: 'GET', url })

  test('is asked for a tunnel, and sees nothing of what goes through it', async (t) => {
    const { server: proxy, asked } = tunnelProxy(`Basic ${Buffer.from('me:word').toString('base64')}`)
    const at = `127.0.0.1:${await listening(t, proxy)}`
    const url = await serveBehind(t, 'through')
    const { host } = new URL(url)
    const answer = await through({ HTTPS_PROXY: `http://me:word@${at}` }, url)
    assert.equal(Buffer.from(answer.body).toString(), 'through')
    assert.deepEqual(asked, [`CONNECT ${host}`])

    const { message, mayHaveArrived } = await failure(through({ HTTPS_PROXY: `http://me:wrong@${at}` }, url))
    assert.equal(message, `The proxy does not connect to ${host}: it answered 407.`)
    assert.equal(mayHaveArrived, false)
  })

  test('is passed by for the names of NO_PROXY, and for this machine', async (t) => {
    const { server: proxy, asked } = tunnelProxy()
    const at = `http://127.0.0.1:${await listening(t, proxy)}`
    const environment = { https_proxy: at, http_proxy: at, no_proxy: 'other.example,.invalid' }
    const { message } = await failure(through(environment, 'https://ca.invalid/'))
    assert.match(message, /in the DNS|^The DNS/)
    const here = await serve(t, (_, answer) => answer.end('here'))
    assert.equal((await through(environment, here)).status, 200)
    const port = await listening(
      t,
      createPlainServer((_, answer) => answer.end('here')),
    )
    assert.equal((await through(environment, `http://127.0.0.1:${port}/`, { plain: 'loopback' })).status, 200)
    assert.deepEqual(asked, [])
  })

  test('does not loosen whom to trust', async (t) => {
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${await listening(t, tunnelProxy().server)}` }
    const url = await serveBehind(t, '')
    const { message, mayHaveArrived } = await failure(
      through(environment, url, { trustRoots: [pemOf(root('other'))] }),
    )
    assert.match(message, /is not trusted/)
    assert.equal(mayHaveArrived, false)
  })

  test('for http: is not the one for https:', async (t) => {
    const { server: proxy, asked } = tunnelProxy()
    const environment = { HTTP_PROXY: `http://127.0.0.1:${await listening(t, proxy)}` }
    await failure(through(environment, 'https://ca.invalid/'))
    assert.deepEqual(asked, [])
    const answer = await through(environment, 'http://site.invalid/x', { plain: 'everywhere' })
    assert.equal(Buffer.from(answer.body).toString(), 'from the proxy')
    assert.deepEqual(asked, ['GET http://site.invalid/x'])
  })

  test('that is gone is told of', async (t) => {
    const held = createTcpServer()
    const port = await listening(t, held)
    held.close()
    const gone = failure(through({ HTTPS_PROXY: `http://127.0.0.1:${port}` }, 'https://ca.invalid/'))
    assert.equal((await gone).mayHaveArrived, false)
  })

  test('must be a URL; what it is called may be a secret', () => {
    assert.throws(
      () => openHttpClients({ version: '1', environment: { HTTPS_PROXY: 'me:word' } }),
      (error: Error) => /HTTPS_PROXY must be a URL/.test(error.message) && !/word/.test(error.message),
    )
  })
})
