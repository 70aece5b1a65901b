/** Holds the documents against the code, and their links against the files. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { type Problem, problems } from '../src/http/problem.ts'
import { codeIn, readDocument, relativeLinksOf, root, tableOf } from './architecture/document.ts'
import { tokensOf } from './architecture/source.ts'

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
]

describe('docs/errors.md', () => {
  const rows = tableOf(readDocument('docs/errors.md'), 'Code').map(([code, status, outer, inner, when]) => ({
    code: codeIn(code!)[0]!.code,
    problem: {
      status: Number(status),
      code: codeIn(outer!)[0]!.code,
      ...(inner !== '' && { innerCode: codeIn(inner!)[0]!.code }),
    } satisfies Problem,
    reserved: when!.startsWith('*Reserved*'),
  }))

  test('has every code of domain/errors.ts, in its order', () => {
    const union = /type VaultErrorCode =([\s\S]*?)\n\n/.exec(readDocument('src/domain/errors.ts'))![1]!
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code)
    assert.ok(codes.length > 20)
    assert.deepEqual(
      rows.map(({ code }) => code),
      codes,
    )
  })

  test('has the status and codes that the wire carries', () => {
    assert.deepEqual(Object.fromEntries(rows.map(({ code, problem }) => [code, problem])), problems)
  })

  test('calls reserved exactly what nothing throws', () => {
    const declaring = ['domain/errors.ts', 'http/problem.ts']
    const said = new Set(
      (readdirSync(join(root, 'src'), { recursive: true }) as string[])
        .filter((path) => path.endsWith('.ts'))
        .flatMap((path) => {
          const tokens = tokensOf(readFileSync(join(root, 'src', path), 'utf8'))
          const thrown = declaring.includes(path)
            ? tokens.filter((_, index) => tokens[index - 2]?.text === 'VaultError')
            : tokens
          return thrown.map(({ text }) => text)
        }),
    )
    for (const { code, reserved } of rows) assert.equal(!said.has(code), reserved, code)
  })
})

describe('links', () => {
  for (const path of documents)
    test(`of ${path} lead somewhere`, () => {
      for (const link of relativeLinksOf(readDocument(path)))
        assert.ok(existsSync(join(root, dirname(path), link)), link)
    })
})
