/** The package as users install it: packed, installed into an empty folder, run by every Node that this machine has. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { readDocument, root } from './architecture/document.ts'
import { freePort } from './azure/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'certkeep-package-'))
const prefix = join(folder, 'prefix')
const installed = join(prefix, 'lib', 'node_modules', 'certkeep')
const description = JSON.parse(readDocument('package.json'))
const startMillisecondsMax = 30_000

/** An inner npm must read its own settings, not those of the npm that runs the tests. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_OPTIONS$)/i.test(name)),
)

async function npm(...args: string[]): Promise<string> {
  const options = { cwd: root, env: environment, maxBuffer: 16 * 1024 * 1024 }
  return (await promisify(execFile)('npm', args, options)).stdout
}

/** One `node` for each version found on the path: the launcher has to find its own whoever starts it. */
function nodesOnPath(): Map<string, string> {
  const nodes = new Map<string, string>()
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, 'node')
    if (!existsSync(path)) continue
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim()
    if (!nodes.has(version)) nodes.set(version, path)
  }
  return nodes
}

let packed: string[] = []

before(async () => {
  const [archive] = JSON.parse(await npm('pack', '--json', '--silent', '--pack-destination', folder))
  packed = archive.files.map(({ path }: { path: string }) => path)
  const tarball = join(folder, archive.filename)
  await npm('install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', tarball)
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('the package holds the compiled program and its documents, no sources and no tests', () => {
  for (const path of [
    'bin/certkeep.js',
    'dist/main.js',
    'README.md',
    'LICENSE',
    'SECURITY.md',
    'docs/errors.md',
  ])
    assert.ok(packed.includes(path), `${path} is missing`)
  const allowed =
    /^(?:bin|dist|examples)\/.*\.m?js$|^docs\/.*\.md$|^[A-Z]+\.md$|^LICENSE$|^(?:package|openapi)\.json$/
  assert.deepEqual(
    packed.filter((path) => !allowed.test(path)),
    [],
  )
  assert.ok(!existsSync(join(installed, 'src')))
  assert.ok(
    !existsSync(join(installed, 'node_modules', 'typescript')),
    'development dependencies were installed',
  )
})

for (const [version, node] of nodesOnPath())
  describe(`started by Node ${version}`, () => {
    const certkeep = (...args: string[]) =>
      promisify(execFile)(node, [join(prefix, 'bin', 'certkeep'), ...args], { cwd: folder, env: environment })

    test('it tells its version and its commands, and nothing on the error stream', async () => {
      assert.deepEqual(await certkeep('--version'), {
        stdout: `certkeep ${description.version}\n`,
        stderr: '',
      })
      const { stdout, stderr } = await certkeep('--help')
      assert.match(stdout, /certkeep serve/)
      assert.equal(stderr, '')
    })

    test('an unknown command ends with 2 and one line that helps', async () => {
      const { code, stderr } = (await certkeep('frobnicate').catch((error) => error)) as {
        code: number
        stderr: string
      }
      assert.equal(code, 2)
      assert.match(stderr, /^certkeep: .*frobnicate/)
    })

    test('it serves until it is told to end', { timeout: 60_000 }, async () => {
      const port = await freePort()
      const data = join(folder, `data-${version}`)
      const service = spawn(
        node,
        [join(prefix, 'bin', 'certkeep'), 'serve', '--data', data, '--port', String(port)],
        { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
      )
      try {
        await untilReady(service, port)
        const { stdout } = await certkeep('env', '--json', '--data', data)
        const { KEYVAULT_URI, NODE_EXTRA_CA_CERTS } = JSON.parse(stdout)
        assert.equal(KEYVAULT_URI, `https://localhost:${port}`)
        const answer = await answerTo(
          `${KEYVAULT_URI}/certificates?api-version=2025-07-01`,
          NODE_EXTRA_CA_CERTS,
        )
        assert.equal(answer.status, 401)
        assert.match(answer.challenge, /^Bearer authorization="https:/)
      } finally {
        service.kill('SIGTERM')
      }
      const [code] = await once(service, 'exit')
      assert.equal(code, 0)
    })
  })

/** The banner names the port and the next command. */
async function untilReady(service: ChildProcess, port: number): Promise<void> {
  let out = ''
  service.stdout!.on('data', (chunk) => (out += chunk))
  service.stderr!.on('data', (chunk) => (out += chunk))
  const deadline = performance.now() + startMillisecondsMax
  while (!(out.includes(`:${port}`) && out.includes('certkeep env'))) {
    assert.equal(service.exitCode, null, out)
    assert.ok(performance.now() < deadline, `the service did not start: ${out}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function answerTo(url: string, caFile: string): Promise<{ status: number; challenge: string }> {
  return new Promise((resolve, reject) => {
    get(url, { ca: readFileSync(caFile, 'utf8') }, (response) => {
      response.resume()
      resolve({
        status: response.statusCode ?? 0,
        challenge: String(response.headers['www-authenticate']),
      })
    }).on('error', reject)
  })
}
