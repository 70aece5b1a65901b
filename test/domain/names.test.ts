import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseObjectName, parseVaultName, parseVersion } from '../../src/domain/names.ts'

const refused = (parse: () => unknown, message: RegExp) =>
  assert.throws(parse, (error: Error & { code?: string }) => {
    assert.equal(error.code, 'BadParameter')
    assert.match(error.message, message)
    return true
  })

test('object names have 1 to 127 letters, digits and hyphens, and stay as they are', () => {
  for (const name of ['a', '0', '-', 'Web-1', '--', 'x'.repeat(127), 'contacts1', 'issuer', 'deleted'])
    assert.equal(parseObjectName(name), name)
})

test('other object names are refused with the rule', () => {
  for (const name of [
    '',
    'x'.repeat(128),
    'a_b',
    'a.b',
    'a b',
    'ä',
    'a/b',
    '../a',
    'a\n',
    'a\0',
    '％41',
    'ſ',
  ])
    refused(() => parseObjectName(name), /1 to 127 characters, only letters, digits and hyphens/)
})

test('what stands beside the certificates is no name of one', () => {
  for (const name of ['contacts', 'Issuers', 'RESTORE'])
    refused(() => parseObjectName(name), /reserved; choose another/)
})

test('a refusal repeats the name in printable characters, and not all of a long one', () => {
  refused(() => parseObjectName('a\u001b[31m\nb'), /'a\?\[31m\?b'/)
  refused(() => parseObjectName('x'.repeat(5000)), /^.{1,300}$/)
})

test('versions are 32 hex digits, compared in lower case', () => {
  const version = '0123456789abcdef0123456789abcdef'
  assert.equal(parseVersion(version), version)
  assert.equal(parseVersion(version.toUpperCase()), version)
  for (const other of [
    '',
    'latest',
    version.slice(1),
    `${version}0`,
    version.replace('0', 'g'),
    `${version}\n`,
  ])
    assert.equal(parseVersion(other), undefined)
})

test('vault names are those of Key Vault: 3 to 24, beginning with a letter, single hyphens inside', () => {
  for (const name of ['abc', 'a-b', 'default', 'Web1', 'a'.repeat(24), 'a-1-b-2'])
    assert.equal(parseVaultName(name), name)
  for (const name of ['', 'ab', 'a'.repeat(25), '1ab', '-ab', 'ab-', 'a--b', 'a_b', 'a.b', 'äbc', 'abc\n'])
    refused(() => parseVaultName(name), /3 to 24 letters, digits and single hyphens/)
})
