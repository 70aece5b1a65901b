/** Makes a key, or takes one in: its first version, or the next one, which is current from then on. */
import { badParameter } from '../../domain/errors.ts'
import type { KeyFacts, ObjectVersion } from '../../domain/kept-object.ts'
import { checkNotForRelease, freeKeyOperations, freeKeySpecOf } from '../../domain/key-rules.ts'
import { isObjectName } from '../../domain/names.ts'
import { newAttributes } from '../../domain/object-attributes.ts'
import { nameIsDeleted } from '../../domain/refusals.ts'
import { checkTags } from '../../domain/tags.ts'
import type { Binding } from '../../keys/key-protection.ts'
import type { Reader } from '../../storage/storage.ts'
import { readPrivateJwk } from '../../x509/jwk.ts'
import { checkNotManaged } from '../name-rules.ts'
import { newId, type Parts } from '../parts.ts'
import type { Caller, CreateKeyInput, ImportKeyInput, KeyInput, KeyView } from '../vault.ts'
import { type KeyMaterial, makeKey, takeInKey } from './key-material.ts'
import { ownView } from './key-summary.ts'
import { scheduleRotation } from './rotation-schedule.ts'
import { sealedPartOf } from './stored-key.ts'

/** Slow for RSA. */
export async function createKey(
  parts: Parts,
  caller: Caller,
  name: string,
  input: CreateKeyInput,
): Promise<KeyView> {
  const spec = freeKeySpecOf(input)
  const obtain = (binding: Binding) => makeKey(parts, spec, binding)
  return addKey(parts, { caller, verb: 'KeyCreate', name, operation: 'create' }, input, obtain)
}

export async function importKey(
  parts: Parts,
  caller: Caller,
  name: string,
  input: ImportKeyInput,
): Promise<KeyView> {
  const obtain = async (binding: Binding) => takeInKey(parts, await readPrivateJwk(input.key), binding)
  return addKey(parts, { caller, verb: 'KeyImport', name, operation: 'import' }, input, obtain)
}

interface Addition {
  readonly caller: Caller
  readonly verb: 'KeyCreate' | 'KeyImport'
  readonly name: string
  readonly operation: string
}

async function addKey(
  parts: Parts,
  { caller, verb, name, operation }: Addition,
  input: KeyInput,
  obtain: (binding: Binding) => Promise<KeyMaterial>,
): Promise<KeyView> {
  checkInput(name, input)
  const vault = caller.vault.name
  return parts.perform.prepared(
    { caller, verb, name },
    (reader) => freeName(reader, vault, name, operation),
    async (keptName) => {
      const attributes = newAttributes(input, parts.clock.now())
      const keyOperations = freeKeyOperations(input.keyType, input.keyOperations)
      const binding = { vault, name: keptName, version: newId(parts.random) }
      const { stored, ...key } = await obtain(binding)
      const facts: KeyFacts = { ...key, keyOperations, exportable: false }
      const version: ObjectVersion<KeyFacts> = { version: binding.version, ...attributes, facts }
      return { version, stored }
    },
    async (writer, { version, stored }, facts) => {
      const keptName = await freeName(writer, vault, name, operation)
      await writer.keys.addVersion(vault, keptName, version, sealedPartOf(stored))
      await scheduleRotation(writer, vault, keptName)
      facts.version = version.version
      facts.kty = version.facts.jwk.kty
      return ownView(keptName, version)
    },
  )
}

function checkInput(name: string, input: KeyInput): void {
  if (!isObjectName(name))
    throw badParameter('The name is not allowed: 1 to 127 letters, digits and hyphens.')
  checkTags(input.tags)
  checkNotForRelease(input)
}

/** @returns the name as it was first given. @throws VaultError when it is a certificate's, or that of a deleted key. */
async function freeName(reader: Reader, vault: string, name: string, operation: string): Promise<string> {
  await checkNotManaged(reader, vault, name, 'Key', operation)
  const existing = await reader.keys.find(vault, name)
  if (existing?.deleted) throw nameIsDeleted('Key', existing.name)
  return existing?.name ?? name
}
