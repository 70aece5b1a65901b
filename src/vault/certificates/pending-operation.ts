/** Looking at a pending operation, asking to cancel it, and removing it. */
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { certificateNotFound, operationNotFound } from '../../domain/refusals.ts'
import { seconds } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import { claimSeconds } from './advance-due.ts'

export async function readOperation(
  parts: Parts,
  caller: Caller,
  name: string,
  requestId?: string,
): Promise<CertificateOperation> {
  const call = { caller, verb: 'CertificatePendingGet', name } as const
  return parts.perform(call, async (reader) => {
    const operation = await findOperation(reader, caller, name)
    if (requestId !== undefined && requestId !== operation.requestId) throw operationNotFound(name)
    return operation
  })
}

/** A request: the operation is `cancelled` once its next step sees it, unless the issuer was faster. */
export async function cancelOperation(
  parts: Parts,
  caller: Caller,
  name: string,
  cancellationRequested: boolean,
): Promise<CertificateOperation> {
  const call = { caller, verb: 'CertificatePendingUpdate', name } as const
  return parts.perform(call, async (writer, facts) => {
    if (!cancellationRequested)
      throw badParameter(
        'cancellation_requested: only true can be asked for; a cancellation cannot be taken back.',
      )
    const operation = await findOperation(writer, caller, name)
    if (operation.status !== 'inProgress')
      throw new VaultError('Forbidden', 'Pending status must be in progress to allow update.')
    const dueAt = seconds(parts.clock.now() + claimSeconds)
    const cancelling = { ...operation, cancellationRequested: true, dueAt }
    await writer.operations.put(cancelling)
    facts.requestId = operation.requestId
    return cancelling
  })
}

/** Removes the operation in any state and answers its last one. The shell of a first creation stays. */
export async function deleteOperation(
  parts: Parts,
  caller: Caller,
  name: string,
): Promise<CertificateOperation> {
  const call = { caller, verb: 'CertificatePendingDelete', name } as const
  const operation = await parts.perform(call, async (writer, facts) => {
    const found = await findOperation(writer, caller, name)
    await writer.operations.remove(caller.vault.name, name)
    facts.requestId = found.requestId
    return found
  })
  if (operation.status !== 'completed') await parts.keys.destroy(operation.privateKey)
  return operation
}

/** @throws VaultError `PendingCertificateNotFound`; `CertificateNotFound` when the certificate is deleted. */
export async function findOperation(
  reader: Reader,
  caller: Caller,
  name: string,
): Promise<CertificateOperation> {
  const certificate = await reader.certificates.find(caller.vault.name, name)
  if (certificate?.deleted) throw certificateNotFound(name)
  const operation = certificate && (await reader.operations.find(caller.vault.name, name))
  if (!operation) throw operationNotFound(name)
  return operation
}
