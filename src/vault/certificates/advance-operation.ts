/**
 * Takes one step of an operation: the single path for the first attempt and for recovery after a crash. What is done
 * outside (asking the issuer) lies between two transactions, and the second one looks whether the operation is still
 * the one that was asked for. The vault itself acts here, and is audited as such.
 */
import type { Principal } from '../../access/principal.ts'
import type { AuditRecord } from '../../domain/audit.ts'
import type { CertificateOperation, OperationError } from '../../domain/certificate-operation.ts'
import { VaultError, type VaultErrorCode } from '../../domain/errors.ts'
import { seconds } from '../../domain/time.ts'
import type { CertificateOrder, Issuer, OrderAnswer } from '../../issuers/issuer.ts'
import type { Writer } from '../../storage/storage.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import { connectIssuer } from '../issuers/find-issuer.ts'
import { newId, type Parts } from '../parts.ts'
import { identityOf } from '../perform.ts'
import { type AssembledVersion, assembleVersion } from './assemble-version.ts'

/** The service, acting for itself. */
export const vaultPrincipal: Principal = {
  kind: 'vault',
  objectId: '00000000-0000-0000-0000-000000000000',
  name: 'certkeep',
}

const retrySecondsMax = 3600

export async function advanceOperation(parts: Parts, operation: CertificateOperation): Promise<void> {
  if (operation.status !== 'inProgress') return
  if (operation.cancellationRequested) return settle(parts, operation, { status: 'cancelled' })
  let answer: OrderAnswer
  try {
    answer = await askIssuer(parts, operation)
  } catch (error) {
    return postpone(parts, operation, error)
  }
  if (answer.state === 'refused' || answer.state === 'unable') {
    const code = answer.state === 'refused' ? 'Request rejected' : 'Certificate issuer error'
    return settle(parts, operation, { status: 'failed', error: { code, message: answer.reason } })
  }
  if (answer.state === 'pending') return wait(parts, operation, answer)
  try {
    return await complete(parts, operation, answer)
  } catch (error) {
    // Only what the certificate is to blame for ends the operation: it may have been paid for.
    if (!(error instanceof VaultError) || error.code !== 'BadParameter')
      return postpone(parts, operation, error)
    return settle(parts, operation, {
      status: 'failed',
      error: { code: 'Certificate issuer error', message: error.message },
    })
  }
}

async function askIssuer(parts: Parts, operation: CertificateOperation): Promise<OrderAnswer> {
  const issuer = await findIssuer(parts, operation)
  if ('state' in issuer) return issuer
  const { vault, name, version, privateKey } = operation
  const order: CertificateOrder = {
    orderKey: operation.requestId,
    request: operation.request,
    publicKey: operation.publicKey,
    policy: operation.policy,
    serialNumber: operation.serialNumber,
    created: operation.created,
    attempt: operation.attempt ?? 0,
    ...(operation.orderedAt !== undefined && { orderedAt: operation.orderedAt }),
    sign: (scheme, data) => parts.keys.sign(privateKey, { vault, name, version }, scheme, data),
  }
  return operation.orderReference === undefined
    ? issuer.order(order)
    : issuer.check(order, operation.orderReference)
}

/** The issuer object may have been deleted or disabled since the operation began. */
async function findIssuer(parts: Parts, operation: CertificateOperation): Promise<Issuer | OrderAnswer> {
  const { name } = operation.policy.issuer
  try {
    const issuer = await connectIssuer(parts, operation.vault, name)
    return issuer ?? { state: 'unable', reason: `The provider of the issuer ${name} is not known here.` }
  } catch (error) {
    const expected = error instanceof VaultError && unusableIssuer.has(error.code)
    if (!expected) throw error
    return { state: 'unable', reason: error.message }
  }
}

const unusableIssuer = new Set<VaultErrorCode>(['CertificateIssuerNotFound', 'Forbidden'])

