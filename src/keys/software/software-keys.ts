/** KeyProtection and Sealer over envelopes: keys exist in this process while they are used, and sealed at all other times. */
import {
  constants,
  createHmac,
  createPrivateKey,
  createSecretKey,
  generateKeyPair,
  generateKeyPairSync,
  type KeyObject,
  type SignKeyObjectInput,
  sign as signWith,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { StoredKey } from '../../domain/certificate.ts'
import { badParameter } from '../../domain/errors.ts'
import {
  type AesEncryption,
  type Authentication,
  type EncryptedMessage,
  type EncryptionAlgorithm,
  isRsaEncryption,
  type PlainMessage,
  type SignatureAlgorithm,
} from '../../domain/key-algorithms.ts'
import { type Curve, curves, type KeySpec } from '../../domain/key-spec.ts'
import { undecryptable } from '../../domain/refusals.ts'
import { Secret } from '../../domain/secret.ts'
import type { Random } from '../../domain/time.ts'
import { encodeEcKeyPair } from '../../x509/ec-private-key.ts'
import { readPkcs8 } from '../../x509/private-key.ts'
import { decryptWithAes, encryptWithAes } from '../algorithms/aes.ts'
import { signWithEc } from '../algorithms/ecdsa.ts'
import { decryptWithRsa } from '../algorithms/rsa-encryption.ts'
import { signWithRsa } from '../algorithms/rsa-signature.ts'
import type {
  Binding,
  CreatedKey,
  KeyProtection,
  Sealer,
  SecretKeyBits,
  SigningScheme,
} from '../key-protection.ts'
import { type DataKey, openEnvelope, type Purpose, sealEnvelope } from './envelope.ts'
import { Turnstile } from './turnstile.ts'

const uri = 'software:aes-256-gcm'
/** Symmetric keys are sealed for a purpose of their own, so their URI has to say which keys they are. */
const secretKeyUri = 'software:aes-256-gcm:oct'
const secretKeyLengths: readonly number[] = [16, 24, 32]
const recentlyUsedMax = 256

const generateKeyPairInPool = promisify(generateKeyPair)
const signInPool: (
  hash: string,
  data: Uint8Array,
  key: KeyObject | SignKeyObjectInput,
) => Promise<Uint8Array> = promisify(signWith)

export class SoftwareKeys implements KeyProtection, Sealer {
  readonly #sealingKey: DataKey
  readonly #openingKeys: ReadonlyMap<number, DataKey>
  readonly #random: Random
  /** RSA generation takes a whole core for a while: more at once than cores would only delay everyone. */
  readonly #generators: Turnstile
  /** Keys just created or used, so that signing right after creation opens nothing. Oldest first. */
  readonly #recentlyUsed = new Map<string, { wrapped: Uint8Array; key: KeyObject }>()

  constructor(dataKey: DataKey, random: Random, cores: number) {
    this.#sealingKey = dataKey
    this.#openingKeys = new Map([[dataKey.number, dataKey]])
    this.#random = random
    this.#generators = new Turnstile(cores)
  }

  async create(spec: KeySpec, binding: Binding): Promise<CreatedKey> {
    // An EC key takes less time to make than to hand to another thread.
    if (spec.kty === 'EC') return this.#store(generateEcKeyPair(curves[spec.curve]), binding)
    const { privateKey, publicKey } = await this.#generators.pass(() =>
      generateKeyPairInPool('rsa', { modulusLength: spec.size, publicExponent: 0x10001 }),
    )
    return this.#store(encoded(privateKey, publicKey), binding)
  }

  async import(pkcs8: Secret<Uint8Array>, binding: Binding): Promise<CreatedKey> {
    try {
      const pair = readPkcs8(pkcs8.reveal())
      const wrapped = sealEnvelope(this.#sealingKey, 'private key', binding, pair.pkcs8, this.#random)
      return { stored: { uri, wrapped }, publicKey: pair.spki }
    } catch (cause) {
      throw badParameter('The private key cannot be read; send an RSA or EC key as PKCS#8.', { cause })
    }
  }

  async createSecretKey(bits: SecretKeyBits, binding: Binding): Promise<StoredKey> {
    return this.#storeSecretKey(this.#random(bits / 8), binding)
  }

  async importSecretKey(octets: Secret<Uint8Array>, binding: Binding): Promise<StoredKey> {
    const { length } = octets.reveal()
    if (!secretKeyLengths.includes(length))
      throw badParameter(`A symmetric key has 128, 192 or 256 bits, not ${length * 8}.`)
    return this.#storeSecretKey(Uint8Array.from(octets.reveal()), binding)
  }

  async sign(
    stored: StoredKey,
    binding: Binding,
    scheme: SigningScheme,
    data: Uint8Array,
  ): Promise<Uint8Array> {
    const key = this.#use(stored, binding)
    // An EC signature takes less time to make than to hand to another thread; an RSA one would hold up everyone.
    if (key.asymmetricKeyType === 'ec') return signWith(scheme.hash, data, key)
    if (scheme.padding !== 'pss') return signInPool(scheme.hash, data, key)
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
    return signInPool(scheme.hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
  }

  async signDigest(
    stored: StoredKey,
    binding: Binding,
    algorithm: SignatureAlgorithm,
    digest: Uint8Array,
  ): Promise<Uint8Array> {
    const key = this.#use(stored, binding)
    if (algorithm.kind === 'HMAC') return createHmac(algorithm.hash, key).update(digest).digest()
    if (algorithm.kind === 'ECDSA') return signWithEc(key, algorithm, digest, this.#random)
    return signWithRsa(key, algorithm, digest, this.#random)
  }

  async verifyCode(
    stored: StoredKey,
    binding: Binding,
    algorithm: Authentication,
    data: Uint8Array,
    code: Uint8Array,
  ): Promise<boolean> {
    const expected = await this.signDigest(stored, binding, algorithm, data)
    return expected.length === code.length && timingSafeEqual(expected, code)
  }

  async encrypt(
    stored: StoredKey,
    binding: Binding,
    algorithm: AesEncryption,
    message: PlainMessage,
  ): Promise<EncryptedMessage> {
    const value = message.value.reveal()
    return encryptWithAes(this.#use(stored, binding), algorithm, { ...message, value }, this.#random)
  }

  async decrypt(
    stored: StoredKey,
    binding: Binding,
    algorithm: EncryptionAlgorithm,
    message: EncryptedMessage,
  ): Promise<Secret<Uint8Array>> {
    const key = this.#use(stored, binding)
    try {
      return new Secret(
        isRsaEncryption(algorithm)
          ? await decryptWithRsa(key, algorithm, message.value)
          : decryptWithAes(key, algorithm, message),
      )
    } catch {
      throw undecryptable()
    }
  }

  async open(stored: StoredKey, binding: Binding): Promise<Secret<Uint8Array>> {
    return new Secret(openEnvelope(this.#openingKeys, purposeOf(stored), binding, wrappedOf(stored)))
  }

  async rebind(stored: StoredKey, from: Binding, to: Binding): Promise<StoredKey> {
    const purpose = purposeOf(stored)
    const key = openEnvelope(this.#openingKeys, purpose, from, wrappedOf(stored))
    const wrapped = sealEnvelope(this.#sealingKey, purpose, to, key, this.#random)
    key.fill(0)
    return { uri: stored.uri, wrapped }
  }

  /** A wrapped key is gone when its row is gone. */
  async destroy(): Promise<void> {}

  seal(value: Secret<Uint8Array>, binding: Binding): Uint8Array {
    return sealEnvelope(this.#sealingKey, 'value', binding, value.reveal(), this.#random)
  }

  openSealed(sealed: Uint8Array, binding: Binding): Secret<Uint8Array> {
    return new Secret(openEnvelope(this.#openingKeys, 'value', binding, sealed))
  }

  #store({ privateKey, pkcs8, spki }: EncodedKeyPair, binding: Binding): CreatedKey {
    const wrapped = sealEnvelope(this.#sealingKey, 'private key', binding, pkcs8, this.#random)
    pkcs8.fill(0)
    this.#remember(wrapped, binding, privateKey)
    return { stored: { uri, wrapped }, publicKey: spki }
  }

  #storeSecretKey(octets: Uint8Array, binding: Binding): StoredKey {
    const wrapped = sealEnvelope(this.#sealingKey, 'secret key', binding, octets, this.#random)
    octets.fill(0)
    return { uri: secretKeyUri, wrapped }
  }

  #use(stored: StoredKey, binding: Binding): KeyObject {
    const recent = this.#recent(stored, binding)
    if (recent) return recent
    const wrapped = wrappedOf(stored)
    const purpose = purposeOf(stored)
    const octets = openEnvelope(this.#openingKeys, purpose, binding, wrapped)
    const key = purpose === 'secret key' ? createSecretKey(octets) : readPrivateKey(octets)
    octets.fill(0)
    this.#remember(wrapped, binding, key)
    return key
  }

  #recent(stored: StoredKey, binding: Binding): KeyObject | undefined {
    const recent = this.#recentlyUsed.get(nameOf(binding))
    return recent && stored.wrapped && Buffer.compare(recent.wrapped, stored.wrapped) === 0
      ? recent.key
      : undefined
  }

  #remember(wrapped: Uint8Array, binding: Binding, key: KeyObject): void {
    const name = nameOf(binding)
    this.#recentlyUsed.delete(name)
    this.#recentlyUsed.set(name, { wrapped, key })
    if (this.#recentlyUsed.size > recentlyUsedMax) {
      for (const oldest of this.#recentlyUsed.keys()) {
        this.#recentlyUsed.delete(oldest)
        break
      }
    }
  }
}

function readPrivateKey(pkcs8: Uint8Array): KeyObject {
  const key = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length)
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

interface EncodedKeyPair {
  readonly privateKey: KeyObject
  readonly pkcs8: Uint8Array
  readonly spki: Uint8Array
}

function encoded(privateKey: KeyObject, publicKey: KeyObject): EncodedKeyPair {
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' })
  return { privateKey, pkcs8, spki: publicKey.export({ format: 'der', type: 'spki' }) }
}

/** The numbers are read from the key and encoded here: OpenSSL's own encoders take three times as long as the generation. */
function generateEcKeyPair(curve: Curve): EncodedKeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve.opensslName })
  const { d, x, y } = privateKey.export({ format: 'jwk' })
  const octets = [d, x, y].map((number) => Buffer.from(number!, 'base64url'))
  const [scalar, ...coordinates] = octets
  const { pkcs8, spki } = encodeEcKeyPair(curve, scalar!, Buffer.concat([Uint8Array.of(4), ...coordinates]))
  for (const number of octets) number.fill(0)
  return { privateKey, pkcs8, spki }
}

function nameOf(binding: Binding): string {
  return `${binding.vault}/${binding.name}/${binding.version}`
}

function purposeOf(stored: StoredKey): Purpose {
  if (stored.uri === uri) return 'private key'
  if (stored.uri === secretKeyUri) return 'secret key'
  throw new Error(`not a software key: ${stored.uri}`)
}

function wrappedOf(stored: StoredKey): Uint8Array {
  if (!stored.wrapped) throw new Error(`not a software key: ${stored.uri}`)
  return stored.wrapped
}
