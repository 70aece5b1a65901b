/** Certification authorities: rows <-> domain. What they issued and published lies in `issued.ts`. */
import type { Authority, OcspResponder } from '../domain/authority.ts'
import type { StoredKey } from '../domain/certificate.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { AuthorityName, AuthorityWriter } from './authority-storage.ts'
import { IssuedRows } from './issued.ts'
import { ListTurnRows } from './list-turns.ts'
import { keyOf } from './names.ts'
import { RevocationListRows } from './revocation-lists.ts'
import type { Row, Statements } from './statements.ts'
import type { Page } from './storage.ts'

type Columns = 'vault' | 'name' | 'publicKey' | 'certificate' | 'request' | 'chain' | 'crossCertificates'

interface Document extends Omit<Authority, Columns> {
  /** Base64. */
  readonly chain: readonly string[]
  readonly crossCertificates: readonly string[]
}

export class SqliteAuthorities implements AuthorityWriter {
  readonly #sql: Statements
  readonly #issued: IssuedRows
  readonly #lists: RevocationListRows
  readonly #turns: ListTurnRows

  constructor(sql: Statements) {
    this.#sql = sql
    this.#issued = new IssuedRows(sql)
    this.#lists = new RevocationListRows(sql)
    this.#turns = new ListTurnRows(sql)
  }

