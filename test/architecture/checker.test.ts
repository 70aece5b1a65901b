/** The checker of the architecture, tried on a small house: it has to report what is wrong and nothing else. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { breachesOf, linesMax, nameBreach, type Rules, readRules, unusedPermissions } from './rules.ts'

/** A house of three rooms for the checker to be tried on. */
const small: Rules = readRules(
  `
| Files | May import | Node modules |
| --- | --- | --- |
| \`rules/\` | \`rules/\` | |
| \`store/\` | \`store/\`, \`rules/\` | \`fs\`, \`tls\` (types) |
| \`store/contract.ts\` | \`rules/\` (types) | |
| \`main.ts\` | \`rules/\`, \`store/\` | |

| Only here | Files | Why |
| --- | --- | --- |
| \`Date.now\`, \`new Date()\`, \`process.env\`, \`randomBytes\` | \`main.ts\` | |
| \`.reveal()\` | \`store/keys.ts\` | |

| Long file | Lines | Why |
| --- | --- | --- |
| \`rules/long.ts\` | 302 | |
`,
  `
| Package | Imported by | Why |
| --- | --- | --- |
| \`fastify\` | \`main.ts\` | |
| \`@scope/one\` | \`store/\` (types) | |
`,
)

const refused: [reason: string, path: string, text: string, breach: RegExp][] = [
  ['another room', 'rules/a.ts', "import { x } from '../store/b.ts'", /rules\/ may not import store\/b\.ts/],
  ['types of another room', 'rules/a.ts', "import type { X } from '../store/b.ts'", /may not import/],
  [
    'a value where only types are allowed',
    'store/contract.ts',
    "import { x } from '../rules/a.ts'",
    /only types/,
  ],
  [
    'an inline type, which still loads the module',
    'store/contract.ts',
    "import { type X } from '../rules/a.ts'",
    /only types/,
  ],
  ['a re-export', 'rules/a.ts', "export * from '../store/b.ts'", /may not import/],
  ['a re-export of names', 'rules/a.ts', "export { x as y } from '../store/b.ts'", /may not import/],
  ['an import for its side effect', 'rules/a.ts', "import '../store/b.ts'", /may not import/],
  ['an import at run time', 'rules/a.ts', "const x = await import('../store/b.ts')", /may not import/],
  ['a computed import', 'rules/a.ts', 'const x = await import(name)', /must name its module/],
  ['require', 'rules/a.ts', "const x = require('node:fs')", /may not import node:fs/],
  [
    'an import behind a template',
    'rules/a.ts',
    `const t = \`\${\`}\`}\`\nimport '../store/b.ts'`,
    /a\.ts:2: /,
  ],
  [
    'an import behind a regular expression',
    'rules/a.ts',
    "const r = /['\"`]/\nimport '../store/b.ts'",
    /a\.ts:2: /,
  ],
  [
    'a way around by the parent folder',
    'rules/a.ts',
    "import { x } from '../rules/../store/b.ts'",
    /store\/b\.ts/,
  ],
  [
    'a file outside of src',
    'rules/a.ts',
    "import { x } from '../../test/double.ts'",
    /may not import \.\.\/test/,
  ],
  ['a module of Node', 'rules/a.ts', "import { readFileSync } from 'node:fs'", /may not import node:fs/],
  [
    'a module of Node below an allowed one',
    'store/a.ts',
    "import { open } from 'node:fs/promises'",
    /node:fs\/promises/,
  ],
  [
    'a value of a module of Node for types',
    'store/a.ts',
    "import { connect } from 'node:tls'",
    /only types of node:tls/,
  ],
  ['a module of Node without its prefix', 'store/a.ts', "import { readFileSync } from 'fs'", /no package fs/],
  ['a package nobody named', 'main.ts', "import x from 'lodash/fp'", /no package lodash/],
  ['a package elsewhere', 'store/a.ts', "import fastify from 'fastify'", /may not import fastify/],
  [
    'a value of a package for types',
    'store/a.ts',
    "import { x } from '@scope/one/deep'",
    /only types of @scope\/one/,
  ],
  ['a file of no room', 'attic/a.ts', '', /no row/],
  ['the clock', 'store/a.ts', 'const now = Date . now()', /Date\.now may not/],
  ['the clock by another way', 'store/a.ts', 'const now = new Date(\n)', /new Date\(\) may not/],
  ['the environment, asked politely', 'store/a.ts', 'const x = process?.env.HOME', /process\.env may not/],
  ['chance', 'store/a.ts', 'crypto.randomBytes(3)', /randomBytes may not/],
  ['chance by import', 'main.ts', "import { randomBytes } from 'node:crypto'", /may not import node:crypto/],
  ['an opened secret', 'store/a.ts', 'const x = y.reveal()', /reveal\(\) may not/],
  ['a file that is too long', 'rules/a.ts', 'x\n'.repeat(linesMax + 1), /301 lines, 300 are allowed/],
  ['a long file that grew', 'rules/long.ts', 'x\n'.repeat(303), /303 lines, 302 are allowed/],
]

const accepted: [reason: string, path: string, text: string][] = [
  ['its own room', 'rules/a.ts', "import { x } from './b.ts'"],
  ['an allowed room', 'store/a.ts', "import { x } from '../rules/a.ts'"],
  ['types where only types are allowed', 'store/contract.ts', "import type { X } from '../rules/a.ts'"],
  ['types of a module of Node', 'store/a.ts', "import type { Socket } from 'node:tls'"],
  ['types of a package', 'store/a.ts', "import type { X } from '@scope/one'"],
  ['a comment', 'rules/a.ts', "// import { x } from '../store/b.ts' at Date.now\n/* new Date() */"],
  [
    'a string',
    'rules/a.ts',
    `const x = "import '../store/b.ts'" + 'Date.now' + \`new Date() \${1} Date.now\``,
  ],
  ['a regular expression', 'rules/a.ts', "const x = /import '..\\/store'/.test(y) && /new Date()/"],
  ['a date of something', 'rules/a.ts', 'const x = new Date(seconds)'],
  [
    'a method with a telling name',
    'rules/a.ts',
    'interface X { import(key: Key): void; require(x: Y): void }',
  ],
  ['an export of its own', 'rules/a.ts', "export const from = 'x'\nexport type X = 'y'"],
  ['a privilege where it is given', 'store/keys.ts', 'const x = y.reveal()'],
  ['a long file that was named', 'rules/long.ts', 'x\n'.repeat(302)],
]

describe('the checker', () => {
  for (const [reason, path, text, breach] of refused)
    test(`reports ${reason}`, () => {
      const [first, ...others] = breachesOf(path, text, small)
      assert.match(first ?? 'nothing', breach)
      assert.deepEqual(others, [])
    })

  for (const [reason, path, text] of accepted)
    test(`accepts ${reason}`, () => assert.deepEqual(breachesOf(path, text, small), []))

  test('reports what is permitted for nothing', () => {
    const files = new Map([
      ['rules/a.ts', ''],
      ['store/contract.ts', ''],
      ['main.ts', 'Date.now()'],
    ])
    assert.deepEqual(unusedPermissions(files, small), [
      '.reveal(): store/keys.ts',
      'long file: rules/long.ts',
    ])
  })

  test('reports names that say nothing', () => {
    for (const path of [
      'src/util/a.ts',
      'src/a-Helpers.ts',
      'docs/misc.md',
      'src/key-manager.ts',
      'test/common.ts',
    ])
      assert.match(nameBreach(path) ?? 'nothing', /names no idea/)
    assert.equal(nameBreach('src/x509/general-names.ts'), undefined)
  })
})
