/** What anybody may send to the public door: nothing of it gets in, is repeated, or holds the door for long. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { seconds } from '../../src/domain/time.ts'
import { converse, openPublicServer } from './public-request.ts'

let door: Awaited<ReturnType<typeof openPublicServer>>
before(async () => {
  door = await openPublicServer()
  door.stock.lists['default/ca/0/full'] = { der: Buffer.from('a list'), since: seconds(1_700_000_000) }
})
after(() => door.close())
beforeEach(() => {
  door.asked.length = 0
})

/** A list is still served: whatever came before has not hurt the door. */
async function stillServes() {
  assert.equal((await door.get('/crl/default/ca.crl')).status, 200)
}

const type = { 'content-type': 'application/ocsp-request' }
const postTo = (path: string, body: Uint8Array, headers: Record<string, string> = type) =>
  door.ask(path, { method: 'POST', headers, body })

describe('OCSP requests', () => {
  test('are taken up to their bound, and beyond it answered with 413 when they have arrived', async () => {
    assert.equal((await postTo('/ocsp/default/ca', Buffer.alloc(32_768))).status, 200)
    assert.equal(door.asked[0]!.request.length, 32_768)
    for (const length of [32_769, 1024 * 1024]) {
      const { status, headers, body } = await postTo('/ocsp/default/ca', Buffer.alloc(length, 'A'))
      assert.deepEqual([status, String(body)], [413, 'This is too long for an OCSP request.\n'])
      assert.equal(headers.connection, 'close')
    }
    assert.equal(door.asked.length, 1)
    await stillServes()
  })

  test('of unknown length are bound too', async () => {
    const chunk = `1000\r\n${'A'.repeat(0x1000)}\r\n`
    const said = await converse(
      door.port,
      'POST /ocsp/default/ca HTTP/1.1\r\nHost: x\r\nContent-Type: application/ocsp-request\r\n' +
        `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}0\r\n\r\n`,
    )
    assert.match(said, /^HTTP\/1\.1 413 /)
    assert.deepEqual(door.asked, [])
  })

  test('of another media type, or of none, are refused', async () => {
    for (const headers of [
      {},
      { 'content-type': 'application/json' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/ocsp-response' },
      { 'content-type': ';;' },
    ]) {
      const { status, body } = await postTo('/ocsp/default/ca', Buffer.from('{}'), headers)
      assert.deepEqual([status, String(body)], [415, 'Send OCSP requests as application/ocsp-request.\n'])
    }
    assert.deepEqual(door.asked, [])
  })

  test('that are empty, or in a path that is not base64, are left to the responder as no octets', async () => {
    assert.equal((await door.ask('/ocsp/default/ca', { method: 'POST', headers: type })).status, 200)
    const paths = [
      '',
      '!',
      'A',
      'AA',
      'AAA',
      'AAAA=',
      '=',
      'AA=A',
      'A%00A=',
      'AA%20A',
      'AA-_',
      'AAA%253D',
      'ä%C3%A4',
    ]
    for (const path of paths) {
      const { status } = await door.get(`/ocsp/default/ca/${path.replace('ä', '%C3%A4')}`)
      assert.equal(status, 200, path)
    }
    assert.deepEqual(
      door.asked.map(({ request }) => request.length),
      [0, ...paths.map(() => 0)],
    )
  })

  test('in a path are taken up to a bound', async () => {
    const { status } = await door.get(`/ocsp/default/ca/${'A'.repeat(4096)}`)
    assert.deepEqual([status, door.asked[0]!.request.length], [200, 3072])
    const longer = await door.get(`/ocsp/default/ca/${'A'.repeat(4100)}`)
    assert.deepEqual(
      [longer.status, String(longer.body)],
      [414, 'This request is too long for a path; send it with POST.\n'],
    )
    for (const length of [9000, 70_000])
      assert.equal((await door.get(`/ocsp/default/ca/${'A'.repeat(length)}`)).status, 431)
    assert.equal(door.asked.length, 1)
    await stillServes()
  })
})

test('paths that lead elsewhere, or are garbage, lead nowhere, and are not repeated', async () => {
  const strange: [string, number][] = [
    ['/crl/default/../../../../etc/passwd', 404],
    ['/crl/default/%2e%2e/%2e%2e/etc/passwd', 404],
    ['/crl/..%2f..%2fcertkeep.db', 404],
    ['/ca/default/ca.cer/../../certkeep.db', 404],
    ['//etc/passwd', 404],
    ['/crl/default/ca.crl%00.cer', 404],
    ['/crl/default/%63a.crl', 404],
    ['/crl/default/ca.crl/', 404],
    ['/crl/default/<script>alert(1)</script>.crl', 404],
    ["/crl/default/ca'--.crl", 404],
    [`/crl/${'v'.repeat(3000)}/ca.crl`, 404],
    ['/crl/default/ca/99999999999999999999.crl', 404],
    ['/crl/default/ca/-1.crl', 404],
    ['/crl/default/%zz.crl', 400],
    ['/ocsp/default/ca/%', 400],
    ['/ocsp/default/ca/%c3%28', 400],
  ]
  for (const [path, wanted] of strange) {
    const { status, headers, body } = await door.get(path)
    assert.equal(status, wanted, path)
    assert.match(String(body), /^(?:Nothing is published here|This is not a valid request)\.\n$/)
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    assert.equal(headers['x-content-type-options'], 'nosniff')
  }
  assert.deepEqual(door.asked, [])
  await stillServes()
})

test('whatever the path, nothing fails', async () => {
  const piece = fc.constantFrom(
    '/',
    '//',
    'crl',
    'ca',
    'ocsp',
    'default',
    '.crl',
    '.cer',
    '-delta',
    '2',
    '%2f',
    '%',
    '?',
    '#',
    '..',
    ';',
  )
  const path = fc.array(fc.oneof(piece, fc.stringMatching(/^[!-~]{0,8}$/)), { maxLength: 12 })
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS')
  await fc.assert(
    fc.asyncProperty(method, path, async (method, pieces) => {
      const { status } = await door.ask(`/${pieces.join('')}`, { method, headers: type })
      assert.ok([200, 400, 404, 405].includes(status), String(status))
    }),
    { numRuns: 500 },
  )
  assert.deepEqual(door.log, [])
})

test('octets that are no request get one line, or nothing', async () => {
  const broken: [string, RegExp][] = [
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1\.1 400 Bad Request\r\n/],
    ['GET /crl/default/ca.crl HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'POST /ocsp/default/ca HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(10_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ]
  for (const [octets, answer] of broken) assert.match(await converse(door.port, octets), answer)
  assert.deepEqual(door.asked, [])
  await stillServes()
})

describe('whoever is slow', () => {
  let slow: Awaited<ReturnType<typeof openPublicServer>>
  before(async () => {
    slow = await openPublicServer({ patienceMilliseconds: 200 })
  })
  after(() => slow.close())

  /** Sends a piece again and again until the other side ends it. */
  async function drip(begin: string, piece: string): Promise<string> {
    const socket = connect(slow.port, '127.0.0.1')
    let said = ''
    socket.on('data', (chunk) => (said += chunk))
    socket.on('error', () => undefined)
    socket.write(begin)
    const dripping = setInterval(() => socket.writable && socket.write(piece), 20)
    await once(socket, 'close')
    clearInterval(dripping)
    return said
  }

  test('with the head of a request is told so, and let go', async () => {
    assert.match(
      await drip('GET /crl/default/ca.crl HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'),
      /^HTTP\/1\.1 408 /,
    )
  })

  test('with its body too', async () => {
    const head = 'POST /ocsp/default/ca HTTP/1.1\r\nHost: x\r\nContent-Type: application/ocsp-request\r\n'
    assert.match(await drip(`${head}Content-Length: 30000\r\n\r\n`, 'A'), /^(?:HTTP\/1\.1 408 |$)/)
    assert.deepEqual(slow.asked, [])
  })

  test('or says nothing at all is let go', async () => {
    assert.match(await converse(slow.port, ''), /^(?:HTTP\/1\.1 408 |$)/)
  })
})

test('a reader that stops is let go, and its place is free', async () => {
  const narrow = await openPublicServer({ connectionsMax: 1, patienceMilliseconds: 200 })
  const since = seconds(1_700_000_000)
  // More than the sockets of both sides take without a reader.
  narrow.stock.lists['default/ca/0/full'] = { der: Buffer.alloc(64 * 1024 * 1024), since }
  narrow.stock.certificates['default/ca'] = { der: Buffer.from('a certificate'), since }
  const stalled = connect(narrow.port, '127.0.0.1')
  stalled.on('error', () => undefined)
  stalled.write('GET /crl/default/ca.crl HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(stalled, 'readable')
  const again = async (): Promise<number> =>
    narrow.get('/ca/default/ca.cer').then(({ status }) => status, again)
  assert.equal(await again(), 200)
  stalled.destroy()
  await narrow.close()
})

test('one address holds so many connections, and another one as soon as it lets one go', async () => {
  const narrow = await openPublicServer({ connectionsMax: 2 })
  narrow.stock.lists['default/ca/0/full'] = { der: Buffer.from('a list'), since: seconds(1_700_000_000) }
  const held = [connect(narrow.port, '127.0.0.1'), connect(narrow.port, '127.0.0.1')]
  await Promise.all(held.map((socket) => once(socket, 'connect')))
  await assert.rejects(narrow.get('/crl/default/ca.crl'), /ECONNRESET|socket hang up/)
  const [first, second] = held
  first!.end()
  // The door learns of it in its own time.
  const again = async (): Promise<number> =>
    narrow.get('/crl/default/ca.crl').then(({ status }) => status, again)
  assert.equal(await again(), 200)
  second!.destroy()
  await narrow.close()
})

test('each address gets so many requests, whatever they ask for, and is told when to come back', async () => {
  const counted = await openPublicServer({ limits: [{ name: 'requests', max: 3, per: 'caller' }] })
  counted.stock.lists['default/ca/0/full'] = { der: Buffer.from('a list'), since: seconds(1_700_000_000) }
  const statuses = []
  for (const path of ['/crl/default/ca.crl', '/nothing', '/ocsp/default/ca/MAA=', '/crl/default/ca.crl'])
    statuses.push((await counted.get(path)).status)
  assert.deepEqual(statuses, [200, 404, 200, 429])
  const { status, headers } = await counted.get('/crl/default/ca.crl', { 'x-forwarded-for': '192.0.2.9' })
  assert.deepEqual([status, headers['retry-after'], headers['cache-control']], [429, '10', 'no-store'])
  counted.clock.move(10)
  assert.equal((await counted.get('/crl/default/ca.crl')).status, 200)
  await counted.close()
})
