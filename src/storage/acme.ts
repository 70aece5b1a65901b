/** ACME accounts with their keys, claimed orders and spent limits: rows <-> domain. What is shown lies in `challenges.ts`. */
import type { AccountPlace, AcmeAccount, Budget } from '../domain/acme-account.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { AccountKeys, AcmeWriter, StoredAccountKey } from './acme-storage.ts'
import { ChallengeRows } from './challenges.ts'
import { keyOf } from './names.ts'
import type { Row, Statements } from './statements.ts'

const of = 'vault = ? AND issuer_key = ? AND directory = ?'

export class SqliteAcme implements AcmeWriter {
  readonly #sql: Statements
  readonly #challenges: ChallengeRows

  constructor(sql: Statements) {
    this.#sql = sql
    this.#challenges = new ChallengeRows(sql)
  }

  challengesOf: AcmeWriter['challengesOf'] = async (vault, orderKey) => this.#challenges.of(vault, orderKey)
  findByToken: AcmeWriter['findByToken'] = async (token) => this.#challenges.byToken(token)
  findByIdentifier: AcmeWriter['findByIdentifier'] = async (type, value) =>
    this.#challenges.byIdentifier(type, value)
  toldSince: AcmeWriter['toldSince'] = async (vault, account, since) =>
    this.#challenges.toldSince(vault, account, since)
  listOverdue: AcmeWriter['listOverdue'] = async (now, limit) => this.#challenges.overdue(now, limit)
  putChallenge: AcmeWriter['putChallenge'] = async (challenge) => this.#challenges.put(challenge)
  removeChallenge: AcmeWriter['removeChallenge'] = async (challenge) => this.#challenges.remove(challenge)

  async findAccount(place: AccountPlace): Promise<AcmeAccount | undefined> {
    const row = this.#sql.get(`SELECT document FROM acme_accounts WHERE ${of}`, ...keysOf(place))
    return typeof row?.document === 'string' ? (JSON.parse(row.document) as AcmeAccount) : undefined
  }

  async findKeys(place: AccountPlace): Promise<AccountKeys | undefined> {
    const row = this.#sql.get(`SELECT * FROM acme_accounts WHERE ${of}`, ...keysOf(place))
    const present = row && readKey(row, '')
    if (!present) return undefined
    const next = readKey(row, 'next_')
    return next ? { present, next } : { present }
  }

  async claimOf(place: AccountPlace, url: string): Promise<string | undefined> {
    const sql = `SELECT order_key FROM acme_orders WHERE ${of} AND url = ?`
    const row = this.#sql.get(sql, ...keysOf(place), url)
    return row && String(row.order_key)
  }

  async claimedFor(place: AccountPlace, orderKey: string): Promise<string | undefined> {
    const sql = `SELECT url FROM acme_orders WHERE ${of} AND order_key = ?`
    const row = this.#sql.get(sql, ...keysOf(place), orderKey)
    return row && String(row.url)
  }

  async spent(place: AccountPlace, budget: Budget, since: UnixSeconds): Promise<UnixSeconds[]> {
    const sql = `SELECT at FROM acme_spent WHERE ${of} AND kind = ? AND subject = ? AND at > ? ORDER BY at`
    const rows = this.#sql.all(sql, ...keysOf(place), budget.kind, budget.subject, since)
    return rows.map(({ at }) => at as UnixSeconds)
  }

  async putAccount(account: AcmeAccount): Promise<void> {
    this.#sql.run(
      `INSERT INTO acme_accounts (vault, issuer_key, directory, document) VALUES (?, ?, ?, ?)
        ON CONFLICT (vault, issuer_key, directory) DO UPDATE SET document = excluded.document`,
      ...keysOf(account),
      JSON.stringify(account),
    )
  }

  async putKeys(place: AccountPlace, { present, next }: AccountKeys): Promise<void> {
    this.#sql.run(
      `INSERT INTO acme_accounts (vault, issuer_key, directory, key_uri, key_version, wrapped_key, public_key,
          next_key_uri, next_key_version, next_wrapped_key, next_public_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (vault, issuer_key, directory) DO UPDATE SET key_uri = excluded.key_uri,
          key_version = excluded.key_version, wrapped_key = excluded.wrapped_key, public_key = excluded.public_key,
          next_key_uri = excluded.next_key_uri, next_key_version = excluded.next_key_version,
          next_wrapped_key = excluded.next_wrapped_key, next_public_key = excluded.next_public_key`,
      ...keysOf(place),
      ...columnsOf(present),
      ...columnsOf(next),
    )
  }

  async removeAccount(place: AccountPlace): Promise<void> {
    for (const table of ['acme_orders', 'acme_accounts'])
      this.#sql.run(`DELETE FROM ${table} WHERE ${of}`, ...keysOf(place))
  }

  async claim(place: AccountPlace, url: string, orderKey: string, at: UnixSeconds): Promise<void> {
    this.#sql.run(
      `INSERT INTO acme_orders (vault, issuer_key, directory, url, order_key, claimed) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING`,
      ...keysOf(place),
      url,
      orderKey,
      at,
    )
  }

  async spend(place: AccountPlace, { kind, subject }: Budget, at: UnixSeconds, since: UnixSeconds) {
    const keys = [...keysOf(place), kind, subject] as const
    this.#sql.run(
      `DELETE FROM acme_spent WHERE ${of} AND kind = ? AND subject = ? AND at <= ?`,
      ...keys,
      since,
    )
    this.#sql.run(
      'INSERT INTO acme_spent (vault, issuer_key, directory, kind, subject, at) VALUES (?, ?, ?, ?, ?, ?)',
      ...keys,
      at,
    )
  }
}

function keysOf({ vault, issuer, directory }: AccountPlace): [string, string, string] {
  return [vault, keyOf(issuer), directory]
}

function columnsOf(key: StoredAccountKey | undefined) {
  return [
    key?.stored.uri ?? null,
    key?.version ?? null,
    key?.stored.wrapped ?? null,
    key?.publicKey ?? null,
  ] as const
}

function readKey(row: Row, prefix: '' | 'next_'): StoredAccountKey | undefined {
  const uri = row[`${prefix}key_uri`]
  if (typeof uri !== 'string') return undefined
  const wrapped = row[`${prefix}wrapped_key`]
  return {
    stored: { uri, ...(wrapped !== null && { wrapped: wrapped as Uint8Array }) },
    version: String(row[`${prefix}key_version`]),
    publicKey: row[`${prefix}public_key`] as Uint8Array,
  }
}
