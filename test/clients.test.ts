/** The code of docs/clients.md is code that the interoperability suites run. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readDocument, root } from './architecture/document.ts'

const blocks = [
  ...readDocument('docs/clients.md').matchAll(/<!-- (interop\/\S+) -->\n```\w+\n([\s\S]*?)\n```/g),
].map(([, file, code]) => ({ file: file!, code: code! }))

test('every language has a block', () => {
  const suites = new Set(blocks.map(({ file }) => file.split('/')[1]))
  assert.deepEqual([...suites].toSorted(), ['azure-cli', 'go', 'java', 'javascript', 'python'])
})

for (const { file, code } of blocks)
  test(`docs/clients.md repeats ${file}`, () => {
    const lines = new Set(readFileSync(join(root, file), 'utf8').split('\n').map(bare))
    const missing = code
      .split('\n')
      .map(bare)
      .filter((line) => !lines.has(line))
    assert.deepEqual(missing, [])
  })

const bare = (line: string) => line.trim()
