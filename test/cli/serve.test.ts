/** `certkeep serve` as other programs rely on it: the banner, the end, and every reason not to start. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import {
  environmentOf,
  freePort,
  newDataFolder,
  program,
  root,
  startService,
  tokenOf,
  trust,
} from '../azure/service.ts'
import { sender } from '../http/request.ts'

/** Runs `serve` where it is not to start; gives its exit code and what it said. */
async function refusedStart(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, 'serve', ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'exit')
  return { code, said }
}

function digestOf(folder: string): string {
  const files = ['certkeep.db', 'key-encryption-key'].map((name) => readFileSync(join(folder, name)))
  return createHash('sha256').update(Buffer.concat(files)).digest('hex')
}

test('the banner says where the vault is, how to trust it, and what to do next; SIGTERM ends it with 0', async () => {
  const service = await startService()
  const ca = join(service.dataFolder, 'ca.pem')
  const { fingerprint256 } = new X509Certificate(readFileSync(ca))
  for (const text of [`https://localhost:${service.port}`, ca, fingerprint256, 'certkeep env'])
    assert.ok(service.banner.includes(text), `${text} in ${service.banner}`)
  assert.equal(statSync(join(service.dataFolder, 'key-encryption-key')).mode & 0o777, 0o600)
  assert.equal(await service.stop(), 0)
  const again = await service.restart()
  assert.ok(again.banner.includes(fingerprint256))
  assert.equal(await again.stop('SIGINT'), 0)
})

test('what was begun is answered before it ends', async () => {
  const service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  const send = sender(service, environment, await tokenOf(environment))
  const policy = {
    issuer: { name: 'Self' },
    key_props: { key_size: 4096 },
    x509_props: { subject: 'CN=slow' },
  }
  const answers = [1, 2, 3].map((index) =>
    send({ method: 'POST', path: `/certificates/slow-${index}/create?api-version=7.4`, body: { policy } }),
  )
  // The requests have to be there before the signal is.
  await new Promise((resolve) => setTimeout(resolve, 150))
  const ended = service.stop()
  for (const answer of await Promise.all(answers)) assert.equal(answer.status, 202, answer.text)
  assert.equal(await ended, 0)
  const again = await service.restart()
  const { json } = await sender(
    again,
    environment,
    await tokenOf(environment),
  )({
    path: '/certificates?api-version=7.4&includePending=true',
  })
  assert.equal(json.value.length, 3)
  await again.stop()
})

test('a port that is taken: one line, and the data tells of the port that worked', async () => {
  const service = await startService()
  const { KEYVAULT_URI } = await environmentOf(service)
  await service.stop()
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const { code, said } = await refusedStart('--data', service.dataFolder, '--port', String(port))
  other.close()
  assert.equal(code, 1)
  assert.equal(said, `certkeep: port ${port} is taken; choose another with --port\n`)
  assert.equal((await environmentOf(service)).KEYVAULT_URI, KEYVAULT_URI)
  const again = await service.restart()
  await again.stop()
})

const refusals: [string, (folder: string) => readonly string[], RegExp][] = [
  [
    'the key-encryption key of other data',
    (folder) => {
      const text = readFileSync(join(folder, 'key-encryption-key'), 'utf8').split('\n')
      writeFileSync(
        join(folder, 'key-encryption-key'),
        `${text[0]}\n${Buffer.alloc(32, 7).toString('base64')}\n`,
      )
      return []
    },
    /^certkeep: .*key-encryption-key is not the key-encryption key of this data; .*\n$/,
  ],
  [
    'data of a newer version',
    (folder) => {
      const database = new DatabaseSync(join(folder, 'certkeep.db'))
      database.exec('PRAGMA user_version = 99')
      database.close()
      return []
    },
    /^certkeep: .*newer version.*\n$/,
  ],
  ['--dev on data that was made without it', () => ['--dev'], /^certkeep: .*was not made with --dev.*\n$/],
  ['a port that is no number', () => ['--port', 'http'], /^certkeep: --port http: .*\n$/],
  ['a suffix of one label', () => ['--suffix', 'vault'], /^certkeep: --suffix vault: .*\n$/],
  ['limits of another name', () => ['--limits', 'none'], /^certkeep: --limits none: one of .*key-vault.*\n$/],
  ['an unknown flag', () => ['--prot', '1'], /^certkeep: Unknown option '--prot'.*\n$/],
  [
    'an address of another machine',
    () => ['--host', '192.0.2.1'],
    /^certkeep: 192\.0\.2\.1 is no address.*\n$/,
  ],
]

