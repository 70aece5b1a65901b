/** What authorities issued and revoked: rows <-> domain. Serial numbers are kept in hexadecimal, which sorts. */
import type { IssuedCertificate, Revocation, RevocationReason, RevokedEntry } from '../domain/authority.ts'
import { VaultError } from '../domain/errors.ts'
import { responderOrders } from '../domain/responder-orders.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { AuthorityName, AuthorityReader } from './authority-storage.ts'
import { keyOf } from './names.ts'
import type { Row, Statements } from './statements.ts'
import type { Page } from './storage.ts'

const of = 'vault = ? AND authority_key = ?'
const ofOthers = `${of} AND order_key NOT LIKE '${responderOrders}%'`

export class IssuedRows {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  find(authority: AuthorityName, serialNumber: Uint8Array): IssuedCertificate | undefined {
    const sql = `SELECT * FROM issued WHERE ${of} AND serial = ?`
    const row = this.#sql.get(sql, ...keysOf(authority), hex(serialNumber))
    return row && readIssued(row, authority)
  }

  findOrdered(authority: AuthorityName, orderKey: string): IssuedCertificate | undefined {
    const sql = `SELECT * FROM issued WHERE ${of} AND order_key = ?`
    const row = this.#sql.get(sql, ...keysOf(authority), orderKey)
    return row && readIssued(row, authority)
  }

  list(authority: AuthorityName, { after = '', limit }: Page): IssuedCertificate[] {
    const sql = `SELECT * FROM issued WHERE ${of} AND serial > ? ORDER BY serial LIMIT ?`
    return this.#sql.all(sql, ...keysOf(authority), after, limit).map((row) => readIssued(row, authority))
  }

  outstanding(
    authority: AuthorityName,
    now: UnixSeconds,
  ): { readonly count: number; readonly lastEnds?: UnixSeconds } {
    const { count, last } = this.#sql.get(
      `SELECT COUNT(*) AS count, MAX(not_after) AS last FROM issued
        WHERE ${ofOthers} AND revoked_at IS NULL AND certificate IS NOT NULL AND not_after >= ?`,
      ...keysOf(authority),
      now,
    )!
    return { count: Number(count), ...(last !== null && { lastEnds: last as UnixSeconds }) }
  }

  lastEnd(authority: AuthorityName): UnixSeconds | undefined {
    const sql = `SELECT MAX(not_after) AS last FROM issued WHERE ${ofOthers}`
    return (this.#sql.get(sql, ...keysOf(authority))!.last as UnixSeconds | null) ?? undefined
  }

  listRevoked(
    authority: AuthorityName,
    partition: number,
    { endsFrom, changedAfter, page }: Parameters<AuthorityReader['listRevoked']>[2],
  ): RevokedEntry[] {
    // The plus keeps SQLite to the index that has the order: every page would be sorted otherwise.
    const which = changedAfter === undefined ? 'revoked_at IS NOT NULL' : '+change > ?'
    return this.#sql
      .all(
        `SELECT serial, revoked_at, reason, invalidity_date, changed FROM issued
          WHERE ${of} AND partition = ? AND changed IS NOT NULL AND ${which} AND not_after >= ? AND serial > ?
          ORDER BY serial LIMIT ?`,
        ...keysOf(authority),
        partition,
        ...(changedAfter === undefined ? [] : [changedAfter]),
        endsFrom,
        page?.after ?? '',
        page?.limit ?? -1,
      )
      .map(readEntry)
  }

  lastChange(authority: AuthorityName, partition: number): number {
    const sql = `SELECT MAX(change) AS last FROM issued WHERE ${of} AND partition = ? AND change IS NOT NULL`
    return Number(this.#sql.get(sql, ...keysOf(authority), partition)?.last ?? 0)
  }

  /** @throws VaultError `Conflict`. */
  record(issued: IssuedCertificate): void {
    const { vault, authority, serialNumber, orderKey } = issued
    const place = { vault, name: authority }
    if (this.find(place, serialNumber) || this.findOrdered(place, orderKey))
      throw new VaultError(
        'Conflict',
        'The serial number, or another one for the same order, is on record already.',
      )
    this.#sql.run(
      `INSERT INTO issued (vault, authority_key, serial, order_key, partition, recorded, not_before, not_after, subject,
        certificate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...keysOf(place),
      hex(serialNumber),
      orderKey,
      issued.partition,
      issued.recorded,
      issued.notBefore,
      issued.notAfter,
      issued.subject,
      issued.certificate ?? null,
    )
  }

  setCertificate(authority: AuthorityName, serialNumber: Uint8Array, certificate: Uint8Array): void {
    const sql = `UPDATE issued SET certificate = ? WHERE ${of} AND serial = ?`
    this.#sql.run(sql, certificate, ...keysOf(authority), hex(serialNumber))
  }

  /** @returns in which partition. */
  setRevocation(
    authority: AuthorityName,
    serialNumber: Uint8Array,
    revocation: Revocation | undefined,
    changed: UnixSeconds,
  ): number | undefined {
    const sql = `SELECT partition FROM issued WHERE ${of} AND serial = ?`
    const row = this.#sql.get(sql, ...keysOf(authority), hex(serialNumber))
    if (!row) return undefined
    const partition = Number(row.partition)
    this.#sql.run(
      `UPDATE issued SET revoked_at = ?, reason = ?, invalidity_date = ?, changed = ?, change = ?
        WHERE ${of} AND serial = ?`,
      revocation?.at ?? null,
      revocation?.reason ?? null,
      revocation?.invalidityDate ?? null,
      changed,
      this.lastChange(authority, partition) + 1,
      ...keysOf(authority),
      hex(serialNumber),
    )
    return partition
  }
}

export function keysOf({ vault, name }: AuthorityName): [string, string] {
  return [vault, keyOf(name)]
}

function readIssued(row: Row, { name }: AuthorityName): IssuedCertificate {
  const revoked = row.revoked_at !== null
  return {
    vault: String(row.vault),
    authority: name,
    serialNumber: octets(row.serial),
    orderKey: String(row.order_key),
    partition: Number(row.partition),
    recorded: row.recorded as UnixSeconds,
    notBefore: row.not_before as UnixSeconds,
    notAfter: row.not_after as UnixSeconds,
    subject: String(row.subject),
    ...(row.certificate !== null && { certificate: row.certificate as Uint8Array }),
    ...(revoked && { revocation: { at: row.revoked_at as UnixSeconds, ...readReason(row) } }),
    ...(!revoked && row.changed !== null && { released: row.changed as UnixSeconds }),
  }
}

function readEntry(row: Row): RevokedEntry {
  const serialNumber = octets(row.serial)
  return row.revoked_at === null
    ? { serialNumber, at: row.changed as UnixSeconds, reason: 'removeFromCRL' }
    : { serialNumber, at: row.revoked_at as UnixSeconds, ...readReason(row) }
}

function readReason(row: Row): { reason: RevocationReason; invalidityDate?: UnixSeconds } {
  return {
    reason: row.reason as RevocationReason,
    ...(row.invalidity_date !== null && { invalidityDate: row.invalidity_date as UnixSeconds }),
  }
}

const hex = (serialNumber: Uint8Array) => Buffer.from(serialNumber).toString('hex')
const octets = (serial: Row[string] | undefined) => new Uint8Array(Buffer.from(String(serial), 'hex'))
