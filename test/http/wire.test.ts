/** Bodies, hosts, pages and paths: the small parts of the front door, without a server. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isOurAudience, readHost } from '../../src/http/hosts.ts'
import { allowedMethods } from '../../src/http/methods.ts'
import { readPage, writePage } from '../../src/http/paging.ts'
import { problems } from '../../src/http/problem.ts'
import { routes } from '../../src/http/routes/index.ts'
import { parseJson } from '../../src/http/wire/body.ts'
import { findDuplicateMember } from '../../src/http/wire/duplicate-member.ts'

describe('bodies', () => {
  test('JSON without duplicates is never taken for having some, and reads as JSON.parse reads it', () => {
    const withoutNulls = (value: unknown): boolean => !JSON.stringify(value).includes('null')
    fc.assert(
      fc.property(fc.object({ maxDepth: 4, withNullPrototype: false }).filter(withoutNulls), (value) => {
        const text = JSON.stringify(value)
        assert.equal(findDuplicateMember(text), undefined)
        assert.equal(JSON.stringify(parseJson(Buffer.from(text))), text)
      }),
    )
  })

  test('a member that was written a second time is found, wherever it stands and however it is spelled', () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), fc.json(), fc.nat(3), (name, first, second, depth) => {
        const spelled = JSON.stringify(name)
        const escaped = `"${Array.from(name, unicodeEscapes).join('')}"`
        const twice = `{${spelled}: ${first} , "other${name.length}" : [1], ${escaped}\t:${second}}`
        const nested = `${'{"x":['.repeat(depth)}${twice}${']}'.repeat(depth)}`
        const found = findDuplicateMember(nested)
        assert.ok(found !== undefined)
      }),
    )
  })
})

/** Each UTF-16 unit as JSON may also write it. */
function unicodeEscapes(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

describe('hosts', () => {
  const names = {
    suffix: 'vault.example.org',
    bareHosts: ['localhost', 'login.vault.example.org', 'vault.example.org'],
  }
  const cases: [string, Partial<ReturnType<typeof readHost>> | undefined][] = [
    [
      'localhost:8443',
      { vault: 'default', baseUrl: 'https://localhost:8443', resource: 'https://localhost:8443' },
    ],
    ['127.0.0.1', { vault: 'default', baseUrl: 'https://127.0.0.1' }],
    ['[::1]:8443', { vault: 'default', baseUrl: 'https://[::1]:8443' }],
    ['kv1.vault.example.org', { vault: 'kv1', resource: 'https://vault.example.org', adfs: false }],
    ['KV1.Vault.Example.org:443', { vault: 'kv1', baseUrl: 'https://kv1.vault.example.org' }],
    ['kv1.vault.example.org:8443', { vault: 'kv1', resource: 'https://vault.example.org:8443' }],
    ['kv1.adfs.vault.example.org', { vault: 'kv1', adfs: true, resource: 'https://vault.example.org' }],
    ['a.b.vault.example.org', { vault: undefined }],
    ['evilvault.example.org', { vault: undefined }],
    ['', undefined],
    ['a b', undefined],
    ['host:port', undefined],
  ]
  for (const [header, expected] of cases)
    test(`'${header}'`, () => {
      const host = readHost(header, names)
      if (!expected) assert.equal(host, undefined)
      else for (const [key, value] of Object.entries(expected)) assert.equal(host?.[key as 'vault'], value)
    })

  test('tokens are for our own names, on any port, over https', () => {
    for (const audience of [
      'https://vault.example.org',
      'https://vault.example.org:8443',
      'https://kv1.vault.example.org',
      'https://localhost:8443',
      'https://vault.azure.net',
      'https://vault.azure.net/',
    ])
      assert.ok(isOurAudience(audience, names), audience)
    for (const audience of [
      'http://vault.example.org',
      'https://example.org',
      'https://evilvault.example.org',
      'https://management.azure.com',
      'vault.example.org',
      '',
    ])
      assert.ok(!isOurAudience(audience, names), audience)
  })
})

describe('pages', () => {
  const link = {
    url: 'https://v/certificates',
    query: new Map([
      ['api-version', '7.4'],
      ['maxresults', '2'],
      ['includepending', 'true'],
    ]),
  }

  test('a next page exists when one more item came back, and its link leads on from the last one shown', () => {
    const page = writePage(
      ['a', 'b', 'c'],
      { limit: 2 },
      (id) => ({ id }),
      (id) => id,
      link,
    )
    assert.deepEqual(page.value, [{ id: 'a' }, { id: 'b' }])
    const url = new URL(page.nextLink!)
    assert.deepEqual(
      [...url.searchParams.keys()],
      ['api-version', '$skiptoken', 'maxresults', 'includePending'],
    )
    const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]))
    assert.deepEqual(readPage(query), { limit: 2, after: 'b' })
  })

  test('an exact page is the last one', () => {
    const page = writePage(
      ['a', 'b'],
      { limit: 2 },
      (id) => ({ id }),
      (id) => id,
      link,
    )
    assert.equal(page.nextLink, null)
  })
})

test('a path tells which methods it takes', () => {
  // `create` could be a version, too, for those that read.
  assert.deepEqual(allowedMethods(routes, '/certificates/web/create'), ['GET', 'PATCH', 'POST'])
  assert.deepEqual(allowedMethods(routes, '/certificates/web'), ['DELETE', 'GET', 'PATCH'])
  assert.ok(allowedMethods(routes, '/certificates//create').includes('POST'))
  assert.deepEqual(allowedMethods(routes, '/elsewhere'), [])
})

test('every code has a status of its kind', () => {
  for (const [code, { status }] of Object.entries(problems)) assert.ok(status >= 400 && status < 600, code)
})
