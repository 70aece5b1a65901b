/** What `certkeep env` prints, read by a real shell and under other front doors. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { shellQuoted } from '../../src/cli/output.ts'
import { defaultVaultSettings } from '../../src/domain/certificate.ts'
import type { FrontDoor } from '../../src/installation/front-door.ts'
import { createTestInstallation, type TestInstallation } from '../doubles/installation.ts'
import { localDoor, run } from './transcript.ts'

let vault: TestInstallation
before(async () => {
  vault = await createTestInstallation()
  await vault.administration.ensureFirstAdministrator()
  await vault.installation.storage.transact(({ settings }) =>
    settings.putVault({ ...defaultVaultSettings, name: 'Team-2' }),
  )
})
after(() => vault.close())

async function env(args: readonly string[], frontDoor: FrontDoor): Promise<Record<string, string>> {
  const { printed } = await run(vault, ['env', '--json', ...args], frontDoor)
  return JSON.parse(printed[0]!.text)
}

const own = { ...localDoor, suffix: 'vault.example.org' }
const doors: [FrontDoor, string[], { vault: string; login: string; identity: string }][] = [
  [
    localDoor,
    [],
    { vault: 'https://localhost:8443', login: 'https://localhost:8443', identity: 'https://localhost:8443' },
  ],
  [
    { ...localDoor, port: 443 },
    [],
    { vault: 'https://localhost', login: 'https://localhost', identity: 'https://localhost' },
  ],
  [
    localDoor,
    ['--vault', 'team-2'],
    {
      vault: 'https://Team-2.vault.localhost:8443',
      login: 'https://localhost:8443',
      identity: 'https://localhost:8443',
    },
  ],
  [
    own,
    [],
    {
      vault: 'https://default.vault.example.org:8443',
      login: 'https://login.vault.example.org:8443',
      identity: 'https://localhost:8443',
    },
  ],
  [
    { ...own, port: 443 },
    ['--vault', 'team-2'],
    {
      vault: 'https://Team-2.vault.example.org',
      login: 'https://login.vault.example.org',
      identity: 'https://localhost',
    },
  ],
]
for (const [door, args, expected] of doors) {
  test(`${door.suffix}:${door.port} ${args.join(' ')}`, async () => {
    const variables = await env(args, door)
    assert.equal(variables.KEYVAULT_URI, expected.vault)
    assert.equal(variables.AZURE_KEYVAULT_URL, expected.vault)
    assert.equal(variables.AZURE_AUTHORITY_HOST, expected.login)
    assert.equal(variables.IDENTITY_ENDPOINT, `${expected.identity}/msi/token`)
  })
}

test('a shell reads the same values', async () => {
  const variables = await env([], localDoor)
  const { printed } = await run(vault, ['env'])
  const names = Object.keys(variables)
  const script = `eval "$1"; printf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')}`
  const values = execFileSync('sh', ['-c', script, 'sh', printed[0]!.text], { encoding: 'utf8', env: {} })
  assert.deepEqual(values.trimEnd().split('\n'), Object.values(variables))
})

test('whatever a value holds, it stays one word and runs nothing', () => {
  const hostile = `it's "here" $(touch x) \`id\` \\ $HOME ; # \n last`
  assert.equal(execFileSync('sh', ['-c', `printf %s ${shellQuoted(hostile)}`], { encoding: 'utf8' }), hostile)
})

test('the application that was asked for is the one that is printed', async () => {
  const made = await vault.administration.createApplication('asked for')
  const variables = await env(['--app', made.applicationId], localDoor)
  assert.equal(variables.AZURE_CLIENT_ID, made.applicationId)
  assert.equal(variables.AZURE_CLIENT_SECRET, made.clientSecret.reveal())
  assert.equal(variables.IDENTITY_HEADER, made.identityHeader.reveal())
  assert.equal((await vault.audit()).at(-1)!.operation, 'ApplicationCredentialsGet')
})
