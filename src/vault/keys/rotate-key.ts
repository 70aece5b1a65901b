/** Rotation on demand, and the policy by which the vault rotates a key by itself. */
import { VaultError } from '../../domain/errors.ts'
import {
  completeRotationPolicy,
  type RotationPolicy,
  type RotationPolicyInput,
} from '../../domain/rotation-policy.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeyRotation, KeyView } from '../vault.ts'
import { ownView } from './key-summary.ts'
import { addNextVersion, makeNextKey } from './next-version.ts'
import { findOwnKey } from './own-key.ts'
import { rotationPolicyOf, storeRotationPolicy } from './rotation-schedule.ts'

/** Slow for RSA. @throws VaultError `Conflict` when the key got another version meanwhile. */
export async function rotateKey(parts: Parts, caller: Caller, name: string): Promise<KeyView> {
  const vault = caller.vault.name
  return parts.perform.prepared(
    { caller, verb: 'KeyRotate', name },
    (reader) => findOwnKey(reader, vault, name, 'rotate'),
    async (key) => ({ former: key.current.version, next: await makeNextKey(parts, key) }),
    async (writer, { former, next }, facts) => {
      const key = await findOwnKey(writer, vault, name, 'rotate')
      if (key.current.version !== former)
        throw new VaultError(
          'Conflict',
          `Key ${key.name} got another version while it was rotated; look at it before you rotate it again.`,
        )
      facts.version = next.version
      return ownView(key.name, await addNextVersion(parts, writer, key, next))
    },
  )
}

export async function readRotationPolicy(parts: Parts, caller: Caller, name: string): Promise<KeyRotation> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyRotationPolicyGet', name }, async (reader) => {
    const key = await findOwnKey(reader, vault, name, 'getrotationpolicy')
    return { name: key.name, policy: rotationPolicyOf(key) }
  })
}

/** Replaces the policy as a whole. It counts for the current version at once. */
export async function setRotationPolicy(
  parts: Parts,
  caller: Caller,
  name: string,
  input: RotationPolicyInput,
): Promise<KeyRotation> {
  const rules = completeRotationPolicy(input)
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyRotationPolicySet', name }, async (writer, facts) => {
    const key = await findOwnKey(writer, vault, name, 'setrotationpolicy')
    const now = parts.clock.now()
    const policy: RotationPolicy = { ...rules, created: rotationPolicyOf(key).created ?? now, updated: now }
    await storeRotationPolicy(writer, vault, key.name, policy)
    facts.rotates = policy.rotate !== undefined
    return { name: key.name, policy }
  })
}
