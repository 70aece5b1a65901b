/** How a vault protects the PFX values of its certificates, seen by the programs that open them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PfxProfile } from '../../src/domain/certificate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

const folder = mkdtempSync(join(tmpdir(), 'certkeep-profile-'))

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  assert.ifError(error)
  assert.equal(status, 0, stdout + stderr)
  return stdout + stderr
}

/** Where programs have to be there, a missing one fails its tests; elsewhere it skips them. */
function needs(program: string): { skip: string | false } {
  const missing = spawnSync(program, ['-help']).error !== undefined
  return { skip: missing && process.env.CI !== 'true' ? `needs ${program}` : false }
}

async function saveSecret({ vault, officer }: TestVault, name: string): Promise<string> {
  const { value } = await vault.readSecret(officer, name, {})
  const path = join(folder, `${name}.pfx`)
  writeFileSync(path, Buffer.from(value.reveal(), 'base64'))
  return path
}

const profiles: readonly [PfxProfile, mac: RegExp, encryption: RegExp, openssl: readonly string[]][] = [
  ['modern', /MAC: sha256/, /PBES2, PBKDF2, AES-256-CBC/, []],
  ['legacy', /MAC: sha1/, /pbeWithSHA1And3-KeyTripleDES-CBC/, ['-legacy']],
]

for (const [pfxProfile, mac, encryption, flags] of profiles) {
  const files: string[] = []

  test(`a ${pfxProfile} vault makes PFX values for OpenSSL`, needs('openssl'), async () => {
    const house = await openTestVault({ settings: { pfxProfile } })
    const made = `made-${pfxProfile}`
    const brought = `brought-${pfxProfile}`
    await house.issue(made)
    const { value } = await house.vault.readSecret(house.officer, made, {})
    await house.vault.importCertificate(house.officer, brought, { value: new Secret(value.reveal()) })
    for (const name of [made, brought]) {
      const file = await saveSecret(house, name)
      const seen = run('openssl', 'pkcs12', ...flags, '-in', file, '-passin', 'pass:', '-info', '-nodes')
      assert.match(seen, mac)
      assert.match(seen, encryption)
      assert.match(seen, /-----BEGIN PRIVATE KEY-----/)
      files.push(file)
    }
    await house.close()
  })

  test(`a ${pfxProfile} vault makes PFX values for Java`, needs('keytool'), () => {
    assert.equal(files.length, 2)
    for (const file of files)
      assert.match(run('keytool', '-list', '-v', '-keystore', file, '-storepass', ''), /PrivateKeyEntry/)
  })
}

test('a changed setting is for versions to come; those that exist keep their value', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const { version, value } = await house.vault.readSecret(house.officer, 'web', {})
  await house.parts.storage.transact(({ settings }) =>
    settings.putVault({ ...house.officer.vault, pfxProfile: 'legacy' }),
  )
  await house.issue('web')
  const before = await house.vault.readSecret(house.officer, 'web', { version })
  assert.equal(before.value.reveal(), value.reveal())
  const now = await house.vault.readSecret(house.officer, 'web', {})
  const tripleDes = Buffer.from('2a864886f70d010c0103', 'hex')
  const isLegacy = (base64: string) => Buffer.from(base64, 'base64').includes(tripleDes)
  assert.deepEqual([isLegacy(value.reveal()), isLegacy(now.value.reveal())], [false, true])
  await house.close()
})
