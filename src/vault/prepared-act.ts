/**
 * What is done, apart from who does it: a caller passes through `perform`, the operator through `operator-verb`; both check,
 * do the slow part outside of any transaction, and record.
 */
import type { VerbName } from '../access/verbs.ts'
import type { Reader, Writer } from '../storage/storage.ts'
import { asOperator, type OperatorDesk } from './identity/operator-verb.ts'
import type { Call, Facts, Perform } from './perform.ts'
import type { Caller } from './vault.ts'
import { requireVault } from './vaults/administer-vaults.ts'

export interface PreparedAct<Checked, Prepared, Result> {
  readonly verb: VerbName
  readonly name: string
  check(reader: Reader): Promise<Checked>
  prepare(checked: Checked): Promise<Prepared>
  /** Looks again, for the world may have moved on. */
  work(writer: Writer, prepared: Prepared, facts: Facts): Promise<Result>
}

/** @param object what the act is authorised at and audited as. */
export function asCaller<C, P, R>(
  perform: Perform,
  caller: Caller,
  object: Pick<Call, 'name' | 'version'>,
  act: PreparedAct<C, P, R>,
): Promise<R> {
  return perform.prepared(
    { caller, verb: act.verb, ...object },
    (reader) => act.check(reader),
    (checked) => act.prepare(checked),
    (writer, prepared, facts) => act.work(writer, prepared, facts),
  )
}

export interface DeskCall {
  readonly verb: VerbName
  readonly vault: string
  /** What the audit calls it. */
  readonly object: string
}

/** @param make gets the name of the vault as it is spelled. @throws VaultError `VaultNotFound` and what the act throws. */
export async function atDesk<C, P, R>(
  desk: OperatorDesk,
  { verb, vault, object }: DeskCall,
  make: (vaultName: string) => PreparedAct<C, P, R>,
): Promise<R> {
  const call = { operation: verb, vault, object }
  const ready = async () => {
    const settings = await desk.storage.read((reader) => requireVault(reader, vault))
    const act = make(settings.name)
    const checked = await desk.storage.read((reader) => act.check(reader))
    return { act, prepared: await act.prepare(checked) }
  }
  // What fails before there is anything to record is recorded as a failure all the same.
  const { act, prepared } = await ready().catch((error) =>
    asOperator(desk, call, () => Promise.reject(error)),
  )
  return asOperator(desk, call, (writer, facts) => act.work(writer, prepared, facts))
}
