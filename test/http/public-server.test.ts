/** What the public door gives: media types, what caches are told, and what it has to say when there is nothing. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { seconds } from '../../src/domain/time.ts'
import { openPublicServer } from './public-request.ts'

const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA'
const hour = 3600
const date = (at: number) => new Date(at * 1000).toUTCString()
let door: Awaited<ReturnType<typeof openPublicServer>>
before(async () => {
  door = await openPublicServer()
})
after(() => door.close())
beforeEach(() => {
  const since = seconds(door.clock.now() - 600)
  door.stock.certificates = { 'default/ca': { der: Buffer.from('a certificate'), since } }
  door.stock.lists = {
    'default/ca/0/full': { der: Buffer.from('first'), since, until: seconds(since + 1200) },
    'default/ca/0/delta': { der: Buffer.from('delta of the first'), since },
    'default/ca/2/full': { der: Buffer.from('third'), since },
    'default/ca/2/delta': { der: Buffer.from('delta of the third'), since },
    'default/ca-2/0/full': { der: Buffer.from('of another authority'), since },
  }
  door.stock.answer = { der: Buffer.from('an answer') }
  door.stock.proofs = { [token]: `${token}.thumbprint` }
  door.asked.length = 0
})

describe('what lies at a path', () => {
  const things = [
    ['/ca/default/ca.cer', 'application/pkix-cert', 'a certificate'],
    ['/crl/default/ca.crl', 'application/pkix-crl', 'first'],
    ['/crl/default/ca/delta.crl', 'application/pkix-crl', 'delta of the first'],
    ['/crl/default/ca/2.crl', 'application/pkix-crl', 'third'],
    ['/crl/default/ca/2-delta.crl', 'application/pkix-crl', 'delta of the third'],
    ['/crl/default/ca-2.crl', 'application/pkix-crl', 'of another authority'],
    ['/crl/Default/CA.crl', 'application/pkix-crl', 'first'],
    ['/crl/default/ca.crl?now=1', 'application/pkix-crl', 'first'],
    ['http://pki.example.org/crl/default/ca.crl', 'application/pkix-crl', 'first'],
  ] as const
  for (const [path, type, text] of things)
    test(path, async () => {
      const { status, headers, body } = await door.get(path)
      assert.deepEqual([status, headers['content-type'], String(body)], [200, type, text])
      assert.equal(headers['content-length'], String(text.length))
      assert.equal(headers['x-content-type-options'], 'nosniff')
      for (const name of ['server', 'x-powered-by', 'set-cookie']) assert.equal(headers[name], undefined)
      const head = await door.ask(path, { method: 'HEAD' })
      assert.deepEqual([head.status, head.body.length], [200, 0])
      assert.deepEqual(head.headers, headers)
    })

  test('the same 404 for every name that has nothing, whether there is such a vault or not', async () => {
    const replies = []
    for (const path of [
      '/crl/default/nobody.crl',
      '/crl/nowhere/ca.crl',
      '/ca/nowhere/ca.cer',
      '/crl/default/ca/7.crl',
      '/',
      '/certificates',
      '/health',
      '/crl/',
      '/crl/default/',
    ])
      replies.push(await door.get(path))
    for (const { status, headers, body } of replies) {
      assert.deepEqual([status, String(body)], [404, 'Nothing is published here.\n'])
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
      assert.equal(headers['cache-control'], 'no-store')
    }
    const [first, ...others] = replies.map(({ headers }) => JSON.stringify(headers))
    for (const headers of others) assert.equal(headers, first)
  })

  test('other methods are refused, with those that are taken', async () => {
    const allowed = [
      ['/crl/default/ca.crl', 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND']],
      ['/ca/default/ca.cer', 'GET, HEAD', ['POST', 'DELETE']],
      ['/ocsp/default/ca', 'POST', ['GET', 'HEAD', 'PUT', 'PROPFIND']],
      ['/ocsp/default/ca/MAA=', 'GET, HEAD', ['POST', 'PUT']],
    ] as const
    for (const [path, methods, refused] of allowed)
      for (const method of refused) {
        const { status, headers } = await door.ask(path, { method })
        assert.deepEqual([status, headers.allow], [405, methods], `${method} ${path}`)
      }
    assert.deepEqual(door.asked, [])
  })
})

describe('what caches are told', () => {
  test('a list is kept until the next one is due, and every date is of the clock that decides it', async () => {
    const now = door.clock.now()
    const { headers } = await door.get('/crl/default/ca.crl')
    assert.equal(headers['cache-control'], 'max-age=600, public, no-transform, must-revalidate')
    assert.equal(headers.date, date(now))
    assert.equal(headers.expires, date(now + 600))
    assert.equal(headers['last-modified'], date(now - 600))
  })

  test('nothing is kept for more than an hour, nor for less than no time', async () => {
    const now = door.clock.now()
    const maxAge = async () => (await door.get('/crl/default/ca.crl')).headers['cache-control']!.split(',')[0]
    const list = (until: number) => ({ der: Buffer.from('x'), since: now, until: seconds(until) })
    door.stock.lists['default/ca/0/full'] = list(now + 80 * hour)
    assert.equal(await maxAge(), 'max-age=3600')
    door.stock.lists['default/ca/0/full'] = list(now - 80 * hour)
    assert.equal(await maxAge(), 'max-age=0')
    door.stock.lists['default/ca/0/full'] = { der: Buffer.from('x'), since: now }
    assert.equal(await maxAge(), 'max-age=3600')
  })

  test('what the client has already is not sent again', async () => {
    const path = '/crl/default/ca.crl'
    const { headers: first } = await door.get(path)
    const etag = first.etag!
    const conditions: [Record<string, string>, number][] = [
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': `"other", W/${etag}` }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-modified-since': first['last-modified']! }, 304],
      [{ 'if-modified-since': date(door.clock.now()) }, 304],
      [{ 'if-modified-since': date(door.clock.now() - 601) }, 200],
      [{ 'if-modified-since': 'tomorrow' }, 200],
      [{ 'if-modified-since': '2099' }, 200],
      // The tag goes before the date.
      [{ 'if-none-match': '"other"', 'if-modified-since': first['last-modified']! }, 200],
      [{ 'if-none-match': etag, 'if-modified-since': date(0) }, 304],
    ]
    for (const method of ['GET', 'HEAD'])
      for (const [headers, status] of conditions) {
        const reply = await door.ask(path, { method, headers })
        assert.equal(reply.status, status, JSON.stringify(headers))
        if (status !== 304) continue
        assert.equal(reply.body.length, 0)
        for (const name of ['etag', 'cache-control', 'expires', 'date'])
          assert.equal(reply.headers[name], first[name])
      }
  })

  test('two lists of one second are told apart', async () => {
    const list = (text: string) => ({ der: Buffer.from(text), since: door.clock.now() })
    door.stock.lists['default/ca/0/full'] = list('one')
    const { headers: first } = await door.get('/crl/default/ca.crl')
    assert.equal(first['last-modified'], undefined)
    door.stock.lists['default/ca/0/full'] = list('two')
    const { status } = await door.get('/crl/default/ca.crl', { 'if-none-match': first.etag! })
    assert.equal(status, 200)
  })
})

describe('OCSP', () => {
  const request = Buffer.from([0xfb, 0xff, 0xfe, 0xfb, 0xff, 0xfe, 0x30])
  const base64 = request.toString('base64')
  const post = (body: Uint8Array, type = 'application/ocsp-request') =>
    door.ask('/ocsp/Default/CA', { method: 'POST', headers: { 'content-type': type }, body })

  test('the octets of a POST, and those in a path however it is encoded, reach the responder', async () => {
    assert.match(base64, /\+.*\/.*=/)
    const replies = [
      await post(request),
      await door.get(`/ocsp/default/ca/${base64}`),
      await door.get(`/ocsp/default/ca/${encodeURIComponent(base64)}`),
      await door.get(`/ocsp/default/ca/${base64.replace('=', '%3d')}?x`),
    ]
    for (const { status, headers, body } of replies) {
      assert.deepEqual([status, String(body)], [200, 'an answer'])
      assert.equal(headers['content-type'], 'application/ocsp-response')
    }
    assert.deepEqual(
      door.asked,
      replies.map(() => ({ vault: 'default', name: 'ca', request })),
    )
  })

  test('two slashes in a row are two characters of base64', async () => {
    const slashes = Buffer.from('////////', 'base64')
    await door.get('/ocsp/default/ca/////////')
    assert.deepEqual(door.asked[0]!.request, slashes)
  })

  test('an answer for everybody is kept for half its life at most; one for one client by nobody', async () => {
    const now = door.clock.now()
    const path = `/ocsp/default/ca/${base64}`
    const live = await door.get(path)
    assert.equal(live.headers['cache-control'], 'no-store')
    assert.equal(live.headers.etag, undefined)
    const thisUpdate = seconds(now - 1000)
    const fresh = { producedAt: thisUpdate, thisUpdate, nextUpdate: seconds(now + 3000) }
    door.stock.answer = { der: Buffer.from('an answer'), fresh }
    const { headers } = await door.get(path)
    assert.equal(headers['cache-control'], 'max-age=1000, public, no-transform, must-revalidate')
    assert.equal(headers.expires, date(now + 1000))
    assert.equal(headers['last-modified'], date(now - 1000))
    assert.equal((await door.get(path, { 'if-none-match': headers.etag! })).status, 304)
    const posted = await door.ask('/ocsp/default/ca', {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request', 'if-none-match': headers.etag! },
      body: request,
    })
    assert.equal(posted.status, 200)
    assert.equal(posted.headers['cache-control'], headers['cache-control'])
  })
})

describe('what proves to a CA that a name is ours', () => {
  const path = `/.well-known/acme-challenge/${token}`

  test('is given under every name, to nobody’s keeping', async () => {
    for (const host of ['example.org', 'EXAMPLE.org:80', '192.0.2.1', '[2001:db8::1]', 'x'.repeat(200)])
      for (const asked of [path, `${path}?x=1`, `http://example.org${path}`]) {
        const { status, headers, body } = await door.get(asked, { host })
        assert.deepEqual([status, String(body)], [200, `${token}.thumbprint`])
        assert.equal(headers['content-type'], 'text/plain')
        assert.equal(headers['cache-control'], 'no-store')
        assert.equal(headers['x-content-type-options'], 'nosniff')
      }
    const head = await door.ask(path, { method: 'HEAD' })
    assert.deepEqual([head.status, head.body.length], [200, 0])
  })

  test('is nothing else than what is shown, and its path leads nowhere else', async () => {
    door.stock.proofs['..'] = 'never'
    const others = [
      `${path}x`,
      `${path}/`,
      `${path}/x`,
      `/.well-known/acme-challenge/`,
      `/.well-known/acme-challenge`,
      `/.well-known/acme-challenge/..`,
      `/.well-known/acme-challenge/%2e%2e`,
      `/.well-known/acme-challenge/../acme-challenge/${token}`,
      `/.well-known/acme-challenge/${token.replace('-', '%2d')}`,
      `/.well-known/acme-challenge//${token}`,
      `/.well-known/ACME-challenge/${token}`,
      `//.well-known/acme-challenge/${token}`,
      `/.well-known/acme-challenge/__proto__constructor`,
    ]
    for (const other of others) {
      const { status, headers, body } = await door.get(other)
      assert.deepEqual([status, String(body)], [404, 'Nothing is published here.\n'], other)
      assert.equal(headers['cache-control'], 'no-store')
    }
  })

  test('is read, and not written', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await door.ask(path, { method })
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'])
    }
  })
})

test('what fails is logged without what was asked, and says nothing', async () => {
  const broken = await openPublicServer({
    publications: {
      authorityCertificate: async () => undefined,
      revocationList: () => Promise.reject(new Error('the disk is full')),
      ocsp: () => Promise.reject(new Error('the disk is full')),
    },
  })
  const { status, body } = await broken.get('/crl/default/asked-for.crl')
  assert.deepEqual([status, String(body)], [500, 'The service failed; try again.\n'])
  assert.equal(broken.log.length, 1)
  const noted = JSON.stringify(broken.log)
  assert.match(noted, /the disk is full/)
  assert.doesNotMatch(noted, /asked-for/)
  await broken.close()
})
