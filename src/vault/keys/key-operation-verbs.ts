/** The verbs that use a key: what they take and answer, and the files that do it. */
import type {
  EncryptedMessage,
  EncryptionAlgorithm,
  PlainMessage,
  SignatureAlgorithm,
} from '../../domain/key-algorithms.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import type { KeyReference } from './usable-key.ts'
import * as use from './use-key.ts'

export interface SignInput {
  readonly algorithm: SignatureAlgorithm
  /** The hash of what is signed, made by the caller. */
  readonly digest: Uint8Array
}

export interface VerifyInput extends SignInput {
  readonly signature: Uint8Array
}

/** What came of it, and the version that did it. */
export interface Used<Result> {
  readonly name: string
  readonly version: string
  readonly result: Result
}

export interface KeyOperationVerbs {
  sign(caller: Caller, key: KeyReference, input: SignInput): Promise<Used<Uint8Array>>
  verifySignature(caller: Caller, key: KeyReference, input: VerifyInput): Promise<Used<boolean>>
  encrypt(
    caller: Caller,
    key: KeyReference,
    algorithm: EncryptionAlgorithm,
    message: PlainMessage,
  ): Promise<Used<EncryptedMessage>>
  decrypt(
    caller: Caller,
    key: KeyReference,
    algorithm: EncryptionAlgorithm,
    message: EncryptedMessage,
  ): Promise<Used<Secret<Uint8Array>>>
  wrapKey(
    caller: Caller,
    key: KeyReference,
    algorithm: EncryptionAlgorithm,
    message: PlainMessage,
  ): Promise<Used<EncryptedMessage>>
  unwrapKey(
    caller: Caller,
    key: KeyReference,
    algorithm: EncryptionAlgorithm,
    message: EncryptedMessage,
  ): Promise<Used<Secret<Uint8Array>>>
}

export function keyOperationVerbs(parts: Parts): KeyOperationVerbs {
  return {
    sign: (caller, key, input) => use.sign(parts, caller, key, input),
    verifySignature: (caller, key, input) => use.verifySignature(parts, caller, key, input),
    encrypt: (caller, key, algorithm, message) => use.encrypt(parts, caller, key, algorithm, message),
    decrypt: (caller, key, algorithm, message) => use.decrypt(parts, caller, key, algorithm, message),
    wrapKey: (caller, key, algorithm, message) => use.wrapKey(parts, caller, key, algorithm, message),
    unwrapKey: (caller, key, algorithm, message) => use.unwrapKey(parts, caller, key, algorithm, message),
  }
}
