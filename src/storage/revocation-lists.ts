/** The revocation lists published last: rows <-> domain. */
import type { RevocationList } from '../domain/authority.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { AuthorityName } from './authority-storage.ts'
import { keysOf } from './issued.ts'
import type { Statements } from './statements.ts'

export class RevocationListRows {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  find(authority: AuthorityName, partition: number, kind: 'full' | 'delta'): RevocationList | undefined {
    const row = this.#sql.get(
      'SELECT * FROM revocation_lists WHERE vault = ? AND authority_key = ? AND partition = ? AND kind = ?',
      ...keysOf(authority),
      partition,
      kind,
    )
    return (
      row && {
        vault: String(row.vault),
        authority: String(row.authority),
        partition,
        kind,
        number: Number(row.number),
        ...(row.base_number !== null && { baseNumber: Number(row.base_number) }),
        thisUpdate: row.this_update as UnixSeconds,
        nextUpdate: row.next_update as UnixSeconds,
        ...(Number(row.last_change) > 0 && { lastChange: Number(row.last_change) }),
        der: row.der as Uint8Array,
      }
    )
  }

  lastNumber(authority: AuthorityName): number {
    const sql = 'SELECT MAX(number) AS last FROM revocation_lists WHERE vault = ? AND authority_key = ?'
    return Number(this.#sql.get(sql, ...keysOf(authority))?.last ?? 0)
  }

  put(list: RevocationList): void {
    this.#sql.run(
      `INSERT INTO revocation_lists (vault, authority_key, partition, kind, authority, number, base_number, this_update,
        next_update, last_change, der) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (vault, authority_key, partition, kind) DO UPDATE SET number = excluded.number,
          base_number = excluded.base_number, this_update = excluded.this_update, next_update = excluded.next_update,
          last_change = excluded.last_change, der = excluded.der`,
      ...keysOf({ vault: list.vault, name: list.authority }),
      list.partition,
      list.kind,
      list.authority,
      list.number,
      list.baseNumber ?? null,
      list.thisUpdate,
      list.nextUpdate,
      list.lastChange ?? 0,
      list.der,
    )
  }
}
