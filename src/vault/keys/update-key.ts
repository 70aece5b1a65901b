/** Changes what stands beside a key. Only what is sent changes; no version is made. */
import type { KeyFacts, ObjectVersion } from '../../domain/kept-object.ts'
import { checkNotForRelease, freeKeyOperations } from '../../domain/key-rules.ts'
import { changedAttributes } from '../../domain/object-attributes.ts'
import { keyNotFound } from '../../domain/refusals.ts'
import { checkTags } from '../../domain/tags.ts'
import type { Parts } from '../parts.ts'
import type { Facts } from '../perform.ts'
import type { Caller, KeyView, UpdateKeyInput } from '../vault.ts'
import { ownView } from './key-summary.ts'
import { findOwnKey } from './own-key.ts'
import { scheduleRotation } from './rotation-schedule.ts'

/** @param version the current one if `undefined`. */
export async function updateKey(
  parts: Parts,
  caller: Caller,
  name: string,
  version: string | undefined,
  input: UpdateKeyInput,
): Promise<KeyView> {
  checkTags(input.tags)
  checkNotForRelease(input)
  const vault = caller.vault.name
  const call = { caller, verb: 'KeyUpdate', name, ...(version !== undefined && { version }) } as const
  return parts.perform(call, async (writer, facts) => {
    const key = await findOwnKey(writer, vault, name, 'update')
    const found = await writer.keys.findVersion(vault, name, version)
    if (!found) throw keyNotFound(name, version)
    const changes = changesOf(input)
    facts.version = found.version.version
    if (changes.length === 0) return ownView(key.name, found.version)
    const changed = changedVersion(parts, found.version, input)
    await writer.keys.updateVersion(vault, key.name, changed)
    await scheduleRotation(writer, vault, key.name)
    noteChanges(facts, changes, input)
    return ownView(key.name, changed)
  })
}

function changedVersion(
  parts: Parts,
  former: ObjectVersion<KeyFacts>,
  input: UpdateKeyInput,
): ObjectVersion<KeyFacts> {
  const { facts, version } = former
  const keyOperations = input.keyOperations
    ? freeKeyOperations(facts.jwk.kty, input.keyOperations)
    : facts.keyOperations
  return {
    version,
    ...changedAttributes(former, input, parts.clock.now()),
    facts: { ...facts, keyOperations },
  }
}

function changesOf(input: UpdateKeyInput) {
  const members = ['enabled', 'notBefore', 'expires', 'tags', 'keyOperations'] as const
  return members.filter((member) => input[member] !== undefined)
}

function noteChanges(facts: Facts, changes: readonly string[], { enabled }: UpdateKeyInput): void {
  facts.changed = changes.join(' ')
  if (enabled !== undefined) facts.enabled = enabled
}
