/**
 * Cryptography with the keys of certificates through the unmodified Azure SDK. Where its client encrypts by itself,
 * with the public key, the service is asked by hand as well: each has to read what the other made.
 */
import assert from 'node:assert/strict'
import { constants, createHash, createPublicKey, randomBytes, verify, X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CertificateClient, CertificatePolicy } from '@azure/keyvault-certificates'
import { CryptographyClient, type KeyClient, type SignatureAlgorithm } from '@azure/keyvault-keys'
import { type Send, sender } from '../http/request.ts'
import { clientsOf, environmentOf, type Service, startService, tokenOf, trust } from './service.ts'

let service: Service
let certificates: CertificateClient
let keys: KeyClient
let clients: ReturnType<typeof clientsOf>
let send: Send

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  clients = clientsOf(environment)
  ;({ certificates, keys } = clients)
  send = sender(service, environment, await tokenOf(environment))
  await create('rsa', {
    keyType: 'RSA',
    keySize: 2048,
    keyUsage: ['digitalSignature', 'keyEncipherment', 'dataEncipherment'],
  })
})
after(() => service?.stop())

async function create(name: string, policy: Partial<CertificatePolicy>): Promise<X509Certificate> {
  const whole = { issuerName: 'Self', subject: `CN=${name}`, ...policy } as CertificatePolicy
  const poller = await certificates.beginCreateCertificate(name, whole, { intervalInMs: 20 })
  return new X509Certificate((await poller.pollUntilDone()).cer!)
}

async function cryptographyOf(name: string): Promise<CryptographyClient> {
  const { id } = await keys.getKey(name)
  return new CryptographyClient(id!, clients.credential, { disableChallengeResourceVerification: true })
}

/** Asks the service itself. */
async function ask(path: string, body: object) {
  const reply = await send({ method: 'POST', path: `/keys/${path}?api-version=7.5`, body })
  assert.equal(reply.status, 200, reply.text)
  return reply.json
}

const text = (octets: Uint8Array) => Buffer.from(octets).toString('base64url')
const octets = (value: string) => Buffer.from(value, 'base64url')
const data = randomBytes(500)

const curves = [
  ['P-256', 'ES256', 'sha256'],
  ['P-384', 'ES384', 'sha384'],
  ['P-521', 'ES512', 'sha512'],
  ['P-256K', 'ES256K', 'sha256'],
] as const

for (const [curve, algorithm, hash] of curves)
  test(`${algorithm} is signed and verified, and the certificate verifies it too`, async () => {
    const name = `ec-${curve.toLowerCase()}`
    const { publicKey } = await create(name, {
      keyType: 'EC',
      keyCurveName: curve,
      keyUsage: ['digitalSignature'],
    })
    const client = await cryptographyOf(name)
    const digest = createHash(hash).update(data).digest()
    const { result, keyID } = await client.sign(algorithm, digest)
    assert.equal(keyID, (await keys.getKey(name)).id)
    assert.ok(verify(hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, result))
    assert.equal((await client.verify(algorithm, digest, result)).result, true)
    const other = createHash(hash).update('other').digest()
    assert.equal((await client.verify(algorithm, other, result)).result, false)
    const whole = await client.signData(algorithm, data)
    assert.equal((await client.verifyData(algorithm, data, whole.result)).result, true)
  })

const rsaSignatures: readonly SignatureAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

for (const algorithm of rsaSignatures)
  test(`${algorithm} is signed, and verified by the service and by whoever has the certificate`, async () => {
    const hash = `sha${algorithm.slice(2)}`
    const client = await cryptographyOf('rsa')
    const digest = createHash(hash).update(data).digest()
    const { result } = await client.sign(algorithm, digest)
    assert.equal((await client.verify(algorithm, digest, result)).result, true)
    const { publicKey } = new X509Certificate((await certificates.getCertificate('rsa')).cer!)
    const padding = algorithm.startsWith('PS')
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING }
    assert.ok(verify(hash, data, { key: publicKey, ...padding }, result))
    // The client verifies data by itself, and takes PS for RS there: a mistake of its own.
    if (algorithm.startsWith('RS'))
      assert.equal((await client.verifyData(algorithm, data, result)).result, true)
    result[0]! ^= 1
    assert.equal((await client.verify(algorithm, digest, result)).result, false)
  })

