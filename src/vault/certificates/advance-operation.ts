/**
 * Takes one step of an operation: the single path for the first attempt and for recovery after a crash. What is done
 * outside (asking the issuer) lies between two transactions, and the second one looks whether the operation is still
 * the one that was asked for.
 */
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import { VaultError, type VaultErrorCode } from '../../domain/errors.ts'
import type { CertificateOrder, Issuer, OrderAnswer } from '../../issuers/issuer.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import { restOf } from '../issuers/account-rest.ts'
import { connectIssuer } from '../issuers/find-issuer.ts'
import type { Parts } from '../parts.ts'
import { assembleVersion } from './assemble-version.ts'
import { isPermanent, orderedNothing } from './failed-step.ts'
import { judgeIssued } from './judge-issued.ts'
import { doubtfulUntil, type Move, nextMove } from './next-move.ts'
import * as record from './record-step.ts'

export async function advanceOperation(parts: Parts, operation: CertificateOperation): Promise<void> {
  if (operation.status !== 'inProgress') return
  try {
    const issuer = await findIssuer(parts, operation)
    if ('capabilities' in issuer) await make(nextMove(operation, issuer), parts, operation, issuer)
    else if (operation.cancellationRequested)
      await record.recordEnd(parts, operation, { status: 'cancelled' })
    else await conclude(parts, operation, issuer)
  } catch (error) {
    if (isPermanent(error)) return fail(parts, operation, error.message)
    return record.recordFailure(parts, operation, error)
  }
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

const unusableIssuer = new Set<VaultErrorCode>(['CertificateIssuerNotFound', 'Forbidden', 'BadParameter'])

async function make(
  move: Move,
  parts: Parts,
  operation: CertificateOperation,
  issuer: Issuer,
): Promise<void> {
  if (move === 'give-up') return record.recordEnd(parts, operation, { status: 'cancelled' })
  if (move === 'stop') return stop(parts, operation)
  const { name } = operation.policy.issuer
  const restsUntil = await restOf(parts, operation.vault, name)
  if (restsUntil !== undefined)
    return record.recordWait(parts, operation, restsUntil, `The account of ${name} rests.`)
  return moves[move](parts, operation, issuer)
}

const moves = { order, check, reconcile, cancel }

/** On record before it leaves, unless it can be repeated without harm. */
async function order(parts: Parts, operation: CertificateOperation, issuer: Issuer): Promise<void> {
  const { idempotentOrders } = issuer.capabilities
  const sent = idempotentOrders ? operation : await record.recordIntent(parts, operation)
  if (!sent) return
  try {
    await conclude(parts, sent, await issuer.order(await orderOf(parts, sent, issuer)))
  } catch (error) {
    if (isPermanent(error)) return fail(parts, sent, error.message)
    return record.recordFailure(parts, sent, error, { nothingOrdered: orderedNothing(error) })
  }
}

async function check(parts: Parts, operation: CertificateOperation, issuer: Issuer): Promise<void> {
  const answer = await issuer.check(await orderOf(parts, operation, issuer), operation.orderReference!)
  return conclude(parts, operation, answer)
}

/** Finds out what became of an order whose answer was lost. Nothing is sent again while that is open. */
async function reconcile(parts: Parts, operation: CertificateOperation, issuer: Issuer): Promise<void> {
  const answer = await issuer.reconcile!(await orderOf(parts, operation, issuer)).catch((error) => {
    if (isPermanent(error)) return 'unknown' as const
    throw error
  })
  if (answer === 'unknown') return stop(parts, operation)
  if (answer !== 'not-ordered') return conclude(parts, operation, answer)
  const settled = doubtfulUntil(operation, parts.clock.now())
  if (settled !== undefined)
    return record.recordWait(parts, operation, settled, 'The answer to the order was lost.')
  return record.recordNoOrder(parts, operation)
}

/** A person has to look, unless one has: then the cancellation ends it. */
async function stop(parts: Parts, operation: CertificateOperation): Promise<void> {
  const settled = doubtfulUntil(operation, parts.clock.now())
  if (settled !== undefined)
    return record.recordWait(parts, operation, settled, 'The answer to the order was lost.')
  if (!operation.cancellationRequested) return record.recordDoubt(parts, operation)
  return record.recordEnd(parts, operation, {
    status: 'cancelled',
    message: 'The issuer cannot say whether it has the order; it may go on with it.',
  })
}

async function cancel(parts: Parts, operation: CertificateOperation, issuer: Issuer): Promise<void> {
  const asked = await orderOf(parts, operation, issuer)
  const answer = await issuer.cancel!(asked, operation.orderReference!).catch((error) => {
    if (isPermanent(error)) return { state: 'refused', reason: error.message } as const
    throw error
  })
  if (answer.state === 'too-late') return check(parts, operation, issuer)
  return record.recordEnd(parts, operation, {
    status: 'cancelled',
    ...(answer.state === 'refused' && { message: `The issuer does not give the order up: ${answer.reason}` }),
  })
}

async function orderOf(
  parts: Parts,
  operation: CertificateOperation,
  issuer: Issuer,
): Promise<CertificateOrder> {
  const { vault, name, version, privateKey, orderedAt } = operation
  const { idempotentOrders } = issuer.capabilities
  const replaces = idempotentOrders ? undefined : await predecessorOf(parts, operation)
  return {
    orderKey: operation.requestId,
    request: operation.request,
    publicKey: operation.publicKey,
    policy: operation.policy,
    serialNumber: operation.serialNumber,
    created: operation.created,
    attempt: operation.attempt ?? 0,
    ...(orderedAt !== undefined && { orderedAt }),
    ...(replaces && { replaces }),
    sign: (scheme, data) => parts.keys.sign(privateKey, { vault, name, version }, scheme, data),
  }
}

/** What the same issuer made before; CAs want to know (RFC 9773 5). */
async function predecessorOf(
  { storage }: Parts,
  { vault, name, policy }: CertificateOperation,
): Promise<Uint8Array | undefined> {
  const current = await storage.read((reader) => reader.certificates.findVersion(vault, name))
  const same = current?.issuer?.toLowerCase() === policy.issuer.name.toLowerCase()
  return same ? current?.certificate : undefined
}

async function conclude(parts: Parts, operation: CertificateOperation, answer: OrderAnswer): Promise<void> {
  if (answer.state === 'pending') return record.recordPending(parts, operation, answer)
  if (answer.state === 'unable') return fail(parts, operation, answer.reason)
  if (answer.state === 'refused') return fail(parts, operation, answer.reason, 'Request rejected')
  try {
    await complete(parts, operation, answer)
  } catch (error) {
    // Only what the certificate is to blame for ends the operation: it may have been paid for.
    if (!(error instanceof VaultError) || error.code !== 'BadParameter') throw error
    return fail(parts, operation, error.message)
  }
}

async function complete(
  parts: Parts,
  operation: CertificateOperation,
  answer: OrderAnswer & { state: 'issued' },
): Promise<void> {
  const { vault, name, policy } = operation
  const certificates = answer.chain.map(parseCertificate)
  const now = parts.clock.now()
  const assembled = await assembleVersion(parts, {
    binding: { vault, name, version: operation.version },
    policy,
    key: { stored: operation.privateKey, publicKey: operation.publicKey },
    certificates,
    preserveCertOrder: operation.preserveCertOrder,
    issuer: policy.issuer.name,
    enabled: operation.enabled,
    tags: operation.tags,
    now,
  })
  judgeIssued(policy, assembled.leaf, certificates, now)
  await record.recordVersion(parts, operation, assembled)
}

function fail(
  parts: Parts,
  operation: CertificateOperation,
  message: string,
  code = 'Certificate issuer error',
): Promise<void> {
  return record.recordEnd(parts, operation, { status: 'failed', error: { code, message } })
}