async function complete(
  parts: Parts,
  operation: CertificateOperation,
  answer: OrderAnswer & { state: 'issued' },
): Promise<void> {
  const { vault, name, created: _began, dueAt: _due, statusDetails: _details, ...rest } = operation
  const now = parts.clock.now()
  const assembled = await assembleVersion(parts, {
    binding: { vault, name, version: operation.version },
    policy: operation.policy,
    key: { stored: operation.privateKey, publicKey: operation.publicKey },
    certificates: answer.chain.map(parseCertificate),
    preserveCertOrder: operation.preserveCertOrder,
    enabled: operation.enabled,
    tags: operation.tags,
    now,
  })
  await asVault(parts, operation, async (writer, record) => {
    await writer.certificates.addVersion(vault, name, assembled.version, assembled.sealed)
    await writer.operations.put({ ...rest, vault, name, created: operation.created, status: 'completed' })
    await writer.journal.append({
      ...record,
      object: `certificates/${name}/${operation.version}`,
      facts: factsOf(assembled, operation),
    })
  })
}

function factsOf({ version }: AssembledVersion, operation: CertificateOperation) {
  return {
    requestId: operation.requestId,
    issuer: operation.policy.issuer.name,
    thumbprint: Buffer.from(version.thumbprint).toString('hex'),
    notAfter: version.notAfter,
  }
}

async function wait(
  parts: Parts,
  operation: CertificateOperation,
  answer: OrderAnswer & { state: 'pending' },
): Promise<void> {
  const { dueAt: _due, ...rest } = operation
  const { reference: orderReference, checkAgainAfterSeconds } = answer
  await parts.storage.transact(async (writer) => {
    if (!(await stillOpen(writer, operation))) return
    const again = checkAgainAfterSeconds !== undefined && {
      dueAt: seconds(parts.clock.now() + checkAgainAfterSeconds),
    }
    await writer.operations.put({ ...rest, orderReference, failedSteps: 0, ...again })
  })
}

/** Something passing went wrong: the operation stays open, and the next step comes later each time. */
async function postpone(parts: Parts, operation: CertificateOperation, error: unknown): Promise<void> {
  const failedSteps = operation.failedSteps + 1
  const delay = Math.min(2 ** failedSteps, retrySecondsMax)
  parts.log.error('a step of an operation failed; it will be tried again', {
    certificate: `${operation.vault}/${operation.name}`,
    requestId: operation.requestId,
    delaySeconds: delay,
    error: error instanceof VaultError ? (error.detail ?? error.message) : String(error),
  })
  await parts.storage.transact(async (writer) => {
    if (!(await stillOpen(writer, operation))) return
    await writer.operations.put({ ...operation, failedSteps, dueAt: seconds(parts.clock.now() + delay) })
  })
}

/** Ends an operation without a version. */
async function settle(
  parts: Parts,
  operation: CertificateOperation,
  end: { status: 'cancelled' } | { status: 'failed'; error: OperationError },
): Promise<void> {
  const { dueAt: _due, statusDetails: _details, ...rest } = operation
  await asVault(parts, operation, async (writer, record) => {
    await writer.operations.put({ ...rest, ...end })
    const why = end.status === 'failed' && { errorCode: end.error.code, errorMessage: end.error.message }
    await writer.journal.append({ ...record, outcome: 'failed', errorCode: 'Cancelled', ...why })
  })
}

/** Runs the closing transaction, unless the operation was finished, replaced or deleted meanwhile, or its certificate was. */
async function asVault(
  parts: Parts,
  operation: CertificateOperation,
  work: (writer: Writer, record: AuditRecord) => Promise<void>,
): Promise<void> {
  const id = newId(parts.random)
  await parts.storage.transact(async (writer) => {
    if (!(await stillOpen(writer, operation))) return
    await work(writer, {
      at: parts.clock.now(),
      vault: operation.vault,
      operation: 'CertificateEnroll',
      identity: identityOf(vaultPrincipal),
      origin: { correlationId: operation.requestId, requestId: id },
      object: `certificates/${operation.name}`,
      outcome: 'success',
    })
  })
}

async function stillOpen(writer: Writer, operation: CertificateOperation): Promise<boolean> {
  const open = await writer.operations.findOpen(operation.vault, operation.name)
  return (
    open?.requestId === operation.requestId && open.cancellationRequested === operation.cancellationRequested
  )
}
