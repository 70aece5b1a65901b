/**
 * Cryptography with a key. The key is found and judged in one transaction, used outside of any, and judged again in the
 * transaction that records its use; so the record says what came of it, and no result leaves before it is on disk.
 */
import type { VerbName } from '../../access/verbs.ts'
import {
  checkAlgorithm,
  checkDigest,
  checkEncrypted,
  checkPlain,
  type EncryptedMessage,
  type EncryptionAlgorithm,
  isRsaEncryption,
  type KeyAlgorithm,
  type PlainMessage,
} from '../../domain/key-algorithms.ts'
import type { KeyOperation } from '../../domain/key-spec.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Binding } from '../../keys/key-protection.ts'
import { encryptFor, verifyDigest } from '../../keys/public-key.ts'
import type { Reader } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller, SignInput, Used, VerifyInput } from '../vault.ts'
import { checkUse, findUsableKey, type KeyReference, type UsableKey } from './usable-key.ts'

export function sign(
  parts: Parts,
  caller: Caller,
  key: KeyReference,
  { algorithm, digest }: SignInput,
): Promise<Used<Uint8Array>> {
  return useKey(parts, caller, key, {
    verb: 'KeySign',
    operation: 'sign',
    algorithm,
    check: (key) => checkDigest(algorithm, digest.length, key),
    act: (key, binding) => parts.keys.signDigest(key.stored, binding, algorithm, digest),
  })
}

/** Whether the signature is the key's. A public key is enough, but for an HMAC. */
export function verifySignature(
  parts: Parts,
  caller: Caller,
  key: KeyReference,
  { algorithm, digest, signature }: VerifyInput,
): Promise<Used<boolean>> {
  return useKey(parts, caller, key, {
    verb: 'KeyVerify',
    operation: 'verify',
    algorithm,
    check: (key) => checkDigest(algorithm, digest.length, key),
    act: async (key, binding) =>
      algorithm.kind === 'HMAC'
        ? parts.keys.verifyCode(key.stored, binding, algorithm, digest, signature)
        : verifyDigest(key.jwk, algorithm, digest, signature),
  })
}

export const encrypt = concealing('KeyEncrypt', 'encrypt')
export const decrypt = revealing('KeyDecrypt', 'decrypt')
export const wrapKey = concealing('KeyWrap', 'wrapKey')
export const unwrapKey = revealing('KeyUnwrap', 'unwrapKey')

/** Encrypting and wrapping are one thing under two permissions; so are their reverses. */
function concealing(verb: VerbName, operation: KeyOperation) {
  return (
    parts: Parts,
    caller: Caller,
    key: KeyReference,
    algorithm: EncryptionAlgorithm,
    message: PlainMessage,
  ): Promise<Used<EncryptedMessage>> =>
    useKey(parts, caller, key, {
      verb,
      operation,
      algorithm,
      check: (key) => checkPlain(algorithm, message, key),
      act: async (key, binding) =>
        isRsaEncryption(algorithm)
          ? { value: encryptFor(key.jwk, algorithm, message.value) }
          : parts.keys.encrypt(key.stored, binding, algorithm, message),
    })
}

function revealing(verb: VerbName, operation: KeyOperation) {
  return (
    parts: Parts,
    caller: Caller,
    key: KeyReference,
    algorithm: EncryptionAlgorithm,
    message: EncryptedMessage,
  ): Promise<Used<Secret<Uint8Array>>> =>
    useKey(parts, caller, key, {
      verb,
      operation,
      algorithm,
      check: () => checkEncrypted(algorithm, message),
      act: (key, binding) => parts.keys.decrypt(key.stored, binding, algorithm, message),
    })
}

interface Use<Result> {
  readonly verb: VerbName
  readonly operation: KeyOperation
  readonly algorithm: KeyAlgorithm
  /** Whether the algorithm with this key can take what was sent. */
  readonly check: (key: UsableKey) => void
  readonly act: (key: UsableKey, binding: Binding) => Promise<Result>
}

async function useKey<Result>(
  parts: Parts,
  caller: Caller,
  reference: KeyReference,
  { verb, operation, algorithm, check, act }: Use<Result>,
): Promise<Used<Result>> {
  const vault = caller.vault.name
  const find = async (reader: Reader, wanted: KeyReference) => {
    const key = await findUsableKey(reader, vault, wanted)
    checkUse(key, operation, parts.clock.now())
    return key
  }
  return parts.perform.prepared(
    { caller, verb, ...reference },
    async (reader) => {
      const key = await find(reader, reference)
      checkAlgorithm(algorithm, operation, key)
      check(key)
      return key
    },
    async (key) => {
      const { name, version } = key
      return { name, version, result: await act(key, { vault, name, version }) }
    },
    async (writer, used, facts) => {
      // The key may have been deleted or disabled meanwhile; that another version is current now does not matter.
      const { version } = await find(writer, used)
      facts.version = version
      facts.algorithm = algorithm.name
      return used
    },
  )
}
