/** The version that takes the place of another in a rotation: a new key of the same type and size, for the same use. */
import type { KeptObject, KeyFacts, ObjectVersion } from '../../domain/kept-object.ts'
import { newAttributes } from '../../domain/object-attributes.ts'
import { expiryAfterRotation } from '../../domain/rotation-policy.ts'
import type { Writer } from '../../storage/storage.ts'
import { newId, type Parts } from '../parts.ts'
import { type KeyMaterial, makeKey, specOf } from './key-material.ts'
import { rotationPolicyOf, scheduleRotation } from './rotation-schedule.ts'
import { sealedPartOf } from './stored-key.ts'

/** A key for a version that is not there yet. */
export interface NextKey extends KeyMaterial {
  readonly version: string
}

/** Slow for RSA: outside of any transaction. */
export async function makeNextKey(parts: Parts, key: KeptObject<KeyFacts>): Promise<NextKey> {
  const { vault, name, current } = key
  const version = newId(parts.random)
  return { version, ...(await makeKey(parts, specOf(current.facts), { vault, name, version })) }
}

/** @param key as it is now, with the version that the key was made for: what it may do, and its tags, are taken over. */
export async function addNextVersion(
  parts: Parts,
  writer: Writer,
  key: KeptObject<KeyFacts>,
  { version, stored, ...made }: NextKey,
): Promise<ObjectVersion<KeyFacts>> {
  const { vault, name, current } = key
  const now = parts.clock.now()
  const expires = expiryAfterRotation(rotationPolicyOf(key), now)
  const { tags } = current
  const next = {
    version,
    ...newAttributes({ ...(expires !== undefined && { expires }), ...(tags && { tags }) }, now),
    facts: { ...current.facts, ...made },
  }
  await writer.keys.addVersion(vault, name, next, sealedPartOf(stored))
  await scheduleRotation(writer, vault, name)
  return next
}
