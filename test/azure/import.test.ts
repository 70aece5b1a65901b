/** Imports of what other programs made, and other programs reading what we hand out. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import { type Send, sender } from '../http/request.ts'
import { clientsOf, environmentOf, type Service, startService, tokenOf, trust } from './service.ts'

let service: Service
let clients: ReturnType<typeof clientsOf>
let send: Send
const folder = mkdtempSync(join(tmpdir(), 'certkeep-import-'))
const file = (name: string) => join(folder, name)
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }).toString()

before(async () => {
  makeChain()
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  clients = clientsOf(environment)
  send = sender(service, environment, await tokenOf(environment))
})
after(() => service?.stop())

/** root -> intermediate -> leaf, as an organisation's CA would make them. */
function makeChain(): void {
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const ca = [
    '-addext',
    'basicConstraints=critical,CA:true',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ]
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-subj',
    '/C=DE/O=Example/CN=Root',
    '-days',
    '3650',
    ...ca,
  )
  sign(
    'intermediate',
    '/C=DE/O=Example/CN=Intermediate',
    'root',
    'basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign',
  )
  sign(
    'leaf',
    '/C=DE/ST=Berlin/O=Example/CN=www.example.org',
    'intermediate',
    'subjectAltName=DNS:www.example.org,email:a@example.org\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature',
  )
  writeFileSync(
    file('chain.pem'),
    readFileSync(file('root.pem'), 'utf8') + readFileSync(file('intermediate.pem'), 'utf8'),
  )
}

function sign(name: string, subject: string, issuer: string, extensions: string): void {
  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    subject,
  )
  writeFileSync(file(`${name}.ext`), extensions)
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${issuer}.pem`,
    '-CAkey',
    `${issuer}.key`,
    '-CAcreateserial',
    '-days',
    '365',
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.pem`,
  )
}

function exportPfx(name: string, password: string, ...options: string[]): Buffer {
  openssl(
    'pkcs12',
    '-export',
    '-inkey',
    'leaf.key',
    '-in',
    'leaf.pem',
    '-certfile',
    'chain.pem',
    '-out',
    name,
    '-passout',
    `pass:${password}`,
    ...options,
  )
  return readFileSync(file(name))
}

const leaf = () => new X509Certificate(readFileSync(file('leaf.pem')))

async function secretOf(name: string): Promise<Buffer> {
  return Buffer.from((await clients.secrets.getSecret(name)).value!, 'base64')
}

for (const [label, options] of [
  ['modern', []],
  ['legacy', ['-legacy']],
] as const) {
  test(`a ${label} PFX of OpenSSL is imported with its chain, and comes back without a password, leaf first`, async () => {
    const pfx = exportPfx(`${label}.pfx`, 'päss', ...options)
    const imported = await clients.certificates.importCertificate(`pfx-${label}`, pfx, { password: 'päss' })
    assert.equal(new X509Certificate(imported.cer!).fingerprint256, leaf().fingerprint256)
    assert.equal(imported.policy!.subject, 'CN=www.example.org, O=Example, S=Berlin, C=DE')
    assert.deepEqual(imported.policy!.enhancedKeyUsage, ['1.3.6.1.5.5.7.3.1'])
    assert.deepEqual(imported.policy!.keyUsage, ['digitalSignature'])
    assert.deepEqual(imported.policy!.subjectAlternativeNames, {
      dnsNames: ['www.example.org'],
      emails: ['a@example.org'],
    })
    assert.equal(imported.policy!.issuerName, 'Unknown')
    const value = await secretOf(`pfx-${label}`)
    writeFileSync(file('out.pfx'), value)
    const dump = openssl('pkcs12', '-in', 'out.pfx', '-passin', 'pass:', '-nodes')
    const order = [...dump.matchAll(/subject=(.*)/g)].map(([, subject]) => subject!.replaceAll(' ', ''))
    assert.deepEqual(
      order.map((subject) => /CN=([^,]*)/.exec(subject)![1]),
      ['www.example.org', 'Intermediate', 'Root'],
    )
    tls.createSecureContext({ pfx: value, passphrase: '' })
  })
}

test('what was created here verifies with OpenSSL and serves TLS', async () => {
  const poller = await clients.certificates.beginCreateCertificate(
    'served',
    {
      issuerName: 'Self',
      subject: 'CN=localhost',
      subjectAlternativeNames: { dnsNames: ['localhost'] },
      keyType: 'EC',
      keyCurveName: 'P-256',
      keyUsage: ['digitalSignature'],
    },
    { intervalInMs: 20 },
  )
  const created = await poller.pollUntilDone()
  writeFileSync(file('served.der'), created.cer!)
  openssl('x509', '-inform', 'der', '-in', 'served.der', '-out', 'served.pem')
  assert.match(
    openssl('verify', '-x509_strict', '-CAfile', 'served.pem', 'served.pem').replace(/\n/g, ' '),
    /OK/,
  )
  const text = openssl('x509', '-in', 'served.pem', '-noout', '-text')
  assert.match(text, /X509v3 Key Usage: critical\s+Digital Signature\s/)
  assert.match(text, /DNS:localhost/)
  const pfx = await secretOf('served')
  const server = tls.createServer({ pfx, passphrase: '' }, (socket) => socket.end('hello')).listen(0)
  try {
    const { port } = server.address() as { port: number }
    const socket = tls.connect({ port, host: 'localhost', ca: readFileSync(file('served.pem')) })
    const [greeting] = await new Promise<unknown[]>((resolve, reject) => {
      socket.once('data', (chunk) => resolve([chunk]))
      socket.once('error', reject)
    })
    assert.equal(String(greeting), 'hello')
  } finally {
    server.close()
  }
})

