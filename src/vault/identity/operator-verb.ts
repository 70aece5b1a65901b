/**
 * How the operator at the machine acts. Who may read the data folder may do everything, so nothing is authorised here;
 * but every act leaves its audit record in the transaction of its effect, and a failed one leaves a record too.
 */
import type { AuditRecord } from '../../domain/audit.ts'
import type { Writer } from '../../storage/storage.ts'
import { newId, type Parts } from '../parts.ts'
import { type Facts, failureOf } from '../perform.ts'

/** What administering takes. */
export interface OperatorDesk
  extends Pick<Parts, 'storage' | 'keys' | 'sealer' | 'issuers' | 'clock' | 'random'> {
  /** The operating system's name of the person at the machine. */
  readonly operatorName: string
}

export interface OperatorCall {
  /** The name in the audit, e.g. `ApplicationCreate`. */
  readonly operation: string
  /** Absent for what concerns the whole service. */
  readonly vault?: string
  readonly object?: string
}

/** Runs an operator's verb. `work` may run more than once; it awaits nothing but the writer. */
export async function asOperator<T>(
  desk: OperatorDesk,
  call: OperatorCall,
  work: (writer: Writer, facts: Facts) => Promise<T>,
): Promise<T> {
  const described = describe(desk, call)
  try {
    return await desk.storage.transact(async (writer) => {
      const facts: Facts = {}
      const result = await work(writer, facts)
      await writer.journal.append({ ...described, outcome: 'success', facts })
      return result
    })
  } catch (error) {
    const why = failureOf(error, 'The command failed; see its output.')
    await desk.storage.transact((writer) =>
      writer.journal.append({ ...described, outcome: 'failed', ...why }),
    )
    throw error
  }
}

/** Records what the operator does in this transaction: for acts that are more than one verb. */
export async function recordAct(
  desk: OperatorDesk,
  writer: Writer,
  call: OperatorCall,
  facts: Facts,
): Promise<void> {
  await writer.journal.append({ ...describe(desk, call), outcome: 'success', facts })
}

function describe(
  { clock, random, operatorName }: OperatorDesk,
  { operation, vault = '', object }: OperatorCall,
): Omit<AuditRecord, 'outcome'> {
  const id = newId(random)
  return {
    at: clock.now(),
    vault,
    operation,
    identity: { kind: 'operator', name: operatorName },
    origin: { correlationId: id, requestId: id },
    ...(object !== undefined && { object }),
  }
}
