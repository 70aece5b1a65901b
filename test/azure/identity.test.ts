/** Who signs in how, and who may do what: unmodified Azure clients against the real service in its own process. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { ClientSecretCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity'
import { CertificateClient } from '@azure/keyvault-certificates'
import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import type { AuditRecord } from '../../src/domain/audit.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import {
  certkeep,
  type Environment,
  environmentOf,
  root,
  type Service,
  startService,
  trust,
} from './service.ts'

let service: Service
let administrator: Environment
before(async () => {
  service = await startService()
  administrator = await environmentOf(service)
  trust(administrator)
  const { certificates } = clients(secretCredential(administrator))
  for (const name of ['web', 'other']) {
    const poller = await certificates.beginCreateCertificate(
      name,
      { issuerName: 'Self', subject: `CN=${name}` },
      { intervalInMs: 20 },
    )
    await poller.pollUntilDone()
  }
})
after(() => service?.stop())

const inFolder = (...args: string[]) => certkeep(...args, '--data', service.dataFolder)

function secretCredential(environment: Environment): TokenCredential {
  return new ClientSecretCredential(
    environment.AZURE_TENANT_ID!,
    environment.AZURE_CLIENT_ID!,
    environment.AZURE_CLIENT_SECRET!,
    { authorityHost: environment.AZURE_AUTHORITY_HOST!, disableInstanceDiscovery: true },
  )
}

function clients(credential: TokenCredential) {
  const uri = administrator.KEYVAULT_URI!
  const options = { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } }
  return {
    certificates: new CertificateClient(uri, credential, options),
    secrets: new SecretClient(uri, credential, options),
    keys: new KeyClient(uri, credential, options),
  }
}

/** An application with a role, and clients that sign in as it. */
async function application(name: string, ...role: string[]) {
  await inFolder('app', 'create', name)
  if (role.length > 0) await inFolder('role', 'assign', '--app', name, ...role)
  return clients(secretCredential(await environmentOf(service, name)))
}

const forbidden = { statusCode: 403, code: 'Forbidden' }

async function audit(): Promise<AuditRecord[]> {
  const storage = openSqlite({ path: join(service.dataFolder, 'certkeep.db') })
  const entries = await storage.read((reader) => reader.journal.read(0, 100_000))
  await storage.close()
  return entries.map(({ record }) => record)
}

// ------------------------------------------------------------------------------------------------- signing in

/** A program that knows nothing of us, with nothing but the environment to go by. */
const program = `
  import * as identity from '@azure/identity'
  import { SecretClient } from '@azure/keyvault-secrets'
  const [, name, options] = process.argv
  const credential = new identity[name](JSON.parse(options))
  const client = new SecretClient(process.env.KEYVAULT_URI, credential, { disableChallengeResourceVerification: true })
  const { properties } = await client.getSecret('web')
  console.log(properties.contentType)
`

async function runProgram(environment: Record<string, string | undefined>, credential: string, options = {}) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program, '--', credential, JSON.stringify(options)],
    { cwd: root, env: { PATH: process.env.PATH, HOME: service.dataFolder, ...environment }, timeout: 60_000 },
  )
  return stdout.trim()
}

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(administrator).filter(([name]) => !names.includes(name)))

const roads: [string, () => Record<string, string>, string, object][] = [
  [
    'EnvironmentCredential',
    () => without('IDENTITY_ENDPOINT', 'IDENTITY_HEADER'),
    'EnvironmentCredential',
    { disableInstanceDiscovery: true },
  ],
  [
    'DefaultAzureCredential by its client secret',
    () => without('IDENTITY_ENDPOINT', 'IDENTITY_HEADER'),
    'DefaultAzureCredential',
    { disableInstanceDiscovery: true },
  ],
  [
    'DefaultAzureCredential in tenant adfs, with nothing but the environment',
    () => ({ ...without('IDENTITY_ENDPOINT', 'IDENTITY_HEADER'), AZURE_TENANT_ID: 'adfs' }),
    'DefaultAzureCredential',
    {},
  ],
  [
    'ManagedIdentityCredential, with nothing but the environment',
    () => without('AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_TENANT_ID', 'AZURE_AUTHORITY_HOST'),
    'ManagedIdentityCredential',
    {},
  ],
  [
    'DefaultAzureCredential as a managed identity, with nothing but the environment',
    () => without('AZURE_CLIENT_SECRET', 'AZURE_TENANT_ID', 'AZURE_AUTHORITY_HOST'),
    'DefaultAzureCredential',
    {},
  ],
]
for (const [name, environment, credential, options] of roads) {
  test(`a program reads its certificate with ${name}`, async () => {
    assert.equal(await runProgram(environment(), credential, options), 'application/x-pkcs12')
  })
}

test('a program with a wrong secret, or a wrong identity header, reads nothing', async () => {
  const wrongSecret = { ...without('IDENTITY_ENDPOINT', 'IDENTITY_HEADER'), AZURE_CLIENT_SECRET: 'wrong' }
  await assert.rejects(
    runProgram(wrongSecret, 'EnvironmentCredential', { disableInstanceDiscovery: true }),
    /AADSTS7000215/,
  )
  const wrongHeader = { ...without('AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'), IDENTITY_HEADER: 'wrong' }
  await assert.rejects(runProgram(wrongHeader, 'ManagedIdentityCredential'), /IDENTITY_HEADER|401/)
})

