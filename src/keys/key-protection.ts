/**
 * The contract of a keeper of private and symmetric keys. A key is created or imported for one binding (vault, name, version) and can
 * be used under that binding only: a wrapped key moved to another row does not open.
 *
 * A caller gives an algorithm that fits the key and a message of a length that the algorithm takes
 * (`domain/key-algorithms.ts`). Implementations never log, and no error of theirs contains key material.
 */
import type { StoredKey } from '../domain/certificate.ts'
import type {
  AesEncryption,
  Authentication,
  EncryptedMessage,
  EncryptionAlgorithm,
  PlainMessage,
  SignatureAlgorithm,
} from '../domain/key-algorithms.ts'
import type { KeySpec } from '../domain/key-spec.ts'
import type { Secret } from '../domain/secret.ts'

/** What a sealed value belongs to. Bound as additional authenticated data. */
export interface Binding {
  readonly vault: string
  readonly name: string
  readonly version: string
}

export interface CreatedKey {
  readonly stored: StoredKey
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

/** Sizes of an AES key (FIPS 197). */
export type SecretKeyBits = 128 | 192 | 256

/** ECDSA signatures are DER (`ECDSA-Sig-Value`), as X.509 wants them. */
export interface SigningScheme {
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  readonly padding?: 'pkcs1' | 'pss'
}

export interface KeyProtection {
  /** Generates a key pair. Slow for RSA; never blocks other requests. */
  create(spec: KeySpec, binding: Binding): Promise<CreatedKey>
  /** Takes in a PKCS#8 private key. */
  import(pkcs8: Secret<Uint8Array>, binding: Binding): Promise<CreatedKey>
  /** Makes a symmetric key (`oct`) of random octets. */
  createSecretKey(bits: SecretKeyBits, binding: Binding): Promise<StoredKey>
  /** Takes in a symmetric key of 16, 24 or 32 octets. @throws VaultError `BadParameter` for any other length. */
  importSecretKey(octets: Secret<Uint8Array>, binding: Binding): Promise<StoredKey>
  /** Signs `data` (hashing it first), as certificates and tokens are signed. */
  sign(key: StoredKey, binding: Binding, scheme: SigningScheme, data: Uint8Array): Promise<Uint8Array>
  /** Signs a digest, or makes an HMAC of it. ECDSA signatures are `r || s` (RFC 7518 3.4). */
  signDigest(
    key: StoredKey,
    binding: Binding,
    algorithm: SignatureAlgorithm,
    digest: Uint8Array,
  ): Promise<Uint8Array>
  /** Whether an HMAC is the key's. Compares in constant time. */
  verifyCode(
    key: StoredKey,
    binding: Binding,
    algorithm: Authentication,
    data: Uint8Array,
    code: Uint8Array,
  ): Promise<boolean>
  /** Encrypts or wraps with a symmetric key. The nonce of GCM is the keeper's. */
  encrypt(
    key: StoredKey,
    binding: Binding,
    algorithm: AesEncryption,
    message: PlainMessage,
  ): Promise<EncryptedMessage>
  /**
   * Decrypts or unwraps, with a private or a symmetric key.
   * @throws VaultError `BadParameter` with `undecryptable`, whatever is wrong with the message: a keeper that told padding
   * from length, or took another path for it, would decrypt for everybody (Bleichenbacher, Manger, Vaudenay).
   */
  decrypt(
    key: StoredKey,
    binding: Binding,
    algorithm: EncryptionAlgorithm,
    message: EncryptedMessage,
  ): Promise<Secret<Uint8Array>>
  /**
   * The PKCS#8 private key, or the octets of a symmetric one, for keepers that can give it out. Whether it may leave is
   * the caller's rule (`exportable`).
   */
  open(key: StoredKey, binding: Binding): Promise<Secret<Uint8Array>>
  /** The same key under another binding (`reuse_key`). */
  rebind(key: StoredKey, from: Binding, to: Binding): Promise<StoredKey>
  /** Forgets a key that no version claims. Repeatable. */
  destroy(key: StoredKey): Promise<void>
}

/** Seals values that are not keys but must not lie open: PFX values, credentials of issuers and applications. */
export interface Sealer {
  seal(value: Secret<Uint8Array>, binding: Binding): Uint8Array
  /** Throws when the value was altered, or sealed under another key or binding. */
  openSealed(sealed: Uint8Array, binding: Binding): Secret<Uint8Array>
}
