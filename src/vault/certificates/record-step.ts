/**
 * Puts on record what a step of an operation came to. Nothing is recorded of an operation that was finished, replaced or
 * deleted meanwhile, or whose certificate was. The vault itself acts here, and is audited as such.
 */
import type { AuditRecord } from '../../domain/audit.ts'
import {
  type CertificateOperation,
  type OperationError,
  waitingForIssuer,
} from '../../domain/certificate-operation.ts'
import { VaultError } from '../../domain/errors.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { OrderNeed, PendingOrder } from '../../issuers/issuer.ts'
import type { Writer } from '../../storage/storage.ts'
import { actOfVault } from '../act-of-vault.ts'
import { restAccount } from '../issuers/account-rest.ts'
import type { Parts } from '../parts.ts'
import type { AssembledVersion } from './assemble-version.ts'
import { type Consequence, consequenceOf } from './failed-step.ts'

/** An order that never names a time is looked at this often once it is to be cancelled. */
const cancelAgainSeconds = 60
const checkSecondsMax = 86_400

/**
 * The order is about to be sent. From here on it counts as sent, whatever becomes of this process.
 * @returns the operation as it is recorded now; undefined if somebody else took the step or asked to cancel it.
 */
export async function recordIntent(
  parts: Parts,
  operation: CertificateOperation,
): Promise<CertificateOperation | undefined> {
  return whileOpen(parts, operation, async (writer, present) => {
    if (present.cancellationRequested) return undefined
    const sent = { ...present, attempt: (present.attempt ?? 0) + 1, orderedAt: parts.clock.now() }
    await writer.operations.put(sent)
    return sent
  })
}

/** It is certain that no order came of the last attempt: the next step may send it, or has nothing to cancel. */
export async function recordNoOrder(parts: Parts, operation: CertificateOperation): Promise<void> {
  await whileOpen(parts, operation, (writer, present) => {
    const { orderedAt: _none, ...rest } = present
    return writer.operations.put({ ...rest, dueAt: parts.clock.now() })
  })
}

/** The order is at the CA. A cancellation that was asked for meanwhile is the next step, and comes at once. */
export async function recordPending(
  parts: Parts,
  operation: CertificateOperation,
  answer: PendingOrder,
): Promise<void> {
  await whileOpen(parts, operation, (writer, present) => {
    const { dueAt: _due, statusDetails: _former, ...rest } = present
    const { reference: orderReference, needs = 'none' } = answer
    const statusDetails = answer.details ?? needTexts[needs]
    const dueAt = nextCheck(parts.clock.now(), operation, present, answer)
    return writer.operations.put({
      ...rest,
      orderReference,
      failedSteps: 0,
      ...(statusDetails !== undefined && { statusDetails }),
      ...(dueAt !== undefined && { dueAt }),
    })
  })
}

/** For CAs that name what they wait for, and say no more. */
const needTexts: Partial<Record<OrderNeed, string>> = {
  approval: `${waitingForIssuer} The order waits for approval at the CA.`,
  'domain-validation': `${waitingForIssuer} The CA waits for proof that the domains are yours.`,
  'organisation-validation': `${waitingForIssuer} The CA is checking the organisation.`,
  'phishing-review': `${waitingForIssuer} The CA is reviewing the names by hand.`,
  payment: `${waitingForIssuer} The CA waits for payment.`,
}

function nextCheck(
  now: UnixSeconds,
  asked: CertificateOperation,
  { cancellationRequested }: CertificateOperation,
  { checkAgainAfterSeconds }: PendingOrder,
): UnixSeconds | undefined {
  const alreadyTold = asked.cancellationRequested && asked.orderReference !== undefined
  if (cancellationRequested && !alreadyTold) return now
  const wait = checkAgainAfterSeconds ?? (cancellationRequested ? cancelAgainSeconds : undefined)
  return wait === undefined ? undefined : seconds(now + Math.min(wait, checkSecondsMax))
}

/** Nothing can be asked before that time. It counts as no failure. */
export async function recordWait(
  parts: Parts,
  operation: CertificateOperation,
  dueAt: UnixSeconds,
  reason: string,
): Promise<void> {
  const statusDetails = `${waitingForIssuer} ${reason} The next step is due at ${textOf(dueAt)}.`
  await whileOpen(parts, operation, (writer, present) =>
    writer.operations.put({ ...present, dueAt, statusDetails }),
  )
}

/** Something passing went wrong: the operation stays open, and the next step comes later each time. */
export async function recordFailure(
  parts: Parts,
  operation: CertificateOperation,
  error: unknown,
  { nothingOrdered = false } = {},
): Promise<void> {
  const failedSteps = operation.failedSteps + 1
  const consequence = consequenceOf(error, failedSteps)
  logFailure(parts, operation, error, consequence)
  const dueAt = seconds(parts.clock.now() + consequence.delaySeconds)
  const statusDetails = `${waitingForIssuer} ${consequence.reason} The next try is due at ${textOf(dueAt)}.`
  await whileOpen(parts, operation, async (writer, present) => {
    const { orderedAt, ...rest } = present
    const stillInDoubt = orderedAt !== undefined && !nothingOrdered && { orderedAt }
    await writer.operations.put({ ...rest, ...stillInDoubt, failedSteps, dueAt, statusDetails })
    if (consequence.accountRests)
      await restAccount(writer, operation.vault, operation.policy.issuer.name, dueAt)
  })
}

