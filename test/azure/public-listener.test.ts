/**
 * From an Azure client's certificate to what the world finds at the addresses in it: OpenSSL, GnuTLS and plain HTTP follow
 * them on the running service, and nobody tells them anything else than which root to trust.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { CertificateClient } from '@azure/keyvault-certificates'
import { ask, type PublicReply } from '../http/public-request.ts'
import { type Send, sender } from '../http/request.ts'
import {
  certkeep,
  clientsOf,
  environmentOf,
  freePort,
  type Service,
  startService,
  tokenOf,
  trust,
} from './service.ts'

const folder = mkdtempSync(join(tmpdir(), 'certkeep-public-'))
const version = 'api-version=2025-07-01'
const triesMax = 1500
let publicPort: number
let service: Service
let certificates: CertificateClient
let send: Send
/** Files. */
let leaf: string
let issuing: string
let root: string
let revokePath: string

before(async () => {
  publicPort = await freePort()
  service = await startService({ args: ['--public-http-port', String(publicPort)] })
  const environment = await environmentOf(service)
  trust(environment)
  ;({ certificates } = clientsOf(environment))
  send = sender(service, environment, await tokenOf(environment))
  const data = ['--data', service.dataFolder]
  const base = ['--base-url', `http://127.0.0.1:${publicPort}`]
  await certkeep('ca', 'create', 'root-2', '--subject', 'CN=Example Root', ...base, ...data)
  await certkeep(
    ...['ca', 'create', 'Issuing-Delta', '--subject', 'CN=Example Issuing', '--parent', 'root-2'],
    ...['--key', 'RSA-2048', '--partitions', '3', '--delta-hours', '12', ...base, ...data],
  )
  await certkeep(
    ...['issuer', 'add', 'internal', '--provider', 'PrivateCA', '--setting', 'authority=issuing-delta'],
    ...['--setting', 'profile=tls-server', ...data],
  )
  root = fileOf('root.pem', await certkeep('ca', 'export', 'root-2', ...data))
  const poller = await certificates.beginCreateCertificate(
    'web',
    {
      issuerName: 'internal',
      subject: 'CN=web.example.org',
      subjectAlternativeNames: { dnsNames: ['web.example.org'] },
      enhancedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    },
    { intervalInMs: 20 },
  )
  const { cer, properties } = await poller.pollUntilDone()
  leaf = fileOf('leaf.pem', String(new X509Certificate(cer!)))
  revokePath = `/certificates/web/${properties.version}/revoke?${version}`
})
after(async () => {
  rmSync(folder, { recursive: true })
  await service?.stop()
})

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** All that a program says, whether it is content or not. */
async function saidBy(program: string, ...args: string[]): Promise<string> {
  const run = promisify(execFile)(program, args)
  const { stdout, stderr } = await run.catch((failed: { stdout: string; stderr: string }) => failed)
  return stdout + stderr
}
const openssl = (...args: string[]) => saidBy('openssl', ...args)

/** The addresses in an extension of a certificate, as OpenSSL prints them. */
async function addressesIn(certificate: string, extension: string): Promise<string[]> {
  const text = await openssl('x509', '-in', certificate, '-noout', '-ext', extension)
  return [...text.matchAll(/URI:(\S+)/g)].map(([, address]) => address!)
}

function fetched(address: string, headers: Record<string, string> = {}): Promise<PublicReply> {
  const { port, pathname } = new URL(address)
  return ask(Number(port), pathname, { headers })
}

/** Asks until the answer is as wanted: lists are published by the service in its own time. */
async function eventually<T>(look: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const found = await look()
    if (wanted(found)) return found
    assert.ok(tries < triesMax, `still: ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function askOcsp(...options: string[]): Promise<string> {
  const [address] = await addressesIn(leaf, 'authorityInfoAccess').then((all) =>
    all.filter((each) => each.includes('/ocsp/')),
  )
  const asked = ['-issuer', issuing, '-cert', leaf, '-url', address!, '-CAfile', root]
  return openssl('ocsp', ...options, ...asked)
}

test('the banner tells where it is', () => {
  assert.match(service.banner, new RegExp(`Public +http://127\\.0\\.0\\.1:${publicPort} `))
})

test('from the leaf upwards, each certificate says where that of its issuer is', async () => {
  const [issuer] = (await addressesIn(leaf, 'authorityInfoAccess')).filter((each) => each.endsWith('.cer'))
  const { status, headers, body } = await fetched(issuer!)
  assert.deepEqual([status, headers['content-type']], [200, 'application/pkix-cert'])
  issuing = fileOf('issuing.pem', String(new X509Certificate(body)))
  const [anchor] = (await addressesIn(issuing, 'authorityInfoAccess')).filter((each) => each.endsWith('.cer'))
  const found = await fetched(anchor!)
  assert.equal(String(new X509Certificate(found.body)).trim(), readFileSync(root, 'utf8').trim())
})