test('PEM is imported and comes back as PEM: the key first, then the chain from the leaf up', async () => {
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'leaf.key', '-out', 'leaf.p8')
  const pem = ['leaf.p8', 'root.pem', 'leaf.pem', 'intermediate.pem']
    .map((name) => readFileSync(file(name), 'utf8'))
    .join('')
  const policy = {
    contentType: 'application/x-pem-file' as const,
    issuerName: 'Unknown',
    subject: 'CN=ignored',
  }
  await clients.certificates.importCertificate('pem', Buffer.from(pem), { policy })
  const { value, properties } = await clients.secrets.getSecret('pem')
  assert.equal(properties.contentType, 'application/x-pem-file')
  assert.deepEqual(
    [...value!.matchAll(/-----BEGIN ([A-Z ]+)-----/g)].map(([, label]) => label),
    ['PRIVATE KEY', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE'],
  )
  const certificates = value!.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n/g)!
  assert.deepEqual(
    certificates.map((text) => /CN=(.*)/.exec(new X509Certificate(text).subject)![1]),
    ['www.example.org', 'Intermediate', 'Root'],
  )
  assert.ok(leaf().checkPrivateKey(createPrivateKey(value!)))
})

test('an encrypted PEM key opens with the password', async () => {
  openssl(
    'pkcs8',
    '-topk8',
    '-v2',
    'aes-256-cbc',
    '-in',
    'leaf.key',
    '-out',
    'leaf.enc',
    '-passout',
    'pass:1234',
  )
  const pem = readFileSync(file('leaf.enc'), 'utf8') + readFileSync(file('leaf.pem'), 'utf8')
  const policy = {
    contentType: 'application/x-pem-file' as const,
    issuerName: 'Unknown',
    subject: 'CN=ignored',
  }
  await clients.certificates.importCertificate('pem-encrypted', Buffer.from(pem), {
    policy,
    password: '1234',
  })
  const refused = clients.certificates.importCertificate('pem-wrong', Buffer.from(pem), {
    policy,
    password: 'wrong',
  })
  await assert.rejects(refused, { statusCode: 400, code: 'BadParameter' })
})

test('a certificate that must not be exported keeps its key here', async () => {
  const pfx = exportPfx('kept.pfx', 'secret')
  // The client of JavaScript leaves the policy out of the request, so this one is written by hand.
  const body = { value: pfx.toString('base64'), pwd: 'secret', policy: { key_props: { exportable: false } } }
  const path = '/certificates/kept/import?api-version=7.4'
  assert.equal((await send({ method: 'POST', path, body })).status, 200)
  writeFileSync(file('kept-out.pfx'), await secretOf('kept'))
  const dump = openssl('pkcs12', '-in', 'kept-out.pfx', '-passin', 'pass:', '-nodes')
  assert.equal(dump.includes('PRIVATE KEY'), false)
  assert.equal(dump.match(/BEGIN CERTIFICATE/g)!.length, 3)
})

const refusals: [string, () => Buffer, object, RegExp][] = [
  ['a wrong password', () => exportPfx('r1.pfx', 'right'), { password: 'wrong' }, /password/i],
  ['a missing password', () => exportPfx('r2.pfx', 'right'), {}, /password/i],
  ['a truncated file', () => exportPfx('r3.pfx', 'x').subarray(0, 500), { password: 'x' }, /./],
  [
    'bytes behind the end',
    () => Buffer.concat([exportPfx('r4.pfx', 'x'), Buffer.from('tail')]),
    { password: 'x' },
    /./,
  ],
  ['something else', () => Buffer.from('not a certificate at all'), {}, /PFX|PEM/],
  [
    'a PFX without a private key',
    () => {
      openssl('pkcs12', '-export', '-nokeys', '-in', 'leaf.pem', '-out', 'r5.pfx', '-passout', 'pass:x')
      return readFileSync(file('r5.pfx'))
    },
    { password: 'x' },
    /private key/,
  ],
  [
    'an expired certificate',
    () => {
      openssl(
        'req',
        '-new',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'old.key',
        '-out',
        'old.csr',
        '-subj',
        '/CN=old',
      )
      openssl('x509', '-req', '-in', 'old.csr', '-signkey', 'old.key', '-days', '-1', '-out', 'old.pem')
      openssl(
        'pkcs12',
        '-export',
        '-inkey',
        'old.key',
        '-in',
        'old.pem',
        '-out',
        'old.pfx',
        '-passout',
        'pass:x',
      )
      return readFileSync(file('old.pfx'))
    },
    { password: 'x' },
    /expired/,
  ],
  [
    'a weak key',
    () => {
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:1024',
        '-nodes',
        '-keyout',
        'weak.key',
        '-out',
        'weak.pem',
        '-subj',
        '/CN=weak',
        '-days',
        '9',
      )
      openssl(
        'pkcs12',
        '-export',
        '-inkey',
        'weak.key',
        '-in',
        'weak.pem',
        '-out',
        'weak.pfx',
        '-passout',
        'pass:x',
      )
      return readFileSync(file('weak.pfx'))
    },
    { password: 'x' },
    /RSA|bits/,
  ],
]
for (const [index, [label, content, options, message]] of refusals.entries()) {
  test(`${label} is refused with a clear message, and nothing is stored`, async () => {
    const name = `refused-${index}`
    const refused = clients.certificates.importCertificate(name, content(), options)
    await assert.rejects(refused, (error: { statusCode: number; code: string; message: string }) => {
      assert.equal(error.statusCode, 400)
      assert.equal(error.code, 'BadParameter')
      assert.match(error.message, message)
      return true
    })
    await assert.rejects(clients.certificates.getCertificate(name), { statusCode: 404 })
  })
}
