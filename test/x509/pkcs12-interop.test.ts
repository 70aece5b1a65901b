/** PFX files between certkeep and OpenSSL, Java, GnuTLS and Node, both ways, with the programs that are installed here. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, type X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import tls from 'node:tls'
import { Secret } from '../../src/domain/secret.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import type { Der } from '../../src/x509/der.ts'
import { formatPem, parsePem } from '../../src/x509/pem.ts'
import { type PfxContent, readPfx } from '../../src/x509/pkcs12.ts'
import { type PfxMakings, writePfxWithoutPassword } from '../../src/x509/pkcs12-writer.ts'
import { ca, ecKey, issue, type TestKey } from './authority.ts'

const folder = mkdtempSync(join(tmpdir(), 'certkeep-pkcs12-'))
after(() => rmSync(folder, { recursive: true }))
const path = (name: string) => join(folder, name)

function save(name: string, content: string | Uint8Array): string {
  writeFileSync(path(name), content)
  return path(name)
}

/** Where programs have to be there, a missing one fails its tests; elsewhere it skips them. */
function needs(program: string, versionFlag: string): { skip: string | false } {
  const missing = spawnSync(program, [versionFlag]).error !== undefined
  return { skip: missing && process.env.CI !== 'true' ? `needs ${program}` : false }
}

function run(program: string, ...parameters: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8' })
  assert.ifError(error)
  assert.equal(status, 0, stdout + stderr)
  return stdout
}

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

interface Entry {
  readonly key: TestKey
  readonly pkcs8: Buffer
  readonly leaf: Der
  readonly root: Der
}

function entry(key: TestKey): Entry {
  const root = issue('CN=Root', ca)
  const leaf = issue('CN=leaf.example', { issuer: root, key }).certificate.der
  const pkcs8 = key.privateKey.export({ type: 'pkcs8', format: 'der' })
  return { key, pkcs8, leaf, root: root.certificate.der }
}

function rsaKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) }
}

const entries = { EC: entry(ecKey()), RSA: entry(rsaKey()) }

function write({ pkcs8, leaf, root }: Entry, profile: PfxMakings['profile'], rootFirst = false): string {
  const pfx = writePfxWithoutPassword({
    privateKey: new Secret<Uint8Array>(pkcs8),
    leaf,
    certificates: rootFirst ? [root, leaf] : [leaf, root],
    profile,
    random: randomBytes,
  })
  return save('ours.pfx', pfx)
}

function blocks(text: string, label: string): string[] {
  return parsePem(text)
    .filter((block) => block.label === label)
    .map(({ der }) => hex(der))
}

async function read(file: string, password?: string): Promise<PfxContent> {
  return readPfx(readFileSync(file), password === undefined ? undefined : new Secret(password))
}

function assertHolds({ privateKeys, certificates }: PfxContent, { pkcs8, leaf, root }: Entry): void {
  assert.deepEqual(
    privateKeys.map((key) => hex(key.pkcs8.reveal())),
    [hex(pkcs8)],
  )
  assert.deepEqual(certificates.map(({ der }) => hex(der)).toSorted(), [hex(leaf), hex(root)].toSorted())
}

for (const [kind, made] of Object.entries(entries))
  for (const profile of ['modern', 'legacy'] as const)
    describe(`our ${profile} PFX with an ${kind} key`, () => {
      test('is opened by OpenSSL', needs('openssl', 'version'), () => {
        const text = run('openssl', 'pkcs12', '-in', write(made, profile), '-passin', 'pass:', '-nodes')
        assert.deepEqual(blocks(text, 'PRIVATE KEY'), [hex(made.pkcs8)])
        assert.deepEqual(blocks(text, 'CERTIFICATE'), [hex(made.leaf), hex(made.root)])
        assert.match(text, /friendlyName: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}\n/)
      })

      test('has its leaf found by OpenSSL wherever it stands', needs('openssl', 'version'), () => {
        for (const rootFirst of [false, true]) {
          const file = write(made, profile, rootFirst)
          const leaf = run('openssl', 'pkcs12', '-in', file, '-passin', 'pass:', '-clcerts', '-nokeys')
          assert.deepEqual(blocks(leaf, 'CERTIFICATE'), [hex(made.leaf)])
        }
      })

      test('is opened by Java, which pairs key and chain', needs('keytool', '-help'), async () => {
        const file = write(made, profile)
        assert.match(
          run('keytool', '-list', '-v', '-keystore', file, '-storepass', ''),
          /PrivateKeyEntry\nCertificate chain length: 2/,
        )
        rmSync(path('java.p12'), { force: true })
        const from = ['-srckeystore', file, '-srcstorepass', '']
        const to = ['-destkeystore', path('java.p12'), '-deststorepass', 'changeit']
        run('keytool', '-importkeystore', '-noprompt', ...from, ...to)
        assertHolds(await read(path('java.p12'), 'changeit'), made)
      })

      test('is opened by GnuTLS', needs('certtool', '--version'), () => {
        const file = write(made, profile)
        const text = run('certtool', '--p12-info', '--inder', '--empty-password', '--infile', file)
        assert.deepEqual(blocks(text, 'CERTIFICATE').toSorted(), [hex(made.leaf), hex(made.root)].toSorted())
      })

      test('is served by Node', async () => {
        const pfx = readFileSync(write(made, profile))
        const served = await serve({ pfx, passphrase: '' })
        assert.equal(hex(served.raw), hex(made.leaf))
        assert.equal(hex((await serve({ pfx })).raw), hex(made.leaf))
      })
    })