test('OpenSSL downloads the lists that the certificates name, and finds nobody revoked', async () => {
  for (const certificate of [leaf, issuing]) {
    const full = await addressesIn(certificate, 'crlDistributionPoints')
    const delta = await addressesIn(certificate, 'freshestCRL')
    assert.deepEqual([full.length, delta.length], [1, certificate === leaf ? 1 : 0])
    for (const address of [...full, ...delta]) {
      const { headers } = await eventually(
        () => fetched(address),
        ({ status }) => status === 200,
      )
      assert.equal(headers['content-type'], 'application/pkix-crl')
      assert.match(headers['cache-control']!, /^max-age=3[56]\d\d, public, no-transform, must-revalidate$/)
      const issuer = certificate === leaf ? issuing : root
      const said = await openssl('crl', '-in', address, '-noout', '-verify', '-CAfile', issuer)
      assert.match(said, /verify OK/)
    }
  }
  // OpenSSL wants a list for the root itself too, which names none: it is the one that stands in the intermediate.
  const [address] = await addressesIn(issuing, 'crlDistributionPoints')
  const ofRoot = fileOf('root.crl', await openssl('crl', '-in', address!))
  const said = await openssl(
    ...['verify', '-x509_strict', '-purpose', 'sslserver', '-crl_check_all', '-crl_download'],
    ...['-CRLfile', ofRoot, '-CAfile', root, '-untrusted', issuing, leaf],
  )
  assert.match(said, /leaf\.pem: OK/)
})

test('OpenSSL and GnuTLS ask by OCSP, with and without a nonce: good', async () => {
  for (const options of [[], ['-no_nonce'], ['-sha256']]) {
    const said = await askOcsp(...options)
    assert.match(said, /leaf\.pem: good\n[\s\S]*Response verify OK/)
    assert.doesNotMatch(said, /WARNING|rror/)
  }
  const said = await saidBy(
    'ocsptool',
    ...['--ask', '--load-cert', leaf, '--load-issuer', issuing, '--load-trust', issuing],
  )
  assert.match(said, /Certificate Status: good/)
  assert.match(said, /Verifying OCSP Response: Success/)
})

test('an answer by GET is kept by caches, and OpenSSL verifies it', async () => {
  const request = join(folder, 'request.der')
  await openssl('ocsp', '-issuer', issuing, '-cert', leaf, '-no_nonce', '-reqout', request)
  const base64 = encodeURIComponent(readFileSync(request).toString('base64'))
  const address = `http://127.0.0.1:${publicPort}/ocsp/default/issuing-delta/${base64}`
  const { status, headers, body } = await fetched(address)
  assert.deepEqual([status, headers['content-type']], [200, 'application/ocsp-response'])
  assert.match(headers['cache-control']!, /^max-age=\d+, public/)
  assert.equal((await fetched(address, { 'if-none-match': headers.etag! })).status, 304)
  const response = fileOf('response.der', body)
  const said = await openssl(
    ...['ocsp', '-issuer', issuing, '-cert', leaf, '-no_nonce', '-respin', response, '-CAfile', root],
  )
  assert.match(said, /leaf\.pem: good\n[\s\S]*Response verify OK/)
})

test('nothing of the vault is behind this door', async () => {
  for (const path of ['/certificates', '/secrets/web', '/authorities/root-2', '/health', '/dev/clock'])
    assert.equal((await ask(publicPort, `${path}?${version}`)).status, 404)
})

test('a revocation is seen at once by OCSP, and in the lists as soon as they are published', async () => {
  const [full] = await addressesIn(leaf, 'crlDistributionPoints')
  const [delta] = await addressesIn(leaf, 'freshestCRL')
  const { headers: before } = await eventually(
    () => fetched(delta!),
    ({ status }) => status === 200,
  )
  const { status, text } = await send({ method: 'POST', path: revokePath, body: { reason: 'superseded' } })
  assert.equal(status, 200, text)
  for (const options of [[], ['-no_nonce']])
    assert.match(await askOcsp(...options), /leaf\.pem: revoked[\s\S]*Reason: superseded/)
  const { body } = await eventually(
    () => fetched(delta!, { 'if-none-match': before.etag! }),
    ({ status }) => status === 200,
  )
  const [list, base] = [fileOf('delta.crl', body), fileOf('full.crl', (await fetched(full!)).body)]
  assert.match(await openssl('crl', '-in', list, '-noout', '-verify', '-CAfile', issuing), /verify OK/)
  const pems = await Promise.all([list, base].map((file) => openssl('crl', '-in', file, '-inform', 'DER')))
  const verdict = await openssl(
    ...[
      'verify',
      '-crl_check',
      '-extended_crl',
      '-use_deltas',
      '-CRLfile',
      fileOf('lists.pem', pems.join('')),
    ],
    ...['-CAfile', root, '-untrusted', issuing, leaf],
  )
  assert.match(verdict, /certificate revoked/)
})

test('a port that is taken: one line that names the option, and the data stays as it is', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  await assert.rejects(
    startService({ args: ['--public-http-port', String(port)] }),
    new RegExp(`port ${port} is taken; choose another with --public-http-port\n$`),
  )
  other.close()
})

test('the service ends with this door open, and answers there again when it is back', async () => {
  const idle = connect(publicPort, '127.0.0.1')
  const gone = new Promise((resolve) => idle.once('close', resolve))
  await new Promise((resolve) => idle.once('connect', resolve))
  assert.equal(await service.stop(), 0)
  await gone
  service = await service.restart()
  assert.match(await askOcsp(), /leaf\.pem: revoked/)
})
