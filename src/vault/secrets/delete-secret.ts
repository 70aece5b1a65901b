/** Soft deletion of secrets: delete, look, recover, purge. Those of certificates go and come back with their certificate. */
import type { KeptObject, SecretFacts } from '../../domain/kept-object.ts'
import { deletedNotFound, notDeleted, purgeIsProtected, secretIsDisabled } from '../../domain/refusals.ts'
import { seconds, secondsPerDay } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import { checkNotOfCertificate } from '../name-rules.ts'
import type { Parts } from '../parts.ts'
import type { Caller, SecretSummary } from '../vault.ts'
import { findOwnSecret } from './own-secret.ts'
import { managedSummary, ownItem } from './secret-summary.ts'

export async function deleteSecret(parts: Parts, caller: Caller, name: string): Promise<SecretSummary> {
  const { vault } = caller
  return parts.perform({ caller, verb: 'SecretDelete', name }, async (writer, facts) => {
    const secret = await findOwnSecret(writer, vault.name, name, 'delete')
    const at = parts.clock.now()
    const scheduledPurgeAt = seconds(at + vault.retentionDays * secondsPerDay)
    await writer.secrets.setDeletion(vault.name, name, { at, scheduledPurgeAt })
    facts.scheduledPurgeDate = scheduledPurgeAt
    return ownItem({ ...secret, deleted: { at, scheduledPurgeAt } })
  })
}

/** Also that of a deleted certificate. @throws VaultError `SecretDisabled` as `readSecret` does, though no value is told. */
export async function readDeletedSecret(parts: Parts, caller: Caller, name: string): Promise<SecretSummary> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'SecretGetDeleted', name }, async (reader) => {
    const own = await reader.secrets.find(vault, name)
    const found = own?.deleted ? ownItem(own) : await findManagedDeleted(reader, vault, name)
    if (!found) throw deletedNotFound('Secret', name)
    if (!found.enabled) throw secretIsDisabled()
    return found
  })
}

export async function recoverSecret(parts: Parts, caller: Caller, name: string): Promise<SecretSummary> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'SecretRecover', name }, async (writer) => {
    const managed = await writer.certificates.findSecret(vault, name)
    if (managed) throw notDeleted('Secret', managed.name)
    const own = await writer.secrets.find(vault, name)
    if (own && !own.deleted) throw notDeleted('Secret', own.name)
    const { deleted: _deleted, ...recovered } = await findDeleted(writer, vault, name, 'recover')
    await writer.secrets.setDeletion(vault, name, undefined)
    return ownItem(recovered)
  })
}

export async function purgeSecret(parts: Parts, caller: Caller, name: string): Promise<void> {
  const { vault } = caller
  return parts.perform({ caller, verb: 'SecretPurge', name }, async (writer, facts) => {
    const secret = await findDeleted(writer, vault.name, name, 'purge')
    if (vault.purgeProtection) throw purgeIsProtected('Secret', secret.name)
    facts.versions = (await writer.secrets.purge(vault.name, name)).length
  })
}

/** @throws VaultError `SecretManagedByKeyVault` for that of a deleted certificate, `SecretNotFound`. */
async function findDeleted(
  reader: Reader,
  vault: string,
  name: string,
  operation: 'recover' | 'purge',
): Promise<KeptObject<SecretFacts>> {
  const secret = await reader.secrets.find(vault, name)
  if (secret?.deleted) return secret
  await checkNotOfCertificate(reader, vault, name, { kind: 'Secret', operation, state: 'deleted' })
  throw deletedNotFound('Secret', name)
}

async function findManagedDeleted(
  reader: Reader,
  vault: string,
  name: string,
): Promise<SecretSummary | undefined> {
  const certificate = await reader.certificates.find(vault, name)
  if (!certificate?.deleted) return undefined
  const version = await reader.certificates.findVersion(vault, name)
  return version && managedSummary(certificate.name, version, version.secretContentType, certificate.deleted)
}
