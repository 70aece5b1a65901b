/** When revocation lists are published next: rows <-> domain. A list has its row from when certificates may point to it. */
import type { Authority, ListPlace, ListTurn } from '../domain/authority.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { AuthorityName, AuthorityWriter } from './authority-storage.ts'
import { keysOf } from './issued.ts'
import type { Row, Statements } from './statements.ts'

const of = 'vault = ? AND authority_key = ?'
const one = `${of} AND partition = ? AND kind = ?`

export class ListTurnRows {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  listDue(now: UnixSeconds, limit: number): ListTurn[] {
    return this.#sql
      .all(
        `SELECT * FROM (SELECT * FROM list_turns WHERE due <= ? UNION SELECT * FROM list_turns WHERE decided > ?)
          ORDER BY kind = 'delta', due, vault, authority_key, partition LIMIT ?`,
        now,
        now,
        limit,
      )
      .map(readTurn)
  }

  find(list: ListPlace): ListTurn | undefined {
    const row = this.#sql.get(`SELECT * FROM list_turns WHERE ${one}`, ...keysOfList(list))
    return row && readTurn(row)
  }

  partitions(authority: AuthorityName): number[] {
    return this.#sql
      .all(`SELECT DISTINCT partition FROM list_turns WHERE ${of} ORDER BY partition`, ...keysOf(authority))
      .map(({ partition }) => Number(partition))
  }

  baseUrls(authority: AuthorityName): string[] {
    return this.#sql
      .all(`SELECT base_url FROM list_origins WHERE ${of} ORDER BY base_url`, ...keysOf(authority))
      .map(({ base_url }) => String(base_url))
  }

  set(turn: ListTurn, { due, decided, failures }: Parameters<AuthorityWriter['setTurn']>[1]): void {
    this.#sql.run(
      `UPDATE list_turns SET due = CASE WHEN asked = ? THEN ? ELSE due END, decided = ?, failures = ? WHERE ${one}`,
      turn.asked,
      due ?? null,
      decided,
      failures,
      ...keysOfList(turn),
    )
  }

  hasten(list: ListPlace, due: UnixSeconds): void {
    const sql = `UPDATE list_turns SET due = MIN(COALESCE(due, ?), ?) WHERE ${one}`
    this.#sql.run(sql, due, due, ...keysOfList(list))
  }

  /** What a partition has to say is due: in its delta where there are deltas. */
  ask({ vault, name: authority, rules }: Authority, partition: number): void {
    this.#ask({ vault, authority, partition, kind: rules.deltaHours === undefined ? 'full' : 'delta' })
  }

  /** All lists of an authority are due, as soon as it can sign them. */
  askAll({ vault, name: authority, rules, certificate }: Authority): void {
    const { baseUrl, deltaHours, partitions } = rules
    if (baseUrl !== undefined)
      this.#sql.run(
        'INSERT INTO list_origins (vault, authority_key, base_url) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        ...keysOf({ vault, name: authority }),
        baseUrl,
      )
    if (!certificate) return
    const known = this.partitions({ vault, name: authority })
    for (const partition of new Set([...known, ...Array(partitions).keys()])) {
      this.#ask({ vault, authority, partition, kind: 'full' })
      if (deltaHours !== undefined) this.#ask({ vault, authority, partition, kind: 'delta' })
    }
  }

  #ask(list: ListPlace): void {
    this.#sql.run(
      `INSERT INTO list_turns (vault, authority_key, partition, kind, authority, due) VALUES (?, ?, ?, ?, ?, 0)
        ON CONFLICT (vault, authority_key, partition, kind) DO UPDATE SET due = 0, asked = asked + 1`,
      ...keysOfList(list),
      list.authority,
    )
  }
}

function keysOfList({
  vault,
  authority: name,
  partition,
  kind,
}: ListPlace): [string, string, number, string] {
  return [...keysOf({ vault, name }), partition, kind]
}

function readTurn(row: Row): ListTurn {
  return {
    vault: String(row.vault),
    authority: String(row.authority),
    partition: Number(row.partition),
    kind: row.kind as ListTurn['kind'],
    ...(row.due !== null && { due: row.due as UnixSeconds }),
    asked: Number(row.asked),
    failures: Number(row.failures),
  }
}
