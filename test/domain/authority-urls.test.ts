/** Paths of what authorities publish: each leads back to the one thing that it was made for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { completeRules } from '../../src/domain/authority-rules.ts'
import { authorityPaths, authorityUrls, publishedAt } from '../../src/domain/authority-urls.ts'

const name = fc.stringMatching(/^[0-9a-zA-Z-]{1,127}$/)
const partition = fc.integer({ min: 0, max: 255 })

test('every path leads back to what it stands for, in whatever case its names are written', () => {
  fc.assert(
    fc.property(name, name, partition, (vault, authority, part) => {
      const paths = authorityPaths({ vault, name: authority }, part)
      const place = { vault: vault.toLowerCase(), name: authority.toLowerCase() }
      assert.deepEqual(publishedAt(paths.certificate), { what: 'certificate', ...place })
      assert.deepEqual(publishedAt(paths.ocsp), { what: 'ocsp', ...place })
      assert.deepEqual(publishedAt(paths.list), { what: 'list', ...place, partition: part, kind: 'full' })
      assert.deepEqual(publishedAt(paths.deltaList), {
        what: 'list',
        ...place,
        partition: part,
        kind: 'delta',
      })
      assert.deepEqual(publishedAt(`/ca/${vault}/${authority}.cer`), { what: 'certificate', ...place })
    }),
  )
})

test('names that look like endings are names', () => {
  for (const authority of ['x', 'x-2', 'x-delta', 'x-2-delta', 'delta', '2'])
    for (const part of [0, 2]) {
      const { list, deltaList } = authorityPaths({ vault: 'default', name: authority }, part)
      const place = { what: 'list', vault: 'default', name: authority, partition: part }
      assert.deepEqual(publishedAt(list), { ...place, kind: 'full' })
      assert.deepEqual(publishedAt(deltaList), { ...place, kind: 'delta' })
    }
})

test('an OCSP request is what follows the slash, slashes of its own included', () => {
  const place = { what: 'ocsp', vault: 'default', name: 'ca' }
  assert.deepEqual(publishedAt('/ocsp/default/ca/MFE//+%3D'), { ...place, request: 'MFE//+%3D' })
  assert.deepEqual(publishedAt('/ocsp/default/ca/'), { ...place, request: '' })
})

test('every other path is nothing', () => {
  for (const path of [
    '',
    '/',
    '/ca',
    '/ca/default/',
    '/ca/default/x',
    '/ca/default/x.crl',
    '/ca/default/x/2.cer',
    '/ca/default/x.cer/',
    '/crl/default/.crl',
    '/crl/default/x.cer',
    '/crl/default/x/0.crl',
    '/crl/default/x/02.crl',
    '/crl/default/x/2-Delta.crl',
    '/crl/default/x/12345.crl',
    '/crl/default/x/y/2.crl',
    '/crl/default/x%2Ecrl',
    '/crl/default/../x.crl',
    '/CRL/default/x.crl',
    '/ocsp/default',
    '/ocsp/default/x.cer',
    `/ca/default/${'x'.repeat(128)}.cer`,
    '//ca/default/x.cer',
    'http://host/ca/default/x.cer',
  ])
    assert.equal(publishedAt(path), undefined, path)
})

test('addresses begin with the base URL, and there are none without one', () => {
  const rules = completeRules({ baseUrl: 'http://pki.example.org:8080', deltaHours: 12 })
  assert.deepEqual(authorityUrls({ vault: 'Default', name: 'CA-2', rules }, 3), {
    certificate: 'http://pki.example.org:8080/ca/default/ca-2.cer',
    ocsp: 'http://pki.example.org:8080/ocsp/default/ca-2',
    list: 'http://pki.example.org:8080/crl/default/ca-2/3.crl',
    deltaList: 'http://pki.example.org:8080/crl/default/ca-2/3-delta.crl',
  })
  assert.equal(authorityUrls({ vault: 'default', name: 'ca', rules: completeRules({}) }, 0), undefined)
})
