/** The certificate of the service's own listener, judged by OpenSSL as a client would. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { addMonths } from '../../src/domain/time.ts'
import { certificateHosts, type FrontDoor } from '../../src/installation/front-door.ts'
import { createServiceIdentity } from '../../src/installation/service-identity.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { newFolder, open, wallClock } from './folder.ts'

const door: FrontDoor = { suffix: 'vault.example.org', port: 8443, host: '0.0.0.0' }
const installation = await open(newFolder())
after(() => installation.storage.close())
const { keys, localCa } = installation

async function identityFor(frontDoor: FrontDoor) {
  const hosts = certificateHosts(frontDoor, 'Build-Server')
  const identity = await createServiceIdentity({ keys, localCa, hosts, wallClock, random: randomBytes })
  const [leaf, ca, ...others] = identity.certificate.split(/(?<=-----END CERTIFICATE-----\n)/)
  assert.deepEqual(others, [])
  return { identity, leaf: new X509Certificate(leaf!), leafPem: leaf!, caPem: ca! }
}

test('it names every host under which the service answers, and no other', async () => {
  const { leaf } = await identityFor(door)
  const names = leaf.subjectAltName!.split(', ').sort()
  assert.deepEqual(names, [
    'DNS:*.adfs.vault.example.org',
    'DNS:*.vault.example.org',
    'DNS:build-server',
    'DNS:localhost',
    'DNS:login.vault.example.org',
    'DNS:vault.example.org',
    'IP Address:0:0:0:0:0:0:0:1',
    'IP Address:127.0.0.1',
  ])
  for (const host of ['localhost', 'my-vault.vault.example.org', 'login.vault.example.org', 'build-server'])
    assert.ok(leaf.checkHost(host), host)
  for (const host of ['example.org', 'a.b.vault.example.org', 'vault.example.org.evil.example'])
    assert.equal(leaf.checkHost(host), undefined, host)
  assert.ok(leaf.checkIP('127.0.0.1') && leaf.checkIP('::1'))
})

test('the address that is listened on is one of its names', async () => {
  for (const [host, name] of [
    ['192.0.2.7', 'IP Address:192.0.2.7'],
    ['2001:db8::7', 'IP Address:2001:DB8:0:0:0:0:0:7'],
    ['Vault-Host', 'DNS:vault-host'],
  ] as const) {
    const { leaf } = await identityFor({ ...door, host })
    assert.ok(leaf.subjectAltName!.split(', ').includes(name), name)
    assert.equal(leaf.checkHost('build-server'), undefined)
  }
})

test('it is a server’s and nothing else, of the local CA, for the key beside it', async () => {
  const { identity, leaf, caPem } = await identityFor(door)
  const ca = new X509Certificate(localCa.certificate)
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.equal(leaf.ca, false)
  assert.equal(leaf.subject, 'CN=certkeep')
  assert.ok(leaf.checkIssued(ca) && leaf.verify(ca.publicKey))
  assert.ok(leaf.checkPrivateKey(createPrivateKey(identity.key)))
  assert.equal(new X509Certificate(caPem).fingerprint256, ca.fingerprint256)
})

test('it is valid from ten minutes ago for three months', async () => {
  const { leaf } = await identityFor(door)
  assert.equal(leaf.validFromDate.getTime() / 1000, wallClock.now() - 600)
  assert.equal(leaf.validToDate.getTime() / 1000, addMonths(wallClock.now(), 3))
})

test('every identity has its own key and serial number', async () => {
  const [one, other] = [await identityFor(door), await identityFor(door)]
  assert.notEqual(one.leaf.serialNumber, other.leaf.serialNumber)
  assert.notEqual(one.identity.key, other.identity.key)
})

const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'needs the openssl command'

test('OpenSSL finds nothing to object to, even when it is strict', { skip }, async () => {
  const { leafPem } = await identityFor(door)
  const folder = mkdtempSync(join(tmpdir(), 'certkeep-identity-'))
  const caFile = join(folder, 'ca.pem')
  const leafFile = join(folder, 'leaf.pem')
  writeFileSync(caFile, formatPem('CERTIFICATE', localCa.certificate))
  writeFileSync(leafFile, leafPem)
  const verify = (...options: string[]) =>
    spawnSync('openssl', ['verify', '-x509_strict', '-CAfile', caFile, ...options, leafFile], {
      encoding: 'utf8',
    })
  for (const host of ['localhost', 'a.vault.example.org']) {
    const { status, stderr } = verify('-purpose', 'sslserver', '-verify_hostname', host)
    assert.equal(status, 0, stderr)
  }
  assert.notEqual(verify('-purpose', 'sslserver', '-verify_hostname', 'example.org').status, 0)
  assert.notEqual(verify('-purpose', 'sslclient').status, 0)
  assert.equal(
    spawnSync('openssl', ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', caFile, caFile]).status,
    0,
  )
})
