/** The service as a CA meets it: over plain HTTP, over its front door, by TLS alone; and what it takes away after a crash. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openWebroot } from '../../src/challenges/http-01/webroot.ts'
import type { PresentedChallenge } from '../../src/domain/challenge.ts'
import { challengePath } from '../../src/domain/challenge-path.ts'
import { seconds } from '../../src/domain/time.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { environmentOf, freePort, type Service, startService, trust } from '../azure/service.ts'
import { ask } from '../http/public-request.ts'
import { type Send, sender } from '../http/request.ts'
import { challengeOf, keyAuthorization, token } from './sample.ts'

const webroot = mkdtempSync(join(tmpdir(), 'certkeep-webroot-'))
const now = Math.floor(Date.now() / 1000)
const day = 86_400
let publicPort: number
let tlsPort: number
let service: Service
let storage: Storage
let send: Send

before(async () => {
  publicPort = await freePort()
  tlsPort = await freePort()
  service = await startService({
    args: [
      ...['--dev', '--public-http-port', String(publicPort), '--tls-alpn-port', String(tlsPort)],
      ...['--acme-webroot', `www=${webroot}`],
    ],
  })
  const environment = await environmentOf(service)
  trust(environment)
  send = sender(service, environment)
  storage = openSqlite({ path: join(service.dataFolder, 'certkeep.db') })
})
after(async () => {
  await storage?.close()
  await service?.stop()
})

const shown = (change: Partial<PresentedChallenge>) =>
  challengeOf({ presented: seconds(now), until: seconds(now + day), ...change })
const show = (...challenges: PresentedChallenge[]) =>
  storage.transact(async ({ acme }) => {
    for (const each of challenges) await acme.putChallenge(each)
  })
const left = () => storage.read(({ acme }) => acme.listOverdue(seconds(now + 1000 * day), 5000))

async function openssl(...args: string[]): Promise<string> {
  const child = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  await once(child, 'close')
  return said
}

test('the banner tells where it answers', () => {
  assert.match(service.banner, new RegExp(`Public +http://127\\.0\\.0\\.1:${publicPort} .*http-01`))
  assert.match(service.banner, new RegExp(`TLS-ALPN +127\\.0\\.0\\.1:${tlsPort} +tls-alpn-01`))
})

test('http-01 in plain HTTP and at the front door, for as long as it is shown', async () => {
  const challenge = shown({ type: 'http-01' })
  const plain = () => ask(publicPort, challengePath(token), { headers: { host: 'www.example.org' } })
  assert.equal((await plain()).status, 404)
  await show(challenge)
  const { status, body } = await plain()
  assert.deepEqual([status, String(body)], [200, keyAuthorization])
  const proxied = await send({ path: challengePath(token), headers: { host: 'www.example.org' } })
  assert.deepEqual([proxied.status, proxied.text], [200, keyAuthorization])
  await storage.transact(({ acme }) => acme.removeChallenge(challenge))
  assert.equal((await plain()).status, 404)
  assert.equal((await send({ path: challengePath(token) })).status, 404)
})

test('1,000 challenges at the same time, each with its own proof', async () => {
  const many = Array.from({ length: 1000 }, (_, index) =>
    shown({
      type: 'http-01',
      orderKey: `order-${index}`,
      token: `${token}-${index}`,
      keyAuthorization: `${token}-${index}.thumbprint`,
    }),
  )
  await show(...many)
  // One address may hold so many connections.
  const queue = [...many]
  const client = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { status, body } = await ask(publicPort, challengePath(next.token))
      assert.deepEqual([status, String(body)], [200, next.keyAuthorization])
    }
  }
  await Promise.all(Array.from({ length: 90 }, client))
  assert.equal(queue.length, 0)
  await storage.transact(async ({ acme }) => {
    for (const each of many) await acme.removeChallenge(each)
  })
})

test('tls-alpn-01 as OpenSSL sees it', async () => {
  await show(shown({ type: 'tls-alpn-01' }))
  const client = ['s_client', '-connect', `127.0.0.1:${tlsPort}`, '-alpn', 'acme-tls/1']
  const said = await openssl(...client, '-servername', 'www.example.org')
  assert.match(said, /ALPN protocol: acme-tls\/1/)
  const [pem = ''] = /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.exec(said) ?? []
  const der = Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64')
  const digest = createHash('sha256').update(keyAuthorization).digest('hex')
  // critical, and an OCTET STRING in the one of the extension (RFC 8737 3).
  assert.ok(der.toString('hex').includes(`06082b0601050507011f0101ff04220420${digest}`))
  assert.match(await openssl(...client, '-servername', 'other.example.org'), /no peer certificate available/)
})

test('what a process that was killed had shown is taken away when its time is over', async () => {
  await openWebroot('www', webroot).write(token, keyAuthorization)
  const file = join(webroot, challengePath(token))
  assert.equal(readFileSync(file, 'utf8'), keyAuthorization)
  // One whose place came on record before the process died, and one whose did not.
  await openWebroot('www', webroot).write(`${token}-2`, `${token}-2.thumbprint`)
  await show(
    shown({ type: 'http-01', orderKey: 'one', place: 'webroot www' }),
    shown({
      type: 'http-01',
      orderKey: 'two',
      token: `${token}-2`,
      keyAuthorization: `${token}-2.thumbprint`,
    }),
  )
  await service.stop('SIGKILL')
  service = await service.restart()
  assert.ok(existsSync(file))
  const { status } = await send({ method: 'POST', path: '/dev/clock', body: { advanceSeconds: 2 * day } })
  assert.equal(status, 200)
  for (let tries = 0; (await left()).length > 0; tries++) {
    assert.ok(tries < 500, 'what is over is still on record')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.ok(!existsSync(file))
  assert.ok(!existsSync(`${file}-2`))
})
