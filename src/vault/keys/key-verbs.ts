/** The verbs on keys: what they take and answer, and the files that do it. Their use is in `key-operation-verbs.ts`. */
import type { Deletion } from '../../domain/certificate.ts'
import type { PublicJwk } from '../../domain/kept-object.ts'
import type { KeyRequest, ReleaseWish } from '../../domain/key-rules.ts'
import type { AttributesInput, ObjectAttributes } from '../../domain/object-attributes.ts'
import type { RotationPolicy, RotationPolicyInput } from '../../domain/rotation-policy.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Page } from '../../storage/storage.ts'
import type { PrivateJwk } from '../../x509/jwk.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import * as attested from './attested-operations.ts'
import { createKey, importKey } from './create-key.ts'
import * as remove from './delete-key.ts'
import * as list from './list-keys.ts'
import { readRandomBytes } from './random-bytes.ts'
import { readKey } from './read-key.ts'
import * as rotation from './rotate-key.ts'
import { updateKey } from './update-key.ts'
import type { KeyReference } from './usable-key.ts'

/** What lists show of a version of a key, whether it stands for itself or belongs to a certificate. */
export interface KeySummary extends ObjectAttributes {
  readonly name: string
  readonly version: string
  /** It belongs to the certificate of its name, and changes with it only. */
  readonly managed: boolean
  /** Absent for the key of a certificate. */
  readonly exportable?: boolean
  /** Bits of a symmetric key, whose size cannot be seen otherwise. */
  readonly secretSize?: number
  readonly deleted?: Deletion
}

export interface KeyView extends KeySummary {
  readonly jwk: PublicJwk
  readonly keyOperations: readonly string[]
}

/** What is absent stays as it is. */
export interface UpdateKeyInput extends AttributesInput, ReleaseWish {
  /** As sent. */
  readonly keyOperations?: readonly string[]
}

export interface KeyInput extends UpdateKeyInput {
  readonly keyType: KeyRequest['keyType']
}

export interface CreateKeyInput extends KeyInput, KeyRequest {}

export interface ImportKeyInput extends KeyInput {
  readonly key: Secret<PrivateJwk>
}

export interface KeyRotation {
  readonly name: string
  readonly policy: RotationPolicy
}

export interface KeyVerbs {
  /** Makes the key, or its next version. */
  createKey(caller: Caller, name: string, input: CreateKeyInput): Promise<KeyView>
  /** Takes the key in, or its next version. */
  importKey(caller: Caller, name: string, input: ImportKeyInput): Promise<KeyView>
  readKey(caller: Caller, name: string, version?: string): Promise<KeyView>
  /** @param version the current one if `undefined`. */
  updateKey(
    caller: Caller,
    name: string,
    version: string | undefined,
    input: UpdateKeyInput,
  ): Promise<KeyView>
  listKeys(caller: Caller, page: Page): Promise<KeySummary[]>
  listKeyVersions(caller: Caller, name: string, page: Page): Promise<KeySummary[]>

  deleteKey(caller: Caller, name: string): Promise<KeyView>
  readDeletedKey(caller: Caller, name: string): Promise<KeyView>
  listDeletedKeys(caller: Caller, page: Page): Promise<KeySummary[]>
  recoverKey(caller: Caller, name: string): Promise<KeyView>
  purgeKey(caller: Caller, name: string): Promise<void>

  rotateKey(caller: Caller, name: string): Promise<KeyView>
  readRotationPolicy(caller: Caller, name: string): Promise<KeyRotation>
  setRotationPolicy(caller: Caller, name: string, input: RotationPolicyInput): Promise<KeyRotation>

  /** Refused, as the next three: keys are kept in software. */
  releaseKey(caller: Caller, key: KeyReference): Promise<never>
  readKeyAttestation(caller: Caller, key: KeyReference): Promise<never>
  secureWrapKey(caller: Caller, key: KeyReference): Promise<never>
  secureUnwrapKey(caller: Caller, key: KeyReference): Promise<never>

  /** @param count octets, 1 to 128. */
  readRandomBytes(caller: Caller, count: number): Promise<Secret<Uint8Array>>
}

export function keyVerbs(parts: Parts): KeyVerbs {
  return {
    createKey: (caller, name, input) => createKey(parts, caller, name, input),
    importKey: (caller, name, input) => importKey(parts, caller, name, input),
    readKey: (caller, name, version) => readKey(parts, caller, name, version),
    updateKey: (caller, name, version, input) => updateKey(parts, caller, name, version, input),
    listKeys: (caller, page) => list.listKeys(parts, caller, page),
    listKeyVersions: (caller, name, page) => list.listKeyVersions(parts, caller, name, page),

    deleteKey: (caller, name) => remove.deleteKey(parts, caller, name),
    readDeletedKey: (caller, name) => remove.readDeletedKey(parts, caller, name),
    listDeletedKeys: (caller, page) => list.listDeletedKeys(parts, caller, page),
    recoverKey: (caller, name) => remove.recoverKey(parts, caller, name),
    purgeKey: (caller, name) => remove.purgeKey(parts, caller, name),

    rotateKey: (caller, name) => rotation.rotateKey(parts, caller, name),
    readRotationPolicy: (caller, name) => rotation.readRotationPolicy(parts, caller, name),
    setRotationPolicy: (caller, name, input) => rotation.setRotationPolicy(parts, caller, name, input),

    releaseKey: (caller, key) => attested.releaseKey(parts, caller, key),
    readKeyAttestation: (caller, key) => attested.readKeyAttestation(parts, caller, key),
    secureWrapKey: (caller, key) => attested.secureWrapKey(parts, caller, key),
    secureUnwrapKey: (caller, key) => attested.secureUnwrapKey(parts, caller, key),

    readRandomBytes: (caller, count) => readRandomBytes(parts, caller, count),
  }
}
