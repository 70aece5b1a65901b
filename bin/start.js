// What `npm start`, `npm test` and the other npm scripts run in a checkout: install what is missing, then do the work on Node 26.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { become, findNode, folderOfNodePackage, keepCompiledCode } from './runtime.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const marker = join(modules, '.certkeep-installed')

function installWhatIsMissing() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return
  console.error('certkeep: installing dependencies (once)')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  // npm may be configured to skip install scripts; the package `node` fetches its binary in one.
  const nodePackage = folderOfNodePackage(root)
  if (nodePackage && !findNode(root)) run(process.execPath, ['installArchSpecificPackage'], nodePackage)
  writeFileSync(marker, wanted)
}

function run(command, args, cwd = root) {
  // npm hands its settings to scripts in the environment; an inner npm must read its own.
  execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
}

function testFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .sort()
}

installWhatIsMissing()
const node = findNode(root)
if (!node) {
  console.error(
    'certkeep: Node 26 is missing: the npm package "node" has no binary for this machine; install Node 26 yourself',
  )
  process.exit(1)
}
const quiet = '--disable-warning=ExperimentalWarning'
const [task, ...rest] = process.argv.slice(2)
process.env.PATH = `${dirname(node)}:${process.env.PATH}`

if (task === '--test') {
  const named = rest.filter((argument) => !argument.startsWith('-'))
  const files = named.length > 0 ? named : testFiles(join(root, 'test'))
  // Without names the test runner would look for files by itself, and run what is none.
  if (files.length === 0) {
    console.error('certkeep: there are no tests to run')
    process.exit(1)
  }
  const options = rest.filter((argument) => argument.startsWith('-'))
  become(node, [quiet, '--test', '--test-timeout=600000', ...options, ...files], { cwd: root })
} else if (task === '--check') {
  run(node, [join(modules, 'typescript', 'bin', 'tsc'), '--noEmit'])
  run(node, [join(modules, '@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings'])
} else if (task === '--build') {
  // What a former build left behind must not be shipped.
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run(node, [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'])
} else if (task === '--run') become(node, [quiet, ...rest], { cwd: root })
else {
  keepCompiledCode(root)
  become(node, [quiet, join(root, 'src', 'main.ts'), task, ...rest])
}