  async find(vault: string, name: string): Promise<Authority | undefined> {
    const row = this.#sql.get(
      'SELECT * FROM authorities WHERE vault = ? AND name_key = ?',
      vault,
      keyOf(name),
    )
    return row && readAuthority(row)
  }

  async findKey(vault: string, name: string): Promise<StoredKey | undefined> {
    const row = this.#sql.get(
      'SELECT key_uri, wrapped_key FROM authorities WHERE vault = ? AND name_key = ?',
      vault,
      keyOf(name),
    )
    return row && readKey(row)
  }

  async list(vault: string, { after = '', limit }: Page): Promise<Authority[]> {
    return this.#sql
      .all(
        'SELECT * FROM authorities WHERE vault = ? AND name_key > ? ORDER BY name_key LIMIT ?',
        vault,
        keyOf(after),
        limit,
      )
      .map(readAuthority)
  }

  async listPublicKeys(vault: string): Promise<Uint8Array[]> {
    return this.#sql
      .all('SELECT public_key FROM authorities WHERE vault = ?', vault)
      .map((row) => row.public_key as Uint8Array)
  }

  async findHolder(vault: string, orderKey: string): Promise<Authority | undefined> {
    // CROSS keeps SQLite to one look-up for each authority: it might go through all that they issued otherwise.
    const row = this.#sql.get(
      `SELECT authorities.* FROM authorities CROSS JOIN issued
        ON issued.vault = authorities.vault AND issued.authority_key = authorities.name_key
        WHERE authorities.vault = ? AND issued.order_key = ?`,
      vault,
      orderKey,
    )
    return row && readAuthority(row)
  }

  async listAll(): Promise<AuthorityName[]> {
    return this.#sql
      .all('SELECT vault, name FROM authorities ORDER BY vault, name_key')
      .map(({ vault, name }) => ({ vault: String(vault), name: String(name) }))
  }

  findIssued: AuthorityWriter['findIssued'] = async (authority, serialNumber) =>
    this.#issued.find(authority, serialNumber)
  findOrdered: AuthorityWriter['findOrdered'] = async (authority, orderKey) =>
    this.#issued.findOrdered(authority, orderKey)
  listIssued: AuthorityWriter['listIssued'] = async (authority, page) => this.#issued.list(authority, page)
  outstanding: AuthorityWriter['outstanding'] = async (authority, now) =>
    this.#issued.outstanding(authority, now)
  lastEnd: AuthorityWriter['lastEnd'] = async (authority) => this.#issued.lastEnd(authority)
  lastChange: AuthorityWriter['lastChange'] = async (authority, partition) =>
    this.#issued.lastChange(authority, partition)
  listRevoked: AuthorityWriter['listRevoked'] = async (authority, partition, options) =>
    this.#issued.listRevoked(authority, partition, options)
  recordIssued: AuthorityWriter['recordIssued'] = async (issued) => this.#issued.record(issued)
  setCertificate: AuthorityWriter['setCertificate'] = async (authority, serialNumber, certificate) =>
    this.#issued.setCertificate(authority, serialNumber, certificate)
  setRevocation: AuthorityWriter['setRevocation'] = async (place, serialNumber, revocation, changed) => {
    const partition = this.#issued.setRevocation(place, serialNumber, revocation, changed)
    const authority = await this.find(place.vault, place.name)
    if (authority && partition !== undefined) this.#turns.ask(authority, partition)
  }

  findRevocationList: AuthorityWriter['findRevocationList'] = async (authority, partition, kind) =>
    this.#lists.find(authority, partition, kind)
  lastListNumber: AuthorityWriter['lastListNumber'] = async (authority) => this.#lists.lastNumber(authority)
  putRevocationList: AuthorityWriter['putRevocationList'] = async (list) => this.#lists.put(list)

  listDue: AuthorityWriter['listDue'] = async (now, limit) => this.#turns.listDue(now, limit)
  findTurn: AuthorityWriter['findTurn'] = async (list) => this.#turns.find(list)
  listPartitions: AuthorityWriter['listPartitions'] = async (authority) => this.#turns.partitions(authority)
  listBaseUrls: AuthorityWriter['listBaseUrls'] = async (authority) => this.#turns.baseUrls(authority)
  setTurn: AuthorityWriter['setTurn'] = async (turn, next) => this.#turns.set(turn, next)
  hasten: AuthorityWriter['hasten'] = async (list, due) => this.#turns.hasten(list, due)

  async findResponder({ vault, name }: AuthorityName) {
    const row = this.#sql.get(
      'SELECT * FROM ocsp_responders WHERE vault = ? AND authority_key = ?',
      vault,
      keyOf(name),
    )
    if (!row) return undefined
    const responder: OcspResponder = {
      vault: String(row.vault),
      authority: String(row.authority),
      certificate: row.certificate as Uint8Array,
      notAfter: row.not_after as UnixSeconds,
    }
    return { responder, key: readKey(row) }
  }

  async insert(authority: Authority, key: StoredKey): Promise<void> {
    this.#sql.run(
      `INSERT INTO authorities (vault, name_key, name, document, public_key, certificate, request, key_uri, wrapped_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      authority.vault,
      keyOf(authority.name),
      authority.name,
      documentOf(authority),
      authority.publicKey,
      authority.certificate ?? null,
      authority.request ?? null,
      key.uri,
      key.wrapped ?? null,
    )
    this.#turns.askAll(authority)
  }

  async update(authority: Authority): Promise<void> {
    const former = await this.find(authority.vault, authority.name)
    this.#sql.run(
      'UPDATE authorities SET document = ?, certificate = ?, request = ? WHERE vault = ? AND name_key = ?',
      documentOf(authority),
      authority.certificate ?? null,
      authority.request ?? null,
      authority.vault,
      keyOf(authority.name),
    )
    if (former && publishesOtherwise(former, authority)) this.#turns.askAll(authority)
  }

  async putResponder({ vault, authority, certificate, notAfter }: OcspResponder, key: StoredKey) {
    this.#sql.run(
      `INSERT INTO ocsp_responders (vault, authority_key, authority, certificate, not_after, key_uri, wrapped_key)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (vault, authority_key) DO UPDATE SET certificate = excluded.certificate,
          not_after = excluded.not_after, key_uri = excluded.key_uri, wrapped_key = excluded.wrapped_key`,
      vault,
      keyOf(authority),
      authority,
      certificate,
      notAfter,
      key.uri,
      key.wrapped ?? null,
    )
  }
}

function publishesOtherwise(former: Authority, now: Authority): boolean {
  return (
    JSON.stringify(former.rules) !== JSON.stringify(now.rules) ||
    base64(former.certificate ?? none) !== base64(now.certificate ?? none)
  )
}

function documentOf({ vault, name, publicKey, certificate, request, ...rest }: Authority): string {
  return JSON.stringify({
    ...rest,
    chain: rest.chain.map(base64),
    crossCertificates: rest.crossCertificates.map(base64),
  })
}

function readAuthority(row: Row): Authority {
  const { chain, crossCertificates, ...rest } = JSON.parse(String(row.document)) as Document
  return {
    vault: String(row.vault),
    name: String(row.name),
    publicKey: row.public_key as Uint8Array,
    ...(row.certificate !== null && { certificate: row.certificate as Uint8Array }),
    ...(row.request !== null && { request: row.request as Uint8Array }),
    ...rest,
    chain: chain.map(octets),
    crossCertificates: crossCertificates.map(octets),
  }
}

function readKey(row: Row): StoredKey {
  return {
    uri: String(row.key_uri),
    ...(row.wrapped_key !== null && { wrapped: row.wrapped_key as Uint8Array }),
  }
}

const none = new Uint8Array()
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const octets = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
