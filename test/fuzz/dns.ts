/** Fuzz targets of what name servers answer to updates. */
import { readFileSync } from 'node:fs'
import { readUpdateAnswer } from '../../src/challenges/dns-01/dynamic-update/message.ts'
import { isSigned, type TsigKey } from '../../src/challenges/dns-01/dynamic-update/tsig.ts'
import { MessageReader, writeName } from '../../src/challenges/dns-01/dynamic-update/wire.ts'
import { Secret } from '../../src/domain/secret.ts'

const exchanges = Object.values(
  JSON.parse(readFileSync(new URL('../vectors/dns-update/bind.json', import.meta.url), 'utf8')) as Record<
    string,
    { readonly answer: string }
  >,
)
const key: TsigKey = {
  name: 'key-sha256',
  algorithm: 'hmac-sha256',
  secret: new Secret(Buffer.from('made up for the fuzzer')),
}

export const targets: Record<string, (input: Uint8Array) => void> = {
  updateAnswer(input) {
    const answer = readUpdateAnswer(input)
    // Nobody signs with a key that was made up here.
    if (isSigned(answer, key, Buffer.alloc(32))) throw new Error('signed by chance')
  },

  /** A name that is read is written again, and reads the same; one with octets that are no letters is not. */
  dnsName(input) {
    const name = new MessageReader(input).name()
    if (name.includes('\\')) return
    const again = new MessageReader(writeName(name)).name()
    if (again !== name) throw new Error(`${name} became ${again}`)
  },
}

export const seeds: Record<string, readonly Uint8Array[]> = {
  updateAnswer: exchanges.map(({ answer }) => Buffer.from(answer, 'hex')),
  dnsName: ['www.example.org', '', 'a.b.c.d.e.f'].map(writeName),
}
