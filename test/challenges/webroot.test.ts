/** Files for http-01 in a folder of somebody else's web server. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openWebroot } from '../../src/challenges/http-01/webroot.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { keyAuthorization, token } from './sample.ts'

const newRoot = () => mkdtempSync(join(tmpdir(), 'certkeep-webroot-'))
const folderIn = (root: string) => join(root, '.well-known', 'acme-challenge')

test('a file is whole and readable for all, whatever the umask is, and nothing lies beside it', async () => {
  const root = newRoot()
  const former = process.umask(0o077)
  try {
    const webroot = openWebroot('www', root)
    await webroot.write(token, keyAuthorization)
    await webroot.write(token, keyAuthorization)
  } finally {
    process.umask(former)
  }
  const folder = folderIn(root)
  assert.deepEqual(readdirSync(folder), [token])
  assert.equal(readFileSync(join(folder, token), 'utf8'), keyAuthorization)
  assert.equal(statSync(join(folder, token)).mode & 0o777, 0o644)
  assert.equal(statSync(folder).mode & 0o777, 0o755)
  assert.equal(statSync(join(root, '.well-known')).mode & 0o777, 0o755)
})

test('what is removed is gone, again and again, and others stay', async () => {
  const root = newRoot()
  const webroot = openWebroot('www', root)
  await webroot.remove(token, keyAuthorization)
  assert.equal(existsSync(join(root, '.well-known')), false)
  await webroot.write(token, keyAuthorization)
  await webroot.write(`${token}-2`, 'another')
  writeFileSync(join(folderIn(root), 'of-somebody-else'), 'x')
  await webroot.remove(token, keyAuthorization)
  await webroot.remove(token, keyAuthorization)
  assert.deepEqual(readdirSync(folderIn(root)).sort(), [`${token}-2`, 'of-somebody-else'].sort())
})

test('a file of that name with something else in it is not ours to remove', async () => {
  const root = newRoot()
  const webroot = openWebroot('www', root)
  await webroot.write(token, 'another')
  await webroot.remove(token, keyAuthorization)
  assert.equal(readFileSync(join(folderIn(root), token), 'utf8'), 'another')
})

test('what a process that died had begun is taken up, and taken away', async () => {
  const root = newRoot()
  mkdirSync(folderIn(root), { recursive: true })
  const begun = join(folderIn(root), `.${token}`)
  writeFileSync(begun, 'half of')
  const webroot = openWebroot('www', root)
  await webroot.write(token, keyAuthorization)
  assert.deepEqual(readdirSync(folderIn(root)), [token])
  writeFileSync(begun, 'half of')
  await webroot.remove(token, keyAuthorization)
  assert.deepEqual(readdirSync(folderIn(root)), [])
})

test('no link is followed to where nothing of ours belongs', async () => {
  const root = newRoot()
  const victim = join(newRoot(), 'victim')
  writeFileSync(victim, 'precious')
  mkdirSync(folderIn(root), { recursive: true })
  symlinkSync(victim, join(folderIn(root), `.${token}`))
  symlinkSync(victim, join(folderIn(root), token))
  const webroot = openWebroot('www', root)
  await webroot.write(token, keyAuthorization)
  assert.equal(readFileSync(victim, 'utf8'), 'precious')
  assert.ok(lstatSync(join(folderIn(root), token)).isFile())
})

describe('tokens that are no names of files are refused, and no file comes into being', () => {
  const tokens = [
    '',
    '..',
    '../../../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    `/${token}`,
    `${token}/..`,
    `${token}\\..`,
    `${token}\0`,
    `${token}\n`,
    `.${token}`,
    `${token}.html`,
    `${token}=`,
    'short',
    'a'.repeat(255),
    `${token}ä`,
  ]
  for (const bad of tokens)
    test(JSON.stringify(bad.slice(0, 60)), async () => {
      const root = newRoot()
      const webroot = openWebroot('www', root)
      for (const work of [webroot.write(bad, 'x'), webroot.remove(bad, 'x')])
        await assert.rejects(work, (error) => error instanceof IssuerFailure && error.failure === 'permanent')
      assert.deepEqual(readdirSync(root), [])
    })
})

test('1,000 come and go at the same time', async () => {
  const root = newRoot()
  const webroot = openWebroot('www', root)
  const tokens = Array.from({ length: 1000 }, (_, index) => `${token}-${index}`)
  await Promise.all([...tokens, ...tokens].map((each) => webroot.write(each, `${each}.thumbprint`)))
  assert.deepEqual(readdirSync(folderIn(root)).sort(), tokens.toSorted())
  for (const each of tokens)
    assert.equal(readFileSync(join(folderIn(root), each), 'utf8'), `${each}.thumbprint`)
  await Promise.all(tokens.map((each) => webroot.remove(each, `${each}.thumbprint`)))
  assert.deepEqual(readdirSync(folderIn(root)), [])
})

describe('a folder that cannot be used: what the operator has to do, by its name and not by its path', () => {
  const cases: [string, () => string, string][] = [
    ['it does not exist', () => join(newRoot(), 'missing'), 'ENOENT'],
    ['it is a file', () => join(import.meta.dirname, 'webroot.test.ts'), 'ENOTDIR'],
  ]
  for (const [label, pathOf, code] of cases)
    test(label, async () => {
      const path = pathOf()
      await assert.rejects(openWebroot('www', path).write(token, 'x'), (error) => {
        assert.ok(error instanceof IssuerFailure)
        assert.equal(error.failure, 'user-action')
        assert.match(
          error.message,
          new RegExp(`^The folder www cannot be written \\(${code}\\): give --acme-webroot www `),
        )
        assert.ok(!error.message.includes(path))
        return true
      })
    })

  test('it may not be written to', {
    skip: process.getuid?.() === 0 && 'root may write everywhere',
  }, async () => {
    const root = newRoot()
    chmodSync(root, 0o555)
    await assert.rejects(openWebroot('www', root).write(token, 'x'), /EACCES/)
  })

  test('one that failed is no obstacle to the next', async () => {
    const root = newRoot()
    const webroot = openWebroot('www', root)
    writeFileSync(join(root, '.well-known'), 'a file')
    await assert.rejects(webroot.write(token, 'x'), /ENOTDIR/)
    const other = openWebroot('www', newRoot())
    await other.write(token, 'x')
  })
})
