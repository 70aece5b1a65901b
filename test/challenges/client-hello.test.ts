/** What a TLS client says first: as OpenSSL writes it, cut and divided in every way, and spoiled. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { before, describe, test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { readClientHello } from '../../src/challenges/tls-alpn-01/client-hello.ts'

/** The first octets of Node's own client. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const client = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  client.on('error', () => undefined)
  const [socket] = await once(server, 'connection')
  const [octets] = await once(socket, 'data')
  socket.destroy()
  client.destroy()
  server.close()
  return octets
}

let hello: Buffer
before(async () => {
  hello = await helloOf({ servername: 'WWW.example.org', ALPNProtocols: ['acme-tls/1'] })
})

const expected = { serverName: 'www.example.org', protocols: ['acme-tls/1'] }

/** The same message in records of so many octets. */
function divided(record: Buffer, size: number): Buffer {
  const message = record.subarray(5)
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size)
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part)
  }
  return Buffer.concat(records)
}

test('the name and the protocols are read', async () => {
  assert.deepEqual(readClientHello(hello), expected)
  const several = await helloOf({ servername: 'a.example', ALPNProtocols: ['h2', 'http/1.1'] })
  assert.deepEqual(readClientHello(several), { serverName: 'a.example', protocols: ['h2', 'http/1.1'] })
  assert.deepEqual(readClientHello(await helloOf({ maxVersion: 'TLSv1.2' })), { protocols: [] })
})

test('it is incomplete until its last octet, and what follows does not matter', () => {
  for (let length = 0; length < hello.length; length++)
    assert.equal(readClientHello(hello.subarray(0, length)), 'incomplete', `${length} octets`)
  assert.deepEqual(readClientHello(Buffer.concat([hello, Buffer.from('more')])), expected)
})

test('it may lie in several records', () => {
  const least = Math.ceil((hello.length - 5) / 16)
  for (const size of [least, least + 1, 500, hello.length]) {
    const records = divided(hello, size)
    assert.deepEqual(readClientHello(records), expected, `records of ${size}`)
    assert.equal(readClientHello(records.subarray(0, -1)), 'incomplete')
  }
})

describe('what is no ClientHello', () => {
  const spoiled: [string, () => Buffer][] = [
    ['HTTP', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['SSH', () => Buffer.from('SSH-2.0-x\r\n')],
    ['SSL 2', () => Buffer.from([0x80, 0x2e, 1, 3, 1])],
    ['an alert', () => Buffer.from([21, 3, 1, 0, 2, 1, 0])],
    ['another major version', () => changed(1, 2)],
    ['an empty record', () => Buffer.from([22, 3, 1, 0, 0])],
    ['a record that is too long', () => Buffer.from([22, 3, 1, 0x40, 1])],
    ['another message', () => changed(5, 2)],
    ['a message that is too long', () => changed(6, 1)],
    ['a message in more than 16 records', () => divided(hello, Math.floor((hello.length - 5) / 17))],
    ['a session id that is too long', () => changed(5 + 4 + 34, 0xff)],
    ['a message that is cut', () => cut()],
  ]
  for (const [label, make] of spoiled) test(label, () => assert.equal(readClientHello(make()), 'malformed'))

  test('a name, or a list of protocols, that does not fill its place', () => {
    for (const text of ['www.example.org', 'acme-tls/1']) {
      const at = hello.toString('latin1').toLowerCase().indexOf(text) - 1
      for (const by of [1, -1]) {
        const octets = Buffer.from(hello)
        octets[at] = octets[at]! + by
        assert.equal(readClientHello(octets), 'malformed', `${text} ${by}`)
      }
    }
  })

  test('a name with a zero octet or a blank in it', () => {
    const at = hello.toString('latin1').toLowerCase().indexOf('www.example.org')
    for (const octet of [0, 0x20, 0x7f, 0x80])
      assert.equal(readClientHello(changed(at + 3, octet)), 'malformed')
  })

  test('whatever octets come, there is an answer', () => {
    for (let at = 0; at < hello.length; at++)
      for (const octet of [0, 1, 0x7f, 0x80, 0xff]) {
        const read = readClientHello(changed(at, octet))
        assert.ok(typeof read === 'string' || Array.isArray(read.protocols))
      }
  })
})

function changed(at: number, octet: number): Buffer {
  const octets = Buffer.from(hello)
  octets[at] = octet
  return octets
}

/** Record and message end before what they hold does. */
function cut(): Buffer {
  const octets = Buffer.from(hello.subarray(0, -3))
  octets.writeUInt16BE(octets.length - 5, 3)
  octets.writeUIntBE(octets.length - 9, 6, 3)
  return octets
}
