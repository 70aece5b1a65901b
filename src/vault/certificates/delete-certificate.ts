/** Soft deletion: delete, look, recover, purge. Certificate, key and secret go and come back together. */

import type { Certificate } from '../../domain/certificate.ts'
import { deletedNotFound, notDeleted, purgeIsProtected } from '../../domain/refusals.ts'
import { seconds, secondsPerDay, type UnixSeconds } from '../../domain/time.ts'
import type { CertificateItem, Page, Reader, Writer } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller, CertificateView } from '../vault.ts'
import { findLive, viewOf } from './read-certificate.ts'

export async function deleteCertificate(
  parts: Parts,
  caller: Caller,
  name: string,
): Promise<CertificateView> {
  const call = { caller, verb: 'CertificateDelete', name } as const
  return parts.perform(call, async (writer, facts) => {
    const certificate = await findLive(writer, caller, name)
    const at = parts.clock.now()
    const scheduledPurgeAt = seconds(at + caller.vault.retentionDays * secondsPerDay)
    await writer.certificates.setDeletion(caller.vault.name, name, { at, scheduledPurgeAt })
    await suspendOperation(writer, caller.vault.name, name)
    facts.scheduledPurgeDate = scheduledPurgeAt
    return viewOf(writer, { ...certificate, deleted: { at, scheduledPurgeAt } })
  })
}

export async function readDeletedCertificate(
  parts: Parts,
  caller: Caller,
  name: string,
): Promise<CertificateView> {
  const call = { caller, verb: 'CertificateGetDeleted', name } as const
  return parts.perform(call, async (reader) => viewOf(reader, await findDeleted(reader, caller, name)))
}

export async function listDeletedCertificates(
  parts: Parts,
  caller: Caller,
  page: Page,
  options: { includePending: boolean },
): Promise<CertificateItem[]> {
  const call = { caller, verb: 'CertificateListDeleted' } as const
  return parts.perform(call, (reader) => reader.certificates.listDeleted(caller.vault.name, page, options))
}

export async function recoverCertificate(
  parts: Parts,
  caller: Caller,
  name: string,
): Promise<CertificateView> {
  const call = { caller, verb: 'CertificateRecover', name } as const
  return parts.perform(call, async (writer) => {
    const certificate = await writer.certificates.find(caller.vault.name, name)
    if (certificate && !certificate.deleted) throw notDeleted('Certificate', certificate.name)
    await findDeleted(writer, caller, name)
    await writer.certificates.setDeletion(caller.vault.name, name, undefined)
    await resumeOperation(writer, caller.vault.name, name, parts.clock.now())
    return viewOf(writer, await findLive(writer, caller, name))
  })
}

export async function purgeCertificate(parts: Parts, caller: Caller, name: string): Promise<void> {
  const call = { caller, verb: 'CertificatePurge', name } as const
  const keys = await parts.perform(call, async (writer, facts) => {
    const certificate = await findDeleted(writer, caller, name)
    if (caller.vault.purgeProtection) throw purgeIsProtected('Certificate', certificate.name)
    const removed = await writer.certificates.purge(caller.vault.name, name)
    facts.keys = removed.length
    return removed
  })
  for (const key of keys) await parts.keys.destroy(key)
}

/** A deleted certificate does not change: its operation waits for the recovery. */
async function suspendOperation(writer: Writer, vault: string, name: string): Promise<void> {
  const operation = await writer.operations.find(vault, name)
  if (operation?.dueAt === undefined) return
  const { dueAt: _due, ...suspended } = operation
  await writer.operations.put(suspended)
}

async function resumeOperation(writer: Writer, vault: string, name: string, now: UnixSeconds): Promise<void> {
  const operation = await writer.operations.find(vault, name)
  if (operation?.status === 'inProgress') await writer.operations.put({ ...operation, dueAt: now })
}

async function findDeleted(
  reader: Reader,
  caller: Caller,
  name: string,
): Promise<Certificate & { deleted: object }> {
  const certificate = await reader.certificates.find(caller.vault.name, name)
  if (!certificate?.deleted) throw deletedNotFound('Certificate', name)
  return { ...certificate, deleted: certificate.deleted }
}
