/**
 * The only way to storage. Whatever a verb does passes through here: the caller is authorised, the verb runs in a
 * transaction, and its audit record is written in that same transaction. Refusals and failures are recorded too, in a
 * transaction of their own, since nothing of the verb may remain.
 */
import { authorize } from '../access/authorize.ts'
import type { Principal } from '../access/principal.ts'
import { type VerbName, verbs } from '../access/verbs.ts'
import type { AuditIdentity, AuditRecord } from '../domain/audit.ts'
import { VaultError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import type { Reader, Storage, Writer } from '../storage/storage.ts'
import type { Caller } from './vault.ts'

/** What a verb declares before it may begin. */
export interface Call {
  readonly caller: Caller
  readonly verb: VerbName
  /** Absent for verbs on the whole collection, which are authorised at the vault. */
  readonly name?: string
  readonly version?: string
}

/** Facts for the audit record, gathered while the verb runs. Never secrets. */
export type Facts = Record<string, string | number | boolean>

export interface Perform {
  /** Runs a verb. `work` may run more than once; it awaits nothing but the writer. */
  <T>(call: Call, work: (writer: Writer, facts: Facts) => Promise<T>): Promise<T>
  /**
   * Runs a verb that has slow work to do first. The caller is authorised and `check` looks for reasons to refuse before
   * `prepare` begins, outside of any transaction; `work` must look again, for the world may have moved on.
   */
  prepared<C, P, T>(
    call: Call,
    check: (reader: Reader) => Promise<C>,
    prepare: (checked: C) => Promise<P>,
    work: (writer: Writer, prepared: P, facts: Facts) => Promise<T>,
  ): Promise<T>
}

const recordedErrors = new WeakSet<object>()

/** Whether a verb threw this and wrote it down: a door records only what never came to a verb. */
export function isRecorded(error: unknown): boolean {
  return typeof error === 'object' && error !== null && recordedErrors.has(error)
}

/** For verbs that pass another way than `perform`. */
export function markRecorded(error: unknown): void {
  if (typeof error === 'object' && error !== null) recordedErrors.add(error)
}

export function createPerform(storage: Storage, clock: Clock): Perform {
  async function recorded<T>(call: Call, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt()
    } catch (error) {
      await storage.transact((writer) => writer.journal.append(failure(call, error, clock)))
      markRecorded(error)
      throw error
    }
  }

  async function run<T>(call: Call, work: (writer: Writer, facts: Facts) => Promise<T>): Promise<T> {
    return storage.transact(async (writer) => {
      const assignmentId = await allow(writer, call)
      const facts: Facts = {}
      const result = await work(writer, facts)
      await writer.journal.append(success(call, facts, assignmentId, clock))
      return result
    })
  }

  const perform = <T>(call: Call, work: (writer: Writer, facts: Facts) => Promise<T>) =>
    recorded(call, () => run(call, work))

  return Object.assign(perform, {
    prepared: <C, P, T>(
      call: Call,
      check: (reader: Reader) => Promise<C>,
      prepare: (checked: C) => Promise<P>,
      work: (writer: Writer, prepared: P, facts: Facts) => Promise<T>,
    ) =>
      recorded(call, async () => {
        const checked = await storage.read(async (reader) => {
          await allow(reader, call)
          return check(reader)
        })
        const ready = await prepare(checked)
        return run(call, (writer, facts) => work(writer, ready, facts))
      }),
  })
}

/** @returns the assignment that allows it. @throws VaultError `ForbiddenByRbac`. */
async function allow(reader: Reader, call: Call): Promise<string | undefined> {
  const { principal, vault } = call.caller
  const identities = [principal.objectId, ...(principal.groups ?? [])]
  const assignments = await reader.identities.assignmentsOf(identities, vault.name)
  const { action, collection } = verbs[call.verb]
  const target = {
    vault: vault.name,
    collection,
    ...(call.name !== undefined && { name: call.name }),
  }
  const decision = authorize({ principal, action, target, assignments })
  if (!decision.allowed) throw new VaultError('ForbiddenByRbac', decision.message)
  call.caller.allowedBy?.(decision.assignmentId)
  return decision.assignmentId
}

function success(call: Call, facts: Facts, assignmentId: string | undefined, clock: Clock): AuditRecord {
  return {
    ...described(call, clock),
    outcome: 'success',
    ...(assignmentId !== undefined && { assignmentId }),
    ...(Object.keys(facts).length > 0 && { facts }),
  }
}

function failure(call: Call, error: unknown, clock: Clock): AuditRecord {
  const why = failureOf(error, 'The service failed; see its log.')
  return {
    ...described(call, clock),
    outcome: why.errorCode === 'ForbiddenByRbac' ? 'refused' : 'failed',
    ...why,
  }
}

/** What a record says of an error. @param unforeseen instead of the message of one that nobody threw on purpose. */
export function failureOf(error: unknown, unforeseen: string): { errorCode: string; errorMessage: string } {
  return error instanceof VaultError
    ? { errorCode: error.code, errorMessage: error.message }
    : { errorCode: 'InternalError', errorMessage: unforeseen }
}

function described(call: Call, clock: Clock): Omit<AuditRecord, 'outcome'> {
  const { caller, verb, name, version } = call
  const { action, collection } = verbs[verb]
  return {
    at: clock.now(),
    vault: caller.vault.name,
    operation: verb,
    identity: identityOf(caller.principal),
    origin: caller.origin,
    action,
    ...(name !== undefined && {
      object: version === undefined ? `${collection}/${name}` : `${collection}/${name}/${version}`,
    }),
  }
}

export function identityOf(principal: Principal): AuditIdentity {
  return {
    kind: principal.kind,
    objectId: principal.objectId,
    ...(principal.applicationId !== undefined && { applicationId: principal.applicationId }),
    ...(principal.name !== undefined && { name: principal.name }),
  }
}
