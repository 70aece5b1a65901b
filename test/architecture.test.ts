/** Holds the sources against ARCHITECTURE.md and docs/dependencies.md. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readDocument, root } from './architecture/document.ts'
import { breachesOf, nameBreach, readRules, unusedPermissions } from './architecture/rules.ts'
import { importsOf, tokensOf } from './architecture/source.ts'

const ownFolders = ['bench', 'bin', 'docs', 'examples', 'scripts', 'src', 'test']
const rules = readRules(readDocument('ARCHITECTURE.md'), readDocument('docs/dependencies.md'))
const sources = new Map(
  filesBelow('src')
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, readFileSync(join(root, 'src', path), 'utf8')]),
)

function filesBelow(folder: string): string[] {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  const names = readdirSync(path, { recursive: true }) as string[]
  return names.map((name) => name.replaceAll('\\', '/')).sort()
}

describe('the sources', () => {
  test('import, name and measure what ARCHITECTURE.md allows', () => {
    assert.ok(sources.size > 50, `only ${sources.size} files were found`)
    assert.deepEqual(
      [...sources].flatMap(([path, text]) => breachesOf(path, text, rules)),
      [],
    )
  })

  test('need every permission that ARCHITECTURE.md gives', () => {
    assert.deepEqual(unusedPermissions(sources, rules), [])
  })

  test('have names that say what a file is about', () => {
    const paths = ownFolders.flatMap((folder) => filesBelow(folder).map((name) => `${folder}/${name}`))
    assert.ok(paths.includes('test/architecture.test.ts'))
    assert.deepEqual(
      paths.flatMap((path) => nameBreach(path) ?? []),
      [],
    )
  })
})

describe('the packages', () => {
  const description = JSON.parse(readDocument('package.json'))
  const named = Object.keys({ ...description.dependencies, ...description.devDependencies })

  test('are those that docs/dependencies.md tells about', () => {
    assert.deepEqual([...rules.packages.keys()].sort(), named.sort())
  })

  test('are imported by exactly the files named there', () => {
    for (const [name, files] of rules.packages)
      for (const { target } of files) {
        const importers = [...sources].filter(
          ([path]) => path === target || (target.endsWith('/') && path.startsWith(target)),
        )
        const imported = importers.some(([, text]) =>
          importsOf(tokensOf(text)).some(
            ({ specifier }) => specifier === name || specifier.startsWith(`${name}/`),
          ),
        )
        assert.ok(imported, `${target} does not import ${name}`)
      }
  })

  test('have fixed versions where they run in production', () => {
    for (const [name, version] of Object.entries<string>(description.dependencies))
      assert.match(version, /^\d+\.\d+\.\d+$/, name)
  })
})
