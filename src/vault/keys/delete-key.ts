/** Soft deletion of keys: delete, look, recover, purge. Those of certificates go and come back with their certificate. */
import type { KeptObject, KeyFacts } from '../../domain/kept-object.ts'
import { deletedNotFound, notDeleted, purgeIsProtected } from '../../domain/refusals.ts'
import { seconds, secondsPerDay } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import { checkNotOfCertificate } from '../name-rules.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeyView } from '../vault.ts'
import { managedView, ownView } from './key-summary.ts'
import { findOwnKey } from './own-key.ts'
import { storedKeyOf } from './stored-key.ts'

export async function deleteKey(parts: Parts, caller: Caller, name: string): Promise<KeyView> {
  const { vault } = caller
  return parts.perform({ caller, verb: 'KeyDelete', name }, async (writer, facts) => {
    const key = await findOwnKey(writer, vault.name, name, 'delete')
    const at = parts.clock.now()
    const scheduledPurgeAt = seconds(at + vault.retentionDays * secondsPerDay)
    await writer.keys.setDeletion(vault.name, name, { at, scheduledPurgeAt })
    facts.scheduledPurgeDate = scheduledPurgeAt
    return ownView(key.name, key.current, { at, scheduledPurgeAt })
  })
}

/** Also that of a deleted certificate. */
export async function readDeletedKey(parts: Parts, caller: Caller, name: string): Promise<KeyView> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyGetDeleted', name }, async (reader) => {
    const own = await reader.keys.find(vault, name)
    if (own?.deleted) return ownView(own.name, own.current, own.deleted)
    const certificate = await reader.certificates.find(vault, name)
    const version = certificate?.deleted && (await reader.certificates.findVersion(vault, name))
    if (!version) throw deletedNotFound('Key', name)
    return managedView(certificate.name, version, version, certificate.deleted)
  })
}

export async function recoverKey(parts: Parts, caller: Caller, name: string): Promise<KeyView> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyRecover', name }, async (writer) => {
    const managed = await writer.certificates.findKey(vault, name)
    if (managed) throw notDeleted('Key', managed.name)
    const own = await writer.keys.find(vault, name)
    if (own && !own.deleted) throw notDeleted('Key', own.name)
    const key = await findDeleted(writer, vault, name, 'recover')
    await writer.keys.setDeletion(vault, name, undefined)
    return ownView(key.name, key.current)
  })
}

export async function purgeKey(parts: Parts, caller: Caller, name: string): Promise<void> {
  const { vault } = caller
  const removed = await parts.perform({ caller, verb: 'KeyPurge', name }, async (writer, facts) => {
    const key = await findDeleted(writer, vault.name, name, 'purge')
    if (vault.purgeProtection) throw purgeIsProtected('Key', key.name)
    const removed = await writer.keys.purge(vault.name, name)
    facts.versions = removed.length
    return removed
  })
  for (const part of removed) await parts.keys.destroy(storedKeyOf(part))
}

/** @throws VaultError `KeyManagedByKeyVault` for that of a deleted certificate, `KeyNotFound`. */
async function findDeleted(
  reader: Reader,
  vault: string,
  name: string,
  operation: 'recover' | 'purge',
): Promise<KeptObject<KeyFacts>> {
  const key = await reader.keys.find(vault, name)
  if (key?.deleted) return key
  await checkNotOfCertificate(reader, vault, name, { kind: 'Key', operation, state: 'deleted' })
  throw deletedNotFound('Key', name)
}
