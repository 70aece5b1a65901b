/** Audit records in the order of their commits. */
import type { AuditRecord } from '../domain/audit.ts'
import type { Statements } from './statements.ts'
import type { JournalEntry, JournalWriter } from './storage.ts'

export class SqliteJournal implements JournalWriter {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  async read(afterSequence: number, limit: number): Promise<JournalEntry[]> {
    const rows = this.#sql.all(
      'SELECT sequence, record FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?',
      afterSequence,
      limit,
    )
    return rows.map((row) => ({
      sequence: Number(row.sequence),
      record: JSON.parse(String(row.record)) as AuditRecord,
    }))
  }

  async append(record: AuditRecord): Promise<void> {
    this.#sql.run('INSERT INTO journal (record) VALUES (?)', JSON.stringify(record))
  }
}
