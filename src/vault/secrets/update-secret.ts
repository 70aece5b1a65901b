/** Changes what stands beside the value of a secret. Only what is sent changes; no version is made. */
import type { ObjectVersion, SecretFacts } from '../../domain/kept-object.ts'
import { changedAttributes } from '../../domain/object-attributes.ts'
import { secretNotFound } from '../../domain/refusals.ts'
import type { Reader } from '../../storage/storage.ts'
import { checkNotOfCertificate } from '../name-rules.ts'
import type { Parts } from '../parts.ts'
import type { Facts } from '../perform.ts'
import type { Caller, SecretSummary, UpdateSecretInput } from '../vault.ts'
import { checkLimits } from './secret-limits.ts'
import { ownSummary } from './secret-summary.ts'

/** @param version the current one if `undefined`. */
export async function updateSecret(
  parts: Parts,
  caller: Caller,
  name: string,
  version: string | undefined,
  input: UpdateSecretInput,
): Promise<SecretSummary> {
  checkLimits(input)
  const call = { caller, verb: 'SecretUpdate', name, ...(version !== undefined && { version }) } as const
  return parts.perform(call, async (writer, facts) => {
    const found = await findOwn(writer, caller.vault.name, name, version)
    const changed = changedVersion(parts, found.version, input)
    await writer.secrets.updateVersion(caller.vault.name, found.name, changed)
    noteChanges(facts, changed.version, input)
    return ownSummary(found.name, changed)
  })
}

/** @throws VaultError `SecretManagedByKeyVault` for that of a certificate, `SecretNotFound`. */
async function findOwn(
  reader: Reader,
  vault: string,
  name: string,
  version: string | undefined,
): Promise<{ readonly name: string; readonly version: ObjectVersion<SecretFacts> }> {
  const found = await reader.secrets.findVersion(vault, name, version)
  if (found && !found.deleted) return found
  await checkNotOfCertificate(reader, vault, name, { kind: 'Secret', operation: 'update', state: 'live' })
  throw secretNotFound(name, version)
}

function changedVersion(
  parts: Parts,
  former: ObjectVersion<SecretFacts>,
  input: UpdateSecretInput,
): ObjectVersion<SecretFacts> {
  if (Object.keys(input).length === 0) return former
  const { contentType = former.facts.contentType } = input
  return {
    version: former.version,
    ...changedAttributes(former, input, parts.clock.now()),
    facts: contentType === undefined ? {} : { contentType },
  }
}

function noteChanges(facts: Facts, version: string, input: UpdateSecretInput): void {
  facts.version = version
  if (input.enabled !== undefined) facts.enabled = input.enabled
  const members = (['contentType', 'notBefore', 'expires', 'tags'] as const).filter(
    (member) => input[member] !== undefined,
  )
  if (members.length > 0) facts.changed = members.join(' ')
}
