/** Every declared route, called without a token, without permission and with it: a new route cannot slip past. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Value } from 'typebox/value'
import { verbs } from '../../../src/access/verbs.ts'
import { openApi } from '../../../src/http/openapi.ts'
import type { Route } from '../../../src/http/route.ts'
import { routes } from '../../../src/http/routes/index.ts'
import {
  certkeep,
  environmentOf,
  root,
  type Service,
  startService,
  tokenOf,
  trust,
} from '../../azure/service.ts'
import { answerDeviations } from '../documented-shape.ts'
import { type Reply, type Send, sender } from '../request.ts'
import { authorities, importedAuthority, otherAuthority } from './authorities.ts'
import { backup } from './backup.ts'
import { certificates } from './certificates.ts'
import { contacts } from './contacts.ts'
import { issuers } from './issuers.ts'
import { keyOperations } from './key-operations.ts'
import { keys } from './keys.ts'
import { revocation } from './revocation.ts'
import { secrets } from './secrets.ts'
import type { Tour, TourBody } from './tour.ts'

let service: Service
let nobody: Send
let powerless: Send
let administrator: Send

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  nobody = sender(service, environment)
  administrator = sender(service, environment, await tokenOf(environment))
  await certkeep('app', 'create', 'powerless', '--data', service.dataFolder)
  powerless = sender(service, environment, await tokenOf(await environmentOf(service, 'powerless')))
})
after(() => service?.stop())

const tours: readonly Tour[] = [
  certificates,
  issuers,
  otherAuthority,
  authorities,
  importedAuthority,
  revocation,
  contacts,
  secrets,
  keys,
  keyOperations,
  backup,
]
/** What answers left for later bodies. */
const kept = new Map<string, string>()

/** What may be answered beside what Key Vault documents. */
const settings = ['settings is not documented']
const beside: Readonly<Record<string, readonly string[]>> = {
  SetCertificateIssuer: settings,
  GetCertificateIssuer: settings,
  UpdateCertificateIssuer: settings,
  DeleteCertificateIssuer: settings,
  // As recorded.
  DeleteCertificate: ['pending is not documented'],
}

const pathOf = ({ path }: Route, name: string) =>
  `${path
    .replace(':name', name)
    .replace(':version', '')
    .replace(':serial', kept.get('serial') ?? '1F')}?api-version=2025-07-01`

const ask = (route: Route, name: string, own?: object | TourBody) => {
  const given = typeof own === 'function' ? own(kept) : own
  const body =
    given ?? tours.map(({ bodies }) => bodies[route.id]?.(kept)).find((found) => found !== undefined)
  return { method: route.method, path: pathOf(route, name), ...(body && { body }) }
}

for (const route of routes) {
  test(`${route.id} asks for a token, before it looks at anything else`, async () => {
    const reply = await nobody({ method: route.method, path: pathOf(route, 'door') })
    assert.equal(reply.status, 401)
    assert.equal(reply.json.error.code, 'Unauthorized')
    assert.match(reply.json.error.message, /^AKV10000/)
    assert.match(
      reply.headers['www-authenticate']!,
      /^Bearer authorization="https:\/\/localhost:\d+\/[0-9a-f-]{36}", resource="https:\/\/localhost:\d+"$/,
    )
  })

  test(`${route.id} is refused to whom no role gives it, and says which action is missing`, async () => {
    const reply = await powerless(ask(route, 'door'))
    assert.equal(reply.status, 403, reply.text)
    assert.equal(reply.json.error.code, 'Forbidden')
    assert.equal(reply.json.error.innererror.code, 'ForbiddenByRbac')
    assert.ok(
      reply.json.error.message.includes(`Action: 'Microsoft.KeyVault/vaults/${verbs[route.verb].action}'`),
    )
  })
}

test('with permission each route answers as it declares', async () => {
  const called = new Set<string>()
  for (const [index, { life, keep }] of tours.entries()) {
    const name = `Living-${index}`
    for (const [id, status, body] of life) {
      const route = routes.find((candidate) => candidate.id === id)
      assert.ok(route, `no route is declared as ${id}`)
      const reply = await administrator(ask(route, name, body))
      assert.equal(reply.status, status, `${id}: ${reply.text}`)
      if (status < 400) holdToDeclaration(route, reply)
      const keeping = status < 400 ? keep?.[id]?.(reply.json) : undefined
      if (keeping) kept.set(...keeping)
      called.add(id)
      if (id === 'CreateCertificate') await completed(name)
    }
  }
  assert.equal(await cancelled('Waiting'), 200)
  called.add('UpdateCertificateOperation')
  assert.equal(await merged('Merging'), 201)
  called.add('MergeCertificate')
  assert.deepEqual(
    routes.map(({ id }) => id).filter((id) => !called.has(id)),
    [],
  )
})

function holdToDeclaration(route: Route, { status, json, text }: Reply): void {
  const schema = route.answers[status]
  assert.notEqual(schema, undefined, `${route.id} does not declare ${status}`)
  if (schema) assert.deepEqual([...Value.Errors(schema, json)], [], route.id)
  else assert.equal(text, '')
  const found = answerDeviations(route.id, status, json)
  assert.deepEqual(
    found.filter((deviation) => !beside[route.id]?.includes(deviation)),
    [],
    route.id,
  )
}

async function completed(name: string): Promise<void> {
  for (;;) {
    const { json } = await administrator({ path: `/certificates/${name}/pending?api-version=7.4` })
    if (json.status === 'completed') return
    assert.equal(json.status, 'inProgress')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function cancelled(name: string): Promise<number> {
  await wait(name)
  const route = routes.find(({ id }) => id === 'UpdateCertificateOperation')!
  return (await administrator(ask(route, name))).status
}

async function merged(name: string): Promise<number> {
  kept.set('csr', (await wait(name)).json.csr)
  const route = routes.find(({ id }) => id === 'MergeCertificate')!
  const reply = await administrator(ask(route, name))
  holdToDeclaration(route, reply)
  return reply.status
}

/** Opens an operation that waits for a person. */
function wait(name: string): Promise<Reply> {
  const body = { policy: { x509_props: { subject: 'CN=waiting' } } }
  return administrator({ method: 'POST', path: `/certificates/${name}/create?api-version=7.4`, body })
}

test('openapi.json is what the routes declare (write it anew with npm run openapi, and review it)', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const written = readFileSync(join(root, 'openapi.json'), 'utf8')
  assert.equal(`${JSON.stringify(openApi(routes, version), null, 2)}\n`, written)
})

test('operation ids, audit names and paths are declared once', () => {
  assert.equal(new Set(routes.map(({ id }) => id)).size, routes.length)
  assert.equal(new Set(routes.map(({ verb }) => verb)).size, routes.length)
  assert.equal(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size, routes.length)
})