function logFailure(
  { log }: Parts,
  operation: CertificateOperation,
  error: unknown,
  { delaySeconds }: Consequence,
): void {
  log.error('a step of an operation failed; it will be tried again', {
    certificate: `${operation.vault}/${operation.name}`,
    requestId: operation.requestId,
    delaySeconds,
    error: error instanceof VaultError ? (error.detail ?? error.message) : String(error),
  })
}

/** An order may be at the CA, and nobody can tell: the operation waits for a person rather than ordering twice. */
export async function recordDoubt(parts: Parts, operation: CertificateOperation): Promise<void> {
  const issuer = operation.policy.issuer.name
  const statusDetails = `An order was sent to the issuer ${issuer} at ${textOf(operation.orderedAt!)}, its answer was lost, and the issuer cannot say what became of it. It is not sent again, for it may have been accepted. Look at the account of the CA; then cancel this operation, and merge the certificate or create it anew.`
  parts.log.error('an order may or may not have been placed; a person has to look', {
    certificate: `${operation.vault}/${operation.name}`,
    requestId: operation.requestId,
    issuer,
  })
  await whileOpen(parts, operation, (writer, { dueAt, ...rest }) => {
    const toCancel = rest.cancellationRequested && dueAt !== undefined && { dueAt }
    return writer.operations.put({ ...rest, statusDetails, ...toCancel })
  })
}

/**
 * Ends an operation without a version.
 * @param end.message of a cancellation: what the CA may go on to do.
 */
export async function recordEnd(
  parts: Parts,
  operation: CertificateOperation,
  end: { status: 'cancelled'; message?: string } | { status: 'failed'; error: OperationError },
): Promise<void> {
  await whileOpen(parts, operation, async (writer, present) => {
    const { dueAt: _due, statusDetails: _details, ...rest } = present
    const { status } = end
    const error = status === 'failed' ? end.error : undefined
    await writer.operations.put({ ...rest, status, ...(error && { error }) })
    const errorMessage = error?.message ?? ('message' in end ? end.message : undefined)
    await writer.journal.append({
      ...recordOf(parts, operation),
      outcome: 'failed',
      errorCode: error?.code ?? 'Cancelled',
      ...(errorMessage !== undefined && { errorMessage }),
      facts: { requestId: operation.requestId, issuer: operation.policy.issuer.name },
    })
  })
}

/** Adds the version and completes the operation, also one that was to be cancelled: the issuer was faster. */
export async function recordVersion(
  parts: Parts,
  operation: CertificateOperation,
  { version, sealed }: AssembledVersion,
): Promise<void> {
  const { vault, name, requestId, policy } = operation
  await parts.storage.transact(async (writer) => {
    const present = await findOpen(writer, operation)
    if (!present) return
    const { dueAt: _due, statusDetails: _details, ...rest } = present
    await writer.certificates.addVersion(vault, name, version, sealed)
    await writer.operations.put({ ...rest, status: 'completed' })
    await writer.journal.append({
      ...recordOf(parts, operation),
      object: `certificates/${name}/${version.version}`,
      facts: {
        requestId,
        issuer: policy.issuer.name,
        thumbprint: Buffer.from(version.thumbprint).toString('hex'),
        notAfter: version.notAfter,
      },
    })
  })
}

/** `work` sees the operation as it is now. It is not run if the step was taken by somebody else. */
async function whileOpen<T>(
  parts: Parts,
  operation: CertificateOperation,
  work: (writer: Writer, present: CertificateOperation) => Promise<T>,
): Promise<T | undefined> {
  return parts.storage.transact(async (writer) => {
    const present = await findOpen(writer, operation)
    const same =
      present?.attempt === operation.attempt && present?.orderReference === operation.orderReference
    return present && same ? work(writer, present) : undefined
  })
}

async function findOpen(
  writer: Writer,
  { vault, name, requestId }: CertificateOperation,
): Promise<CertificateOperation | undefined> {
  const open = await writer.operations.findOpen(vault, name)
  return open?.requestId === requestId ? writer.operations.find(vault, name) : undefined
}

function recordOf(parts: Parts, { vault, name, requestId }: CertificateOperation): AuditRecord {
  const object = `certificates/${name}`
  const act = { vault, operation: 'CertificateEnroll', object, correlationId: requestId }
  return { ...actOfVault(parts, act), outcome: 'success' }
}

const textOf = (time: UnixSeconds) => new Date(time * 1000).toISOString().replace('.000', '')
