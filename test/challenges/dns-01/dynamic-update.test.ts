import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readUpdateAnswer, writeUpdate } from '../../../src/challenges/dns-01/dynamic-update/message.ts'
import {
  isSigned,
  isTimely,
  signMessage,
  type TsigAlgorithm,
  type TsigKey,
} from '../../../src/challenges/dns-01/dynamic-update/tsig.ts'
import { MessageReader, writeName, writeText } from '../../../src/challenges/dns-01/dynamic-update/wire.ts'
import { VaultError } from '../../../src/domain/errors.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { seconds } from '../../../src/domain/time.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9_])?$/)
const dnsName = fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) => labels.join('.'))

describe('names of the DNS', () => {
  test('are read as they were written, in lower case', () => {
    fc.assert(
      fc.property(dnsName, (name) => {
        const reader = new MessageReader(writeName(name.toUpperCase()))
        assert.equal(reader.name(), name)
        assert.ok(reader.ended)
      }),
    )
  })

  test('are read with the compression of RFC 1035 4.1.4', () => {
    // Its figure: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, and the root at 92.
    const message = Buffer.alloc(93)
    hex('01 46 03 495349 04 41525041 00').copy(message, 20)
    hex('03 464f4f c014').copy(message, 40)
    hex('c01a').copy(message, 64)
    const nameAt = (at: number) => {
      const reader = new MessageReader(message)
      reader.octets(at)
      return [reader.name(), reader.at]
    }
    assert.deepEqual(nameAt(20), ['f.isi.arpa', 32])
    assert.deepEqual(nameAt(40), ['foo.f.isi.arpa', 46])
    assert.deepEqual(nameAt(64), ['arpa', 66])
    assert.deepEqual(nameAt(92), ['', 93])
  })

  for (const [what, octets] of [
    ['points to itself', 'c000'],
    ['points ahead', 'c002 00'],
    ['points in a circle', '0161 c000'],
    ['ends in the middle', '0561'],
    ['ends before it ends', '0161'],
    ['has a label of an unknown form', '4161'],
    ['is too long', `${'3f'.padEnd(128, '61').repeat(4)}00`],
  ] as const)
    test(`a name is refused that ${what}`, () => {
      assert.throws(() => new MessageReader(hex(octets)).name(), VaultError)
    })

  test('octets that are no letters are told apart from dots', () => {
    assert.equal(new MessageReader(hex('03 2e5c00 00')).name(), '\\046\\092\\000')
  })

  test('what the DNS cannot carry is not written', () => {
    for (const name of ['a..b', '.', 'a b', 'ä', 'a'.repeat(64), `${'a.'.repeat(127)}aa`])
      assert.throws(() => writeName(name), VaultError, name)
    assert.equal(writeName(`${'a.'.repeat(126)}a`).length, 255)
    assert.throws(() => writeText('v'.repeat(256)), VaultError)
  })
})

describe('an update', () => {
  const wish = {
    id: 0xabcd,
    zone: 'example.org',
    name: '_a.example.org',
    value: 'v1',
    ttlSeconds: 60,
  } as const
  const zone = '076578616d706c65036f726700'

  test('adds one value to what is there (RFC 2136 2.5.1)', () => {
    assert.equal(
      writeUpdate({ ...wish, change: 'add' }).toString('hex'),
      `abcd28000001000000010000${zone}00060001025f61${zone}001000010000003c0003027631`,
    )
  })

  test('deletes one value and no other (RFC 2136 2.5.4)', () => {
    assert.equal(
      writeUpdate({ ...wish, change: 'delete' }).toString('hex'),
      `abcd28000001000000010000${zone}00060001025f61${zone}001000fe000000000003027631`,
    )
  })
})

const key: TsigKey = {
  name: 'Key.Example.',
  algorithm: 'hmac-sha256',
  secret: new Secret(Buffer.from('secret of the key')),
}
const now = seconds(1_800_000_000)

describe('a signature', () => {
  const answer = hex('abcd a800 0000 0000 0000 0000')

  test('is found at the end, with all octets before it', () => {
    const { message } = signMessage(answer, key, now)
    const read = readUpdateAnswer(message)
    assert.equal(read.id, 0xabcd)
    assert.equal(read.code, 0)
    assert.equal(read.signature?.record.keyName, 'key.example')
    assert.equal(read.signature?.record.algorithm, 'hmac-sha256')
    assert.equal(read.signature?.record.originalId, 0xabcd)
    assert.equal(read.signature?.record.mac.length, 32)
    assert.deepEqual([...read.signature!.before.subarray(0, 10)], [...answer.subarray(0, 10)])
    assert.ok(isTimely(read.signature!.record, seconds(now + 300)))
    assert.ok(!isTimely(read.signature!.record, seconds(now + 301)))
    assert.ok(!isTimely(read.signature!.record, seconds(now - 301)))
  })

  test('over nothing but the answer is none: it has to be over the request too', () => {
    const { message } = signMessage(answer, key, now)
    assert.equal(isSigned(readUpdateAnswer(message), key, Buffer.alloc(32)), false)
    assert.equal(isSigned(readUpdateAnswer(answer), key, Buffer.alloc(32)), false)
  })

  test('changes with everything that it is over', () => {
    const macOf = (change: { message?: Uint8Array; key?: Partial<TsigKey>; at?: number }) =>
      Buffer.from(
        signMessage(change.message ?? answer, { ...key, ...change.key }, seconds(change.at ?? now)).mac,
      ).toString('hex')
    const macs = [
      macOf({}),
      macOf({ message: Buffer.concat([answer, Buffer.of(0)]) }),
      macOf({ key: { name: 'other.example' } }),
      macOf({ key: { secret: new Secret(Buffer.from('other secret')) } }),
      macOf({ key: { algorithm: 'hmac-sha512' } }),
      macOf({ at: now + 1 }),
    ]
    assert.equal(new Set(macs).size, macs.length)
    assert.equal(macOf({ key: { name: 'key.example' } }), macs[0], 'names are the same in any case')
  })
})

