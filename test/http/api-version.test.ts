/** What older versions of the API leave out, and what is no version. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describesCertificates, inVersion, readApiVersion } from '../../src/http/api-version.ts'

const newest = {
  id: 'a',
  preserveCertOrder: true,
  attributes: { enabled: true, recoverableDays: 90, exportable: false, hsmPlatform: '0' },
}

const answered = (version: string) => inVersion(readApiVersion(version), newest)

test('members that came later are left out for those who ask for an older version', () => {
  assert.deepEqual(answered('7.0'), { id: 'a', attributes: { enabled: true } })
  assert.deepEqual(answered('2016-10-01'), answered('7.0'))
  assert.deepEqual(answered('7.1'), { id: 'a', attributes: { enabled: true, recoverableDays: 90 } })
  assert.deepEqual(answered('7.3'), {
    id: 'a',
    attributes: { enabled: true, recoverableDays: 90, exportable: false },
  })
  assert.deepEqual(answered('7.5-preview.1'), { id: 'a', attributes: newest.attributes })
  for (const version of ['7.6', '2025-07-01', '2026-04-01', '2026-07-01-preview'])
    assert.deepEqual(answered(version), newest)
})

test('so are they in the items of lists; what is no object stays as it is', () => {
  const list = { value: [newest, newest], nextLink: null }
  const item = { id: 'a', attributes: { enabled: true } }
  assert.deepEqual(inVersion(readApiVersion('7.0'), list), { value: [item, item], nextLink: null })
  for (const body of [undefined, 'text', { value: 'a', kid: 'b' }])
    assert.deepEqual(inVersion(readApiVersion('7.0'), body), body)
})

test('an answer is not changed, but made anew', () => {
  const before = structuredClone(newest)
  answered('7.0')
  assert.deepEqual(newest, before)
})

test('only 7.2 describes certificates', () => {
  const versions = ['2016-10-01', '7.0', '7.1', '7.2', '7.2-preview', '7.3', '7.6', '2025-07-01']
  assert.deepEqual(
    versions.filter((version) => describesCertificates(readApiVersion(version))),
    ['7.2', '7.2-preview'],
  )
})

test('what is no version of the API is refused, and the refusal names some', () => {
  for (const text of ['', '7', '7.7', '8.0', '7.1 ', '2016-10-02', '2024-01-01', 'latest', '7.0-preview.123'])
    assert.throws(() => readApiVersion(text), { code: 'BadParameter', message: /7\.0 to 7\.6/ }, text)
  assert.throws(() => readApiVersion(undefined), { code: 'BadParameter', message: /is required/ })
})
