/** Backups open with the key that sealed them, as what they are, and unchanged; otherwise not at all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../../src/domain/secret.ts'
import { BackupEnvelopes } from '../../src/keys/software/backup-envelope.ts'
import { repeatableRandom } from '../doubles/random.ts'

const keyOf = (seed: string) => ({ number: 0, key: repeatableRandom(seed)(32) })
const seal = new BackupEnvelopes(keyOf('one'), repeatableRandom('salt'))
const content = () => new Secret<Uint8Array>(Buffer.from('what nobody may read '.repeat(20)))
const blob = seal.seal('key', content())
const refusal = { code: 'MalformedBackupBlob' } as const

test('what was sealed opens under the same key, in another process too', () => {
  const other = new BackupEnvelopes(keyOf('one'), repeatableRandom('another'))
  assert.deepEqual(other.open('key', blob).reveal(), content().reveal())
})

test('two seals of one content differ, and neither shows it', () => {
  const again = seal.seal('key', content())
  assert.notDeepEqual(again, blob)
  for (const sealed of [blob, again]) assert.equal(Buffer.from(sealed).includes('nobody'), false)
})

test('under another key-encryption key the refusal says so', () => {
  const foreign = new BackupEnvelopes(keyOf('two'), repeatableRandom('salt'))
  assert.throws(() => foreign.open('key', blob), { ...refusal, message: /another key-encryption key/ })
})

test('a backup of one kind does not open as another', () => {
  assert.throws(() => seal.open('secret', blob), {
    ...refusal,
    message: /not a backup of a secret but of a key/,
  })
})

test('every octet counts', () => {
  for (let index = 0; index < blob.length; index++) {
    const changed = Uint8Array.from(blob)
    changed[index]! ^= 1 << (index % 8)
    assert.throws(() => seal.open('key', changed), refusal, `octet ${index}`)
  }
})

test('whatever is cut off, added or made up is refused', () => {
  for (let length = 0; length < blob.length; length++)
    assert.throws(() => seal.open('key', blob.subarray(0, length)), refusal)
  assert.throws(() => seal.open('key', Buffer.concat([blob, Uint8Array.of(0)])), refusal)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      assert.throws(() => seal.open('key', octets), refusal)
      assert.throws(() => seal.open('key', Buffer.concat([blob.subarray(0, 20), octets])), refusal)
    }),
  )
})
