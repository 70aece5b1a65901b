/** Every operation of Key Vault's own documents exists here, under the same method and path, with the same answers. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { routes } from '../../src/http/routes/index.ts'
import { root } from '../architecture/document.ts'
import { documentedBody, type Shape } from './documented-shape.ts'

/** One operation of test/vectors/openapi. */
interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
  readonly body: boolean
  readonly success: readonly number[]
}

/** What differs on purpose. A difference that is gone has to leave this list. */
const differences: Readonly<Record<string, Partial<Operation>>> = {
  // The parameter is documented in prose only: it names the operation that the caller means.
  GetCertificateOperation: { query: ['request_id'] },
  // What needs attested hardware is refused whatever the body says, and so never succeeds.
  GetKeyAttestation: { success: [] },
  release: { success: [], body: false },
  secureWrapKey: { success: [], body: false },
  secureUnwrapKey: { success: [], body: false },
}

const collections = ['certificates', 'secrets', 'keys']
const documented = new Map(
  collections.map((collection) => [
    collection,
    JSON.parse(readFileSync(join(root, 'test/vectors/openapi', `${collection}.json`), 'utf8')) as Operation[],
  ]),
)

/** Names of parameters in paths are everybody's own. */
const shapeOf = (method: string, path: string) =>
  `${method} ${path.replace(/\{[^}]+\}|:\w+/g, '{}').toLowerCase()}`

const served: readonly Operation[] = routes.map((route) => ({
  id: route.id,
  method: route.method,
  path: route.path,
  // The version is every route's, and the place in a list is part of `nextLink`.
  query: (route.query ?? []).filter((name) => name !== '$skiptoken').toSorted(),
  body: route.body !== undefined,
  success: Object.keys(route.answers).map(Number),
}))

for (const [collection, operations] of documented)
  describe(collection, () => {
    for (const operation of operations)
      test(`${operation.id} is served as ${operation.method} ${operation.path}`, () => {
        const shape = shapeOf(operation.method, operation.path)
        const ours = served.find(({ method, path }) => shapeOf(method, path) === shape)
        assert.ok(ours, `no route is ${shape}`)
        const { id, query, body, success } = ours
        const expected = {
          ...operation,
          query: operation.query.filter((name) => name !== 'api-version'),
          ...differences[operation.id],
        }
        assert.deepEqual({ ...expected, id, query, body, success }, expected)
      })
  })

test('each difference is one, and belongs to an operation', () => {
  const operations = [...documented.values()].flat()
  for (const [id, difference] of Object.entries(differences)) {
    const operation = operations.find((one) => one.id === id)
    assert.ok(operation, id)
    for (const [member, value] of Object.entries(difference))
      assert.notDeepEqual(operation[member as keyof Operation], value, `${id}: ${member}`)
  }
})

/** What Key Vault has no service for. */
const ownPaths =
  /^\/authorities(?:\/|$)|^\/certificates\/issuers\/:name\/(?:sign|verify|account)$|^\/certificates\/:name\/:version\/(?:revoke|release|revocation)$/

test('no route is unknown to Key Vault but those that it has no service for', () => {
  const shapes = new Set([...documented.values()].flat().map(({ method, path }) => shapeOf(method, path)))
  for (const { method, path } of served)
    assert.equal(shapes.has(shapeOf(method, path)), !ownPaths.test(path), `${method} ${path}`)
})

/** Ends of members of documented requests that are not read, and why. */
const unread: Readonly<Record<string, string>> = {
  'attributes.nbf': 'the dates of a certificate are its own',
  'attributes.exp': 'as above',
  platformManaged: 'internal to Azure',
  'attributes.external_key': 'of managed HSMs only',
  'release_policy.contentType': 'refused, whatever it says',
  'release_policy.immutable': 'as above',
  'release_policy.data': 'as above',
  'key.kid': 'the service gives the id',
}

for (const { id, body } of routes)
  test(`${id} reads every member that is documented`, () => {
    const documentedShape = documentedBody(id)
    if (!documentedShape || differences[id]?.body === false) return
    const found = unreadMembers(documentedShape, body as Shape | undefined, '')
    assert.deepEqual(
      found.filter((member) => !Object.keys(unread).some((end) => `.${member}`.endsWith(`.${end}`))),
      [],
    )
  })

function unreadMembers(documentedShape: Shape, ours: Shape | undefined, path: string): string[] {
  return Object.entries(documentedShape.properties ?? {}).flatMap(([name, shape]) => {
    const place = path === '' ? name : `${path}.${name}`
    if (shape.readOnly) return []
    const read = ours?.properties?.[name]
    if (!read) return [place]
    return [
      ...unreadMembers(shape, read, place),
      ...(shape.items ? unreadMembers(shape.items, read.items, `${place}[]`) : []),
    ]
  })
}
