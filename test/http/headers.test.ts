/** The headers of answers, and the ways of writing a request that clients and proxies have. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { networkInfo } from '../../src/http/headers.ts'
import { certkeep, environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Send, sender } from './request.ts'

let service: Service
let send: Send
let nobody: Send
let limited: { service: Service; send: Send }

async function opened(args?: readonly string[]) {
  const started = await startService(args ? { args } : {})
  const environment = await environmentOf(started)
  trust(environment)
  return {
    service: started,
    send: sender(started, environment, await tokenOf(environment)),
    nobody: sender(started, environment),
  }
}

before(async () => {
  ;({ service, send, nobody } = await opened())
  limited = await opened(['--limits', 'key-vault'])
})
after(async () => {
  await service?.stop()
  await limited?.service.stop()
})

const version = 'api-version=7.4'
const always = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  'strict-transport-security': 'max-age=31536000;includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-ms-keyvault-region': 'local',
  'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
}

test('every answer has the headers of Key Vault, whatever it is', async () => {
  const replies = [
    await send({ path: `/secrets?${version}` }),
    await send({ path: `/secrets/nothing?${version}` }),
    await send({ path: '/secrets' }),
    await send({ path: `/nowhere?${version}` }),
    await send({ path: `/secrets?${version}`, method: 'POST', body: {} }),
    await nobody({ path: `/secrets?${version}` }),
  ]
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 404, 400, 404, 405, 401],
  )
  for (const { headers } of replies) {
    for (const [name, value] of Object.entries(always)) assert.equal(headers[name], value, name)
    assert.match(headers['x-ms-keyvault-service-version']!, /^\d+\.\d+\.\d+\.\d+$/)
    assert.match(headers['x-ms-request-id']!, /^[0-9a-f-]{36}$/)
  }
})

test('what is allowed by a role names the assignment; what is refused does not', async () => {
  const { headers } = await send({ path: `/secrets?${version}` })
  const assignments = await certkeep('role', 'list', '--data', service.dataFolder)
  const assignment = headers['x-ms-keyvault-rbac-assignment-id']!
  assert.match(assignment, /^[0-9a-f-]{36}$/)
  assert.ok(assignments.includes(assignment.slice(0, 8)), assignments)
  assert.match(headers['x-ms-keyvault-rbac-cache']!, /^ra_age=0;/)
  const refused = await nobody({ path: `/secrets?${version}` })
  assert.equal(refused.headers['x-ms-keyvault-rbac-assignment-id'], undefined)
})

test('the id of the client comes back, on errors too', async () => {
  for (const path of [`/secrets?${version}`, `/secrets/nothing?${version}`]) {
    const { headers } = await send({ path, headers: { 'x-ms-client-request-id': 'mine-1' } })
    assert.equal(headers['x-ms-client-request-id'], 'mine-1')
  }
  assert.equal((await send({ path: `/secrets?${version}` })).headers['x-ms-client-request-id'], undefined)
})

test('addresses are told by their family', () => {
  assert.equal(networkInfo('192.0.2.7'), 'conn_type=Ipv4;addr=192.0.2.7;act_addr_fam=InterNetwork;')
  assert.equal(networkInfo('::ffff:192.0.2.7'), 'conn_type=Ipv4;addr=192.0.2.7;act_addr_fam=InterNetwork;')
  assert.equal(networkInfo('2001:db8::1'), 'conn_type=Ipv6;addr=2001:db8::1;act_addr_fam=InterNetworkV6;')
})

for (const header of ['x-http-method', 'x-http-request'])
  test(`a POST with ${header} stands in for another method, and for no method that reads`, async () => {
    const path = `/secrets/instead?${version}`
    const put = await send({ method: 'POST', path, headers: { [header]: 'put' }, body: { value: 'a' } })
    assert.equal(put.status, 200, put.text)
    const patch = await send({
      method: 'POST',
      path,
      headers: { [header]: 'PATCH' },
      body: { tags: { a: 'b' } },
    })
    assert.deepEqual(patch.json.tags, { a: 'b' })
    const get = await send({ method: 'POST', path, headers: { [header]: 'GET' }, body: {} })
    assert.equal(get.status, 405)
  })

test('two slashes in front, an empty version or none, with or without a slash behind it', async () => {
  await send({ method: 'POST', path: `/keys/signer/create?${version}`, body: { kty: 'EC' } })
  const body = { alg: 'ES256', value: Buffer.alloc(32, 7).toString('base64url') }
  for (const path of ['/keys/signer//sign', '//keys/signer//sign', '/keys/signer/sign']) {
    const { status, text } = await send({ method: 'POST', path: `${path}?${version}`, body })
    assert.equal(status, 200, `${path}: ${text}`)
  }
  for (const path of ['/keys/signer', '/keys/signer/', '//keys/signer/'])
    assert.equal((await send({ path: `${path}?${version}` })).status, 200, path)
})

test('a POST with an empty name is no method of that path', async () => {
  const { status, json } = await send({
    method: 'POST',
    path: `/keys//create?${version}`,
    body: { kty: 'EC' },
  })
  assert.equal(status, 405)
  assert.equal(json.error.code, 'MethodNotAllowed')
})

test('beyond the published limits of Key Vault requests are refused, with the time to wait', async () => {
  const create = (name: string) =>
    limited.send({ method: 'POST', path: `/keys/${name}/create?${version}`, body: { kty: 'EC' } })
  // Slow machines may need several windows of time until one of them is full.
  for (let batch = 0; ; batch++) {
    const replies = await Promise.all(Array.from({ length: 45 }, (_, index) => create(`k-${batch}-${index}`)))
    const throttled = replies.find(({ status }) => status !== 200)
    assert.ok(throttled || batch < 10, 'nothing was refused')
    if (!throttled) continue
    const { status, json, headers } = throttled
    assert.equal(status, 429)
    assert.equal(json.error.code, 'Throttled')
    assert.match(
      json.error.message,
      /at most 20 key creations in 10 seconds for one vault.+VaultRequestTypeLimitReached$/,
    )
    assert.ok(Number(headers['retry-after']) >= 1 && Number(headers['retry-after']) <= 10)
    return
  }
})

test('a vault that is made beside the running service is there, and set as it was chosen', async () => {
  const host = `team.vault.localhost:${service.port}`
  assert.equal((await send({ path: `/secrets?${version}`, host })).json.error.code, 'VaultNotFound')
  await certkeep('vault', 'create', 'team', '--retention-days', '7', '--data', service.dataFolder)
  const secret = { path: `/secrets/one?${version}`, host, method: 'PUT', body: { value: 'a' } }
  const { json } = await send(secret)
  assert.equal(json.attributes.recoveryLevel, 'CustomizedRecoverable+Purgeable')
  assert.equal(json.attributes.recoverableDays, 7)
  await certkeep('vault', 'update', 'team', '--purge-protection', '--data', service.dataFolder)
  for (let tries = 0; ; tries++) {
    const { recoveryLevel } = (await send(secret)).json.attributes
    if (recoveryLevel === 'CustomizedRecoverable') return
    assert.ok(tries < 400, 'the change of the vault goes unnoticed')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
})