test('reasons not to start: one line that says what to do, and nothing is changed', async (t) => {
  const service = await startService()
  await service.stop()
  for (const [label, spoil, message] of refusals) {
    await t.test(label, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'certkeep-refused-'))
      for (const name of ['certkeep.db', 'key-encryption-key'])
        copyFileSync(join(service.dataFolder, name), join(folder, name))
      const args = spoil(folder)
      const before = digestOf(folder)
      const port = args.includes('--port') ? [] : ['--port', String(await freePort())]
      const { code, said } = await refusedStart('--data', folder, ...port, ...args)
      assert.match(said, message)
      assert.equal(code, 1)
      // An address is tried last, when the data was opened already; all others leave every octet alone.
      if (!args.includes('--host')) assert.equal(digestOf(folder), before)
    })
  }
})

test('a folder that cannot be written: one line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'certkeep-file-'))
  writeFileSync(join(folder, 'file'), '')
  const { code, said } = await refusedStart('--data', join(folder, 'file', 'data'))
  assert.equal(code, 1)
  assert.match(
    said,
    /^certkeep: the data folder .* cannot be written \(ENOTDIR\); choose another with --data\n$/,
  )
})

test('--dev says so loudly and lets the clock be moved; the rest of the service follows it', async () => {
  const service = await startService({ dataFolder: newDataFolder(), args: ['--dev'] })
  assert.match(service.banner, /--dev.*clock/)
  const environment = await environmentOf(service)
  trust(environment)
  const send = sender(service, environment, await tokenOf(environment))
  const nobody = sender(service, environment)
  const policy = { x509_props: { subject: 'CN=dev' } }
  await send({ method: 'POST', path: '/certificates/dev/create?api-version=7.4', body: { policy } })
  const deleted = await send({ method: 'DELETE', path: '/certificates/dev?api-version=7.4' })
  const { deletedDate, scheduledPurgeDate } = deleted.json
  for (const advanceSeconds of [-1, 1.5, '60', 10 ** 12]) {
    const refused = await nobody({ method: 'POST', path: '/dev/clock', body: { advanceSeconds } })
    assert.equal(refused.status, 400, refused.text)
  }
  const moved = await nobody({
    method: 'POST',
    path: '/dev/clock',
    body: JSON.stringify({ advanceSeconds: 90 * 86_400 }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(moved.status, 200, moved.text)
  assert.ok(moved.json.now >= scheduledPurgeDate && moved.json.now < deletedDate + 90 * 86_400 + 60)
  for (let tries = 0; ; tries++) {
    const { status } = await send({ path: '/deletedcertificates/dev?api-version=7.4' })
    if (status === 404) break
    assert.ok(tries < 200, 'what was retained long enough is still there')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await service.stop()
  const again = await service.restart()
  const { json } = await nobody({ method: 'POST', path: '/dev/clock', body: { advanceSeconds: 0 } })
  assert.ok(json.now >= moved.json.now, 'the clock does not fall back')
  await again.stop()
})

test('without --dev the clock stays where it is', async () => {
  const service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  const reply = await sender(
    service,
    environment,
  )({
    method: 'POST',
    path: '/dev/clock',
    body: { advanceSeconds: 60 },
  })
  assert.equal(reply.status, 403)
  assert.equal(reply.json.error.code, 'Forbidden')
  assert.match(reply.json.error.message, /--dev/)
  await service.stop()
})
