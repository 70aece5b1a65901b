/**
 * The program, mortal: run in place of `src/main.ts`, it kills itself with SIGKILL at the moment that `MORTAL` names in its
 * environment. What dies is the true process with its true store, so nothing is flushed, closed or answered.
 */
import { StatementSync } from 'node:sqlite'
import { SoftwareKeys } from '../../src/keys/software/software-keys.ts'

/** Before or after the transaction that writes with this statement, or the first signature of an authority. */
export interface Death {
  readonly when: 'before' | 'after'
  /** How the SQL statement begins; absent: a signature. */
  readonly statement?: string
  /** Which of the transactions that do; the first unless told. */
  readonly turn?: number
}

const { when, statement, turn = 1 } = JSON.parse(process.env.MORTAL!) as Death

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function dieInTransactions(begins: string): void {
  const { run } = StatementSync.prototype
  let written = false
  let turns = 0
  StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
    const sql = this.sourceSQL.trim()
    if (sql === 'BEGIN IMMEDIATE') written = false
    const commits = written && sql === 'COMMIT' && ++turns === turn
    if (sql.startsWith(begins)) written = true
    if (commits && when === 'before') die()
    const result = run.apply(this, values as never)
    if (commits) die()
    return result
  } as typeof run
}

function dieInSignatures(): void {
  const { sign } = SoftwareKeys.prototype
  SoftwareKeys.prototype.sign = async function (this: SoftwareKeys, key, binding, ...rest) {
    if (!binding.name.startsWith('authorities/')) return sign.call(this, key, binding, ...rest)
    if (when === 'after') await sign.call(this, key, binding, ...rest)
    die()
    return new Uint8Array()
  }
}

if (statement === undefined) dieInSignatures()
else dieInTransactions(statement)
await import('../../src/main.ts')
