/** Limits, failures and new vaults at the front door, with the clock and the store in the test's hands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultVaultSettings } from '../../src/domain/certificate.ts'
import { VaultError } from '../../src/domain/errors.ts'
import { limitWindowSeconds } from '../../src/http/limit-presets.ts'
import { createRateLimit, type Limit } from '../../src/http/rate-limit.ts'
import { routes } from '../../src/http/routes/index.ts'
import { createServer } from '../../src/http/server.ts'
import { createVaultDirectory } from '../../src/vault/vault-directory.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { breakingStorage } from '../doubles/breaking-storage.ts'
import { openTestVault, type TestVaultOptions } from '../doubles/vault.ts'
import { issue } from '../x509/authority.ts'

const party = issue('CN=localhost')
const identity = {
  key: party.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  certificate: formatPem('CERTIFICATE', party.certificate.der),
}
const requestId = '0f5a2b1c-0000-4000-8000-00000000000a'

/** A front door where the token is the name of who asks. */
async function open(limits: readonly Limit[], options: TestVaultOptions = {}) {
  const house = await openTestVault(options)
  const { parts, vault, clock } = house
  const server = createServer({
    hostNames: { suffix: 'vault.test', bareHosts: ['localhost'] },
    loginOrigin: 'https://localhost',
    tenantId: 'tenant',
    verifyToken: async (token) => {
      if (token === 'forged') throw new VaultError('Unauthorized', 'AKV10032: The token is not ours.')
      return { objectId: token, kind: 'application' }
    },
    findVault: createVaultDirectory(parts.storage, clock),
    rateLimit: createRateLimit(limits, { windowSeconds: limitWindowSeconds, keysMax: 10, clock }),
    newRequestId: () => requestId,
    vault,
    routes,
    log: parts.log,
    serviceVersion: '1.2.3.0',
    identity,
  })
  const ask = async (token: string, { path = '/secrets?api-version=7.4', host = 'localhost' } = {}) => {
    const { statusCode, headers, body } = await server.inject({
      method: 'GET',
      url: path,
      headers: { host, authorization: `Bearer ${token}` },
    })
    return { status: statusCode, headers, error: JSON.parse(body).error }
  }
  const close = () => server.close().then(() => house.close())
  return { house, ask, close }
}

const three: Limit = { name: 'requests', max: 3, per: 'caller' }

test('beyond the limit a request is refused before it reaches a verb, is told when to come back, and is on record', async () => {
  const { house, ask, close } = await open([three])
  const statuses = []
  for (let number = 0; number < 3; number++) statuses.push((await ask('officer')).status)
  house.clock.move(4)
  const refused = await ask('officer')
  assert.deepEqual([...statuses, refused.status], [200, 200, 200, 429])
  assert.equal(refused.headers['retry-after'], String(limitWindowSeconds - 4))
  assert.equal(refused.error.code, 'Throttled')
  assert.match(refused.error.message, /at most 3 requests in 10 seconds for one caller.+Wait 6 seconds/)
  const record = (await house.audit()).at(-1)!
  assert.deepEqual(
    [record.operation, record.identity.objectId, record.outcome, record.errorCode],
    ['SecretList', 'officer', 'refused', 'Throttled'],
  )
  assert.equal((await ask('somebody')).status, 403, 'others are not held up')
  house.clock.move(limitWindowSeconds - 4)
  assert.equal((await ask('officer')).status, 200)
  await close()
})

test('refusals for whatever reason count, but for those of the limit itself and of callers that are nobody', async () => {
  const { ask, close } = await open([three])
  for (let number = 0; number < 5; number++) assert.equal((await ask('forged')).status, 401)
  const wrong = [
    { path: '/secrets' },
    { path: '/nowhere?api-version=7.4' },
    { host: 'absent.vault.test' },
    { host: 'absent.vault.test' },
    {},
  ]
  const statuses = []
  for (const request of wrong) statuses.push((await ask('officer', request)).status)
  assert.deepEqual(statuses, [400, 404, 404, 429, 429])
  await close()
})

test('a failure of the service has the headers of every answer, and says nothing of its cause', async () => {
  const { house, ask, close } = await open([], {
    through: (storage) => breakingStorage(storage, { call: 1, when: 'before', passing: true }),
  })
  const { status, headers, error } = await ask('officer')
  assert.equal(status, 500)
  const { connection, date, 'content-length': length, ...told } = headers
  assert.ok(connection && date && length)
  assert.deepEqual(told, {
    'cache-control': 'no-cache',
    'content-type': 'application/json; charset=utf-8',
    expires: '-1',
    pragma: 'no-cache',
    'strict-transport-security': 'max-age=31536000;includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
    'x-ms-keyvault-region': 'local',
    'x-ms-keyvault-service-version': '1.2.3.0',
    'x-ms-request-id': requestId,
  })
  assert.equal(error.code, 'InternalError')
  assert.doesNotMatch(error.message, /broken/)
  assert.match(JSON.stringify(house.log), /the store is broken/)
  assert.equal((await ask('officer')).status, 200)
  await close()
})

test('a vault that is made while the service runs is served at once', async () => {
  const { house, ask, close } = await open([])
  const host = 'team.vault.test'
  assert.equal((await ask('officer', { host })).error.code, 'VaultNotFound')
  await house.parts.storage.transact(({ settings }) =>
    settings.putVault({ ...defaultVaultSettings, name: 'Team' }),
  )
  assert.equal((await ask('officer', { host })).status, 200)
  await close()
})