test('one credential serves many clients; its sign-ins are on record, and never its secret', async () => {
  const app = await environmentOf(service, 'administrator')
  const { certificates, secrets, keys } = clients(secretCredential(app))
  const countBefore = (await audit()).filter(({ operation }) => operation === 'Authentication').length
  await Promise.all([certificates.getCertificate('web'), secrets.getSecret('web'), keys.getKey('web')])
  await secrets.getSecret('other')
  const records = await audit()
  const signIns = records.filter(({ operation }) => operation === 'Authentication').slice(countBefore)
  assert.ok(signIns.length >= 1 && signIns.length <= 3, `${signIns.length} sign-ins`)
  for (const { identity, outcome } of signIns)
    assert.deepEqual(
      [identity.applicationId, identity.name, outcome],
      [app.AZURE_CLIENT_ID, 'administrator', 'success'],
    )
  const text = JSON.stringify(records)
  for (const secret of [app.AZURE_CLIENT_SECRET!, app.IDENTITY_HEADER!])
    assert.equal(text.includes(secret), false)
  assert.doesNotMatch(text, /eyJ[\w-]+\.eyJ/)
})

test('what a managed identity does is on record as done by one', async () => {
  process.env.IDENTITY_ENDPOINT = administrator.IDENTITY_ENDPOINT!
  process.env.IDENTITY_HEADER = administrator.IDENTITY_HEADER!
  try {
    await clients(new ManagedIdentityCredential()).secrets.getSecret('web')
  } finally {
    delete process.env.IDENTITY_ENDPOINT
    delete process.env.IDENTITY_HEADER
  }
  const read = (await audit()).findLast(({ operation }) => operation === 'SecretGet')!
  assert.equal(read.identity.kind, 'managedIdentity')
  assert.equal(read.identity.applicationId, administrator.AZURE_CLIENT_ID)
})

test('a managed identity cannot ask for the token of another', async () => {
  await inFolder('app', 'create', 'neighbour')
  const { AZURE_CLIENT_ID: neighbour } = await environmentOf(service, 'neighbour')
  const environment = without('AZURE_CLIENT_SECRET', 'AZURE_TENANT_ID')
  await assert.rejects(
    runProgram(environment, 'ManagedIdentityCredential', { clientId: neighbour }),
    /Identity not found/,
  )
})

// -------------------------------------------------------------------------------------------- who may do what

test('an application without a role may do nothing', async () => {
  const { certificates, secrets, keys } = await application('nobody')
  await assert.rejects(secrets.getSecret('web'), forbidden)
  await assert.rejects(certificates.getCertificate('web'), forbidden)
  await assert.rejects(keys.getKey('web'), forbidden)
  await assert.rejects(secrets.getSecret('does-not-exist'), forbidden, 'not even what exists is told')
})

test('Key Vault Certificate User on one certificate reads that one, with its secret and key, and nothing else', async () => {
  const { certificates, secrets, keys } = await application(
    'reader of one',
    '--role',
    'Key Vault Certificate User',
    '--certificate',
    'web',
  )
  const certificate = await certificates.getCertificate('web')
  assert.equal((await secrets.getSecret('web')).properties.version, certificate.properties.version)
  assert.equal((await keys.getKey('web')).properties.version, certificate.properties.version)
  await assert.rejects(secrets.getSecret('other'), forbidden)
  await assert.rejects(certificates.getCertificate('other'), forbidden)
  await assert.rejects(keys.getKey('other'), forbidden)
  await assert.rejects(certificates.beginDeleteCertificate('web'), forbidden)
  await assert.rejects(certificates.updateCertificateProperties('web', '', { enabled: false }), forbidden)
  await assert.rejects(secrets.listPropertiesOfSecrets().next(), forbidden, 'lists are decided at the vault')
})

test('Key Vault Certificates Officer does everything with certificates, and cannot read a private key', async () => {
  const { certificates, secrets } = await application('officer', '--role', 'Key Vault Certificates Officer')
  const poller = await certificates.beginCreateCertificate(
    'made-by-officer',
    { issuerName: 'Self', subject: 'CN=officer' },
    { intervalInMs: 20 },
  )
  await poller.pollUntilDone()
  await assert.rejects(secrets.getSecret('made-by-officer'), forbidden)
  await certificates.beginDeleteCertificate('made-by-officer')
})

test('a role works at once, and a removed role stops at once, with the same token', async () => {
  const { secrets } = await application('short-lived')
  await assert.rejects(secrets.getSecret('web'), forbidden)
  const role = ['--role', 'Key Vault Secrets User', '--app', 'short-lived', '--certificate', 'web']
  await inFolder('role', 'assign', ...role)
  await secrets.getSecret('web')
  await inFolder('role', 'remove', ...role)
  await assert.rejects(secrets.getSecret('web'), forbidden)
})

test('a removed application reads nothing more with the token it holds, and gets no other', async () => {
  const { secrets } = await application('leaving', '--role', 'Key Vault Secrets User')
  const environment = await environmentOf(service, 'leaving')
  await secrets.getSecret('web')
  await inFolder('app', 'remove', 'leaving')
  await assert.rejects(secrets.getSecret('web'), forbidden)
  const scope = `${administrator.KEYVAULT_URI}/.default`
  await assert.rejects(secretCredential(environment).getToken(scope), /AADSTS700016/)
})

test('tokens and the first administrator outlive a restart', async () => {
  const credential = secretCredential(administrator)
  const { token } = (await credential.getToken(`${administrator.KEYVAULT_URI}/.default`))!
  await service.stop()
  service = await service.restart()
  const answer = await fetch(`${administrator.KEYVAULT_URI}/secrets/web?api-version=2025-07-01`, {
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal(answer.status, 200)
  assert.deepEqual(await environmentOf(service), administrator)
})
