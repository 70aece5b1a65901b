/** Pending operations: rows <-> domain. Bytes lie in columns of their own, the rest in one document. */
import type { CertificateOperation, OperationStatus } from '../domain/certificate-operation.ts'
import type { UnixSeconds } from '../domain/time.ts'
import { keyOf } from './names.ts'
import type { Statements } from './statements.ts'
import type { OperationWriter } from './storage.ts'

interface OperationRow {
  readonly vault: string
  readonly name: string
  readonly request_id: string
  readonly status: OperationStatus
  readonly cancellation_requested: number
  readonly due_at: UnixSeconds | null
  readonly request: Uint8Array
  readonly public_key: Uint8Array
  readonly serial_number: Uint8Array
  readonly key_uri: string
  readonly wrapped_key: Uint8Array | null
  readonly document: string
}

type Columns =
  | 'vault'
  | 'name'
  | 'requestId'
  | 'status'
  | 'cancellationRequested'
  | 'dueAt'
  | 'request'
  | 'publicKey'
  | 'serialNumber'
  | 'privateKey'

const columns = [
  'name',
  'request_id',
  'status',
  'cancellation_requested',
  'due_at',
  'request',
  'public_key',
  'serial_number',
  'key_uri',
  'wrapped_key',
  'document',
]

const putSql = `
  INSERT INTO operations (vault, name_key, ${columns.join(', ')}) VALUES (?, ?, ${columns.map(() => '?').join(', ')})
  ON CONFLICT (vault, name_key) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`

const findOpenSql = `
  SELECT o.request_id, o.cancellation_requested
  FROM operations o JOIN certificates c ON c.vault = o.vault AND c.name_key = o.name_key
  WHERE o.vault = ? AND o.name_key = ? AND o.status = 'inProgress' AND c.deleted_at IS NULL`

export class SqliteOperations implements OperationWriter {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  async find(vault: string, name: string): Promise<CertificateOperation | undefined> {
    const row = this.#sql.get('SELECT * FROM operations WHERE vault = ? AND name_key = ?', vault, keyOf(name))
    return row && readOperation(row as unknown as OperationRow)
  }

  async findOpen(vault: string, name: string) {
    const row = this.#sql.get(findOpenSql, vault, keyOf(name))
    return (
      row && {
        requestId: row.request_id as string,
        cancellationRequested: row.cancellation_requested === 1,
      }
    )
  }

  async listDue(
    now: UnixSeconds,
    limit: number,
  ): Promise<{ vault: string; name: string; requestId: string }[]> {
    return this.#sql.all(
      'SELECT vault, name, request_id AS requestId FROM operations WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?',
      now,
      limit,
    ) as unknown as { vault: string; name: string; requestId: string }[]
  }

  async nextDue(): Promise<UnixSeconds | undefined> {
    const row = this.#sql.get(
      'SELECT due_at FROM operations WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1',
    )
    return row?.due_at as UnixSeconds | undefined
  }

  async put(operation: CertificateOperation): Promise<void> {
    const {
      vault,
      name,
      requestId,
      status,
      cancellationRequested,
      dueAt,
      request,
      publicKey,
      serialNumber,
      privateKey,
      ...document
    } = operation
    this.#sql.run(
      putSql,
      vault,
      keyOf(name),
      name,
      requestId,
      status,
      cancellationRequested ? 1 : 0,
      dueAt ?? null,
      request,
      publicKey,
      serialNumber,
      privateKey.uri,
      privateKey.wrapped ?? null,
      JSON.stringify(document),
    )
  }

  async remove(vault: string, name: string): Promise<void> {
    this.#sql.run('DELETE FROM operations WHERE vault = ? AND name_key = ?', vault, keyOf(name))
  }
}

function readOperation(row: OperationRow): CertificateOperation {
  const document = JSON.parse(row.document) as Omit<CertificateOperation, Columns>
  return {
    ...document,
    vault: row.vault,
    name: row.name,
    requestId: row.request_id,
    status: row.status,
    cancellationRequested: row.cancellation_requested === 1,
    ...(row.due_at !== null && { dueAt: row.due_at }),
    request: row.request,
    publicKey: row.public_key,
    serialNumber: row.serial_number,
    privateKey: { uri: row.key_uri, ...(row.wrapped_key && { wrapped: row.wrapped_key }) },
  }
}
