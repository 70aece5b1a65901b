/** Sets a secret: its first version, or the next one, which is current from then on. */
import { badParameter } from '../../domain/errors.ts'
import type { ObjectVersion, SecretFacts } from '../../domain/kept-object.ts'
import { isObjectName } from '../../domain/names.ts'
import { newAttributes } from '../../domain/object-attributes.ts'
import { nameIsDeleted } from '../../domain/refusals.ts'
import type { Writer } from '../../storage/storage.ts'
import { checkNotManaged } from '../name-rules.ts'
import { newId, type Parts } from '../parts.ts'
import type { Caller, SecretView, SetSecretInput } from '../vault.ts'
import { checkLimits } from './secret-limits.ts'
import { ownSummary } from './secret-summary.ts'
import { octetsOf } from './secret-value.ts'

export async function setSecret(
  parts: Parts,
  caller: Caller,
  name: string,
  input: SetSecretInput,
): Promise<SecretView> {
  if (!isObjectName(name))
    throw badParameter('The name is not allowed: 1 to 127 letters, digits and hyphens.')
  checkLimits(input)
  const octets = octetsOf(input.value)
  const vault = caller.vault.name
  const summary = await parts.perform({ caller, verb: 'SecretSet', name }, async (writer, facts) => {
    const keptName = await freeName(writer, vault, name)
    const version = newVersion(parts, input)
    const sealed = parts.sealer.seal(octets, { vault, name: keptName, version: version.version })
    await writer.secrets.addVersion(vault, keptName, version, { sealed })
    facts.version = version.version
    return ownSummary(keptName, version)
  })
  return { ...summary, value: input.value }
}

/** @returns the name as it was first given. @throws VaultError when it is a certificate's, or that of a deleted secret. */
async function freeName(writer: Writer, vault: string, name: string): Promise<string> {
  await checkNotManaged(writer, vault, name, 'Secret', 'set')
  const existing = await writer.secrets.find(vault, name)
  if (existing?.deleted) throw nameIsDeleted('Secret', existing.name)
  return existing?.name ?? name
}

function newVersion(parts: Parts, input: SetSecretInput): ObjectVersion<SecretFacts> {
  const { contentType } = input
  return {
    version: newId(parts.random),
    ...newAttributes(input, parts.clock.now()),
    facts: contentType === undefined ? {} : { contentType },
  }
}