for (const algorithm of ['RSA-OAEP', 'RSA-OAEP-256', 'RSA1_5'] as const)
  test(`${algorithm} is decrypted and unwrapped, whoever encrypted and wrapped it`, async () => {
    const client = await cryptographyOf('rsa')
    const plaintext = randomBytes(32)
    const encrypted = await client.encrypt({ algorithm, plaintext })
    const decrypted = await client.decrypt({ algorithm, ciphertext: encrypted.result })
    assert.deepEqual(Buffer.from(decrypted.result), plaintext)
    const wrapped = await client.wrapKey(algorithm, plaintext)
    assert.deepEqual(Buffer.from((await client.unwrapKey(algorithm, wrapped.result)).result), plaintext)
    const { id } = await keys.getKey('rsa')
    for (const [there, back] of [
      ['encrypt', 'decrypt'],
      ['wrapkey', 'unwrapkey'],
    ] as const) {
      const made = await ask(`rsa//${there}`, { alg: algorithm, value: text(plaintext) })
      const host = new URL(id!).host
      assert.match(made.kid, /^https:\/\/[^/]+\/keys\/rsa\/[0-9a-f]{32}$/)
      assert.equal(made.kid.replace(new URL(made.kid).host, host), id)
      const read = await ask(`rsa//${back}`, { alg: algorithm, value: made.value })
      assert.deepEqual(octets(read.value), plaintext)
    }
  })

test('the public key of the answer is the one that verifies', async () => {
  const { key } = await keys.getKey('rsa')
  const jwk = { kty: 'RSA', n: text(key!.n!), e: text(key!.e!) }
  const client = await cryptographyOf('rsa')
  const { result } = await client.signData('RS256', data)
  assert.ok(verify('sha256', data, createPublicKey({ key: jwk, format: 'jwk' }), result))
})

test('what cannot be done is refused with a reason that the SDK hands on', async () => {
  const client = await cryptographyOf('rsa')
  await assert.rejects(client.sign('RS256', randomBytes(20)), {
    statusCode: 400,
    code: 'BadParameter',
    message: /RS256 signs a digest of 32 octets/,
  })
  await assert.rejects(client.decrypt({ algorithm: 'RSA-OAEP', ciphertext: randomBytes(256) }), {
    statusCode: 400,
    message: 'The value cannot be decrypted with this key and algorithm.',
  })
  const { properties } = await certificates.getCertificate('rsa')
  await certificates.updateCertificateProperties('rsa', properties.version!, { enabled: false })
  await assert.rejects(client.sign('RS256', randomBytes(32)), { statusCode: 403, code: 'Forbidden' })
  await certificates.updateCertificateProperties('rsa', properties.version!, { enabled: true })
})

test('bodies that nobody should send are refused', async () => {
  const refused = async (path: string, body: object | string, status: number, message: RegExp) => {
    const reply = await send({
      method: 'POST',
      path: `/keys/${path}?api-version=7.5`,
      body,
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(reply.status, status, reply.text)
    assert.match(reply.json.error.message, message)
  }
  const value = text(randomBytes(32))
  await refused('rsa//sign', { value }, 400, /alg/)
  await refused('rsa//sign', { alg: 'RS1', value }, 400, /alg: send one of PS256, .*HS512/)
  await refused('rsa//sign', { alg: 'RSA-OAEP', value }, 400, /alg: send one of/)
  await refused('rsa//sign', { alg: 'RS256' }, 400, /value/)
  await refused('rsa//sign', { alg: 'RS256', value: 7 }, 400, /value/)
  for (const wrong of [`${value}=`, `${value} `, 'a', '++++', '////', 'AB'])
    await refused('rsa//sign', { alg: 'RS256', value: wrong }, 400, /^value: send the octets as base64url/)
  await refused('rsa//sign', { alg: 'RS256', value: 'A'.repeat(131_073) }, 400, /value/)
  await refused('rsa//verify', { alg: 'RS256', value }, 400, /digest/)
  await refused('rsa//verify', { alg: 'RS256', value, digest: '%' }, 400, /^digest: send/)
  await refused('rsa//encrypt', { alg: 'RSA-OAEP', value, tag: value }, 400, /^tag:/)
  await refused(
    'rsa//encrypt',
    { alg: 'A256GCM', value },
    400,
    /needs a key of type oct; .*Use one of RSA-OAEP, RSA-OAEP-256, RSA1_5\./,
  )
  await refused('rsa//encrypt', '{', 400, /not valid JSON/)
  await refused('nothing//sign', { alg: 'RS256', value }, 404, /was not found/)
  await refused('rsa/0123/sign', { alg: 'RS256', value }, 404, /rsa\/versions\/0123 was not found/)
})
