#!/usr/bin/env node
// The `certkeep` command: the compiled program of an installed package, or the sources of a checkout.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { become, findNode, folderOfNodePackage, keepCompiledCode } from './runtime.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, 'src', 'main.ts')
const program = existsSync(sources) ? sources : join(root, 'dist', 'main.js')

const node = findNode(root)
if (!node) {
  // npm may be told to run no install scripts; the package `node` fetches its binary in one.
  const folder = folderOfNodePackage(root)
  const remedy = folder ? `run: cd '${folder}' && node installArchSpecificPackage` : 'run npm install first'
  console.error(`certkeep: this needs Node 26, which the npm package "node" brings; ${remedy}`)
  process.exit(1)
}
keepCompiledCode(root)
if (node === process.execPath) {
  process.argv[1] = program
  await import(`file://${program}`)
} else become(node, ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)])
