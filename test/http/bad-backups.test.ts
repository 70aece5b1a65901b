/** What nobody should send to restore: each gets a clear error in Key Vault's words, and nothing is stored. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Ask, type Send, sender } from './request.ts'

let service: Service
let send: Send

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  send = sender(service, environment, await tokenOf(environment))
})
after(() => service?.stop())

const collections = ['certificates', 'keys', 'secrets'] as const
const pathOf = (path: string) => `${path}?api-version=2025-07-01`
const textOf = (octets: string) => Buffer.from(octets).toString('base64url')
const malformed = 'Malformed backup blob'

const cases: readonly [string, NonNullable<Ask['body']>, number, string, RegExp][] = [
  ['no value', {}, 400, 'BadParameter', /value: required/],
  ['a number', { value: 1 }, 400, 'BadParameter', /value/],
  ['a list', { value: ['AAAA'] }, 400, 'BadParameter', /value/],
  ['two values', '{"value":"AAAA","value":"AAAB"}', 400, 'BadParameter', /'value' twice/],
  ['an empty text', { value: '' }, 400, malformed, /not a backup that certkeep made/],
  ['what is not base64url', { value: 'ÄÄÄÄ' }, 400, malformed, /base64url/],
  ['the other alphabet', { value: 'A+/A' }, 400, malformed, /base64url/],
  ['padding', { value: 'AAA=' }, 400, malformed, /base64url without padding/],
  ['stray bits', { value: 'AAB' }, 400, malformed, /base64url/],
  ['white space', { value: 'AA AA' }, 400, malformed, /base64url/],
  ['garbage', { value: textOf('garbage') }, 400, malformed, /not a backup that certkeep made/],
  [
    'a backup of Key Vault',
    { value: textOf('&AzureKeyVaultKeyBackupV1.microsoft.com{"kid":"a"}') },
    400,
    malformed,
    /not a backup that certkeep made/,
  ],
  ['no more than its beginning', { value: textOf('&CertkeepBackup.\x01') }, 400, malformed, /not a backup/],
  ['16 MB of nothing', { value: 'A'.repeat(22_369_620) }, 400, malformed, /not a backup/],
  ['more than any backup has', { value: 'A'.repeat(22_400_000) }, 413, 'RequestEntityTooLarge', /too large/],
]

for (const [name, body, status, code, message] of cases)
  test(`${name} is refused`, async () => {
    for (const collection of collections) {
      const reply = await send({ method: 'POST', path: pathOf(`/${collection}/restore`), body })
      assert.equal(reply.status, status, reply.text)
      assert.equal(reply.json.error.code, code)
      assert.equal(reply.json.error.innererror, undefined)
      assert.match(reply.json.error.message, message)
      assert.ok(reply.text.length < 500)
      const { json } = await send({ path: pathOf(`/${collection}`) })
      assert.deepEqual(json.value, [])
    }
  })

test('nothing is restored by another method, and nothing is backed up under no name', async () => {
  for (const collection of collections) {
    for (const method of ['PUT', 'DELETE'] as const) {
      const reply = await send({ method, path: pathOf(`/${collection}/restore/restore`), body: {} })
      assert.ok([404, 405].includes(reply.status), reply.text)
    }
    const reply = await send({ method: 'POST', path: pathOf(`/${collection}//backup`) })
    assert.equal(reply.status, 405)
    const { status } = await send({ method: 'POST', path: pathOf(`/${collection}/absent/backup`) })
    assert.equal(status, 404)
  }
})