/** The certificate that a TLS client is shown. */
async function serve(options: tls.TlsOptions): Promise<X509Certificate> {
  const server = tls.createServer(options, (socket) => socket.end()).listen(0)
  const { port } = server.address() as { port: number }
  try {
    return await new Promise<X509Certificate>((resolve, reject) => {
      const client = tls.connect({ port, rejectUnauthorized: false }, () => {
        resolve(client.getPeerX509Certificate()!)
        client.end()
      })
      client.on('error', reject)
    })
  } finally {
    server.close()
  }
}

describe('a PFX of OpenSSL', needs('openssl', 'version'), () => {
  const styles: Record<string, string[]> = {
    modern: [],
    legacy: ['-legacy'],
    'triple DES': ['-descert', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'SHA1'],
    'many iterations': ['-iter', '100000'],
    'MAC only': ['-keypbe', 'NONE', '-certpbe', 'NONE'],
  }
  for (const [kind, made] of Object.entries(entries))
    for (const [style, options] of Object.entries(styles))
      test(`${style}, ${kind}, is read with its password`, async () => {
        for (const password of ['a', 'correct horse battery staple', 'Grüße 𝄞', '']) {
          const key = save('key.pem', formatPem('PRIVATE KEY', made.pkcs8))
          const certificates = [made.leaf, made.root].map((der) => formatPem('CERTIFICATE', der)).join('')
          const input = ['-inkey', key, '-in', save('certificates.pem', certificates)]
          const out = ['-out', path('openssl.pfx'), '-passout', `pass:${password}`]
          run('openssl', 'pkcs12', '-export', ...input, ...out, ...options)
          assertHolds(await read(path('openssl.pfx'), password), made)
          await assert.rejects(read(path('openssl.pfx'), `${password}x`), { code: 'BadParameter' })
        }
      })
})

describe('a key store of Java', needs('keytool', '-help'), () => {
  for (const algorithm of ['EC', 'RSA'])
    for (const style of ['modern', 'legacy'])
      test(`${style}, with an ${algorithm} key made there, is read`, async () => {
        rmSync(path('store.p12'), { force: true })
        const store = ['-keystore', path('store.p12'), '-storetype', 'PKCS12', '-storepass', 'changeit']
        const legacy = style === 'legacy' ? ['-J-Dkeystore.pkcs12.legacy'] : []
        const wishes = ['-alias', 'web', '-keyalg', algorithm, '-dname', 'CN=java.example']
        run('keytool', ...legacy, '-genkeypair', ...wishes, ...store)
        const { privateKeys, certificates } = await read(path('store.p12'), 'changeit')
        assert.equal(privateKeys.length, 1)
        assert.equal(certificates.length, 1)
        const { spki } = parseCertificate(certificates[0]!.der)
        assert.equal(hex(privateKeys[0]!.spki), hex(spki))
      })
})

describe('a PFX of GnuTLS', needs('certtool', '--version'), () => {
  for (const [kind, made] of Object.entries(entries))
    test(`with an ${kind} key is read`, async () => {
      const pem = (label: string, der: Der) => save(`${label}.pem`.replace(' ', '-'), formatPem(label, der))
      const input = [
        '--load-privkey',
        pem('PRIVATE KEY', made.pkcs8),
        '--load-certificate',
        pem('CERTIFICATE', made.leaf),
        '--load-ca-certificate',
        save('root.pem', formatPem('CERTIFICATE', made.root)),
      ]
      const out = ['--outder', '--outfile', path('gnutls.p12'), '--password', 'secret', '--p12-name', 'web']
      run('certtool', '--to-p12', ...input, ...out)
      assertHolds(await read(path('gnutls.p12'), 'secret'), made)
    })
})