describe('an answer', () => {
  const signed = signMessage(hex('abcd a805 0000 0000 0000 0000'), key, now).message

  test('is read whole, or not at all', () => {
    for (let length = 0; length < signed.length; length++)
      assert.throws(() => readUpdateAnswer(signed.subarray(0, length)), VaultError, String(length))
    assert.equal(readUpdateAnswer(signed).code, 5)
    assert.throws(() => readUpdateAnswer(Buffer.concat([signed, Buffer.of(0)])), VaultError)
  })

  test('is none if it answers something else', () => {
    for (const flags of ['2800', '8000', 'a000'])
      assert.throws(() => readUpdateAnswer(hex(`abcd ${flags} 0000 0000 0000 0000`)), VaultError, flags)
  })

  test('may hold the zone and records, and is signed behind them', () => {
    const withZone = Buffer.concat([
      hex('abcd aa00 0001 0000 0000 0001'),
      writeName('example.org'),
      hex('0006 0001'),
    ])
    const record = Buffer.concat([hex('c00c 0010 0001 0000003c'), hex('0003 027631')])
    const read = readUpdateAnswer(Buffer.concat([withZone, record]))
    assert.deepEqual(read, { id: 0xabcd, truncated: true, code: 0 })
  })

  test('is refused if its signature is not at the end', () => {
    const tsig = signed.subarray(12)
    const record = hex('00 0010 0001 00000000 0000')
    const of = (counts: string, ...parts: Uint8Array[]) =>
      Buffer.concat([hex(`abcd a800 0000 ${counts}`), ...parts])
    assert.ok(readUpdateAnswer(of('0000 0000 0002', record, tsig)).signature)
    assert.throws(() => readUpdateAnswer(of('0000 0000 0002', tsig, record)), VaultError)
    assert.throws(() => readUpdateAnswer(of('0000 0000 0002', tsig, tsig)), VaultError)
    assert.throws(() => readUpdateAnswer(of('0000 0001 0000', tsig)), VaultError)
    assert.throws(() => readUpdateAnswer(of('0001 0000 0000', tsig)), VaultError)
  })
})

interface Exchange {
  readonly key: string
  readonly secret: string
  readonly algorithm: TsigAlgorithm
  readonly request: string
  readonly answer: string
  readonly says: string
}

describe('exchanges of nsupdate and named', () => {
  const url = new URL('../../vectors/dns-update/bind.json', import.meta.url)
  const exchanges = JSON.parse(readFileSync(url, 'utf8')) as Record<string, Exchange>
  const keyOf = ({ key: name, algorithm, secret }: Exchange): TsigKey => ({
    name,
    algorithm,
    secret: new Secret(Buffer.from(secret, 'base64')),
  })
  /** The octets before the signature and those of it, which all are of one length. */
  const parts = (exchange: Exchange) => {
    const signed = hex(exchange.request)
    const length = signMessage(answerHeader, keyOf(exchange), now).message.length - answerHeader.length
    const unsigned = Buffer.from(signed.subarray(0, signed.length - length))
    unsigned.writeUInt16BE(0, 10)
    // Behind the name of the key, ten octets of the record and the name of the algorithm.
    const time = signed.readUIntBE(
      unsigned.length + exchange.key.length + 2 + 10 + exchange.algorithm.length + 2,
      6,
    )
    return { signed, unsigned, time }
  }
  const answerHeader = hex('abcd a800 0000 0000 0000 0000')

  for (const [name, exchange] of Object.entries(exchanges)) {
    test(`${name}: the same request is signed with the same octets`, () => {
      const { signed, unsigned, time } = parts(exchange)
      assert.equal(
        Buffer.from(signMessage(unsigned, keyOf(exchange), seconds(time)).message).toString('hex'),
        signed.toString('hex'),
      )
    })

    test(`${name}: the answer is judged as nsupdate judges it`, () => {
      const { unsigned, time } = parts(exchange)
      const { mac } = signMessage(unsigned, keyOf(exchange), seconds(time))
      const answer = readUpdateAnswer(hex(exchange.answer))
      const code = { NOERROR: 0, REFUSED: 5, BADSIG: 9, BADKEY: 9 }[exchange.says]
      const error = { NOERROR: 0, REFUSED: 0, BADSIG: 16, BADKEY: 17 }[exchange.says]
      assert.deepEqual([answer.code, answer.signature?.record.error], [code, error])
      assert.equal(isSigned(answer, keyOf(exchange), mac), error === 0)
      assert.equal(isTimely(answer.signature!.record, seconds(time)), true)
    })

    test(`${name}: no octet behind the id of the answer can change`, () => {
      const { unsigned, time } = parts(exchange)
      const { mac } = signMessage(unsigned, keyOf(exchange), seconds(time))
      const octets = hex(exchange.answer)
      for (let at = 2; at < octets.length; at++) {
        const changed = Buffer.from(octets)
        changed[at]! ^= 0x80
        const answer = readable(changed)
        if (answer) assert.equal(isSigned(answer, keyOf(exchange), mac), false, String(at))
      }
    })
  }
})

function readable(octets: Uint8Array) {
  try {
    return readUpdateAnswer(octets)
  } catch (error) {
    assert.ok(error instanceof VaultError)
    return undefined
  }
}
