/** Issuer objects: rows <-> domain. The sealed password has a column of its own, the rest lies in one document. */
import type { CertificateIssuer, IssuerOrganization, IssuerSettings } from '../domain/certificate-issuer.ts'
import type { UnixSeconds } from '../domain/time.ts'
import { keyOf } from './names.ts'
import type { Statements } from './statements.ts'
import type { IssuerWriter, Page } from './storage.ts'

interface IssuerRow {
  readonly vault: string
  readonly name: string
  readonly provider: string
  readonly document: string
  readonly sealed_credentials: Uint8Array | null
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
}

interface Document {
  readonly enabled: boolean
  readonly credentials?: { readonly accountId?: string }
  readonly organization?: IssuerOrganization
  readonly settings?: IssuerSettings
  readonly restsUntil?: UnixSeconds
}

export class SqliteIssuers implements IssuerWriter {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  async find(vault: string, name: string): Promise<CertificateIssuer | undefined> {
    const row = this.#sql.get('SELECT * FROM issuers WHERE vault = ? AND name_key = ?', vault, keyOf(name))
    return row && readIssuer(row as unknown as IssuerRow)
  }

  async list(vault: string, page: Page): Promise<CertificateIssuer[]> {
    const rows = this.#sql.all(
      'SELECT * FROM issuers WHERE vault = ? AND name_key > ? ORDER BY name_key LIMIT ?',
      vault,
      keyOf(page.after ?? ''),
      page.limit,
    )
    return rows.map((row) => readIssuer(row as unknown as IssuerRow))
  }

  async put(issuer: CertificateIssuer): Promise<void> {
    const { vault, name, provider, created, updated, enabled, organization, settings, restsUntil } = issuer
    const { sealedPassword, ...credentials } = issuer.credentials ?? {}
    const document: Document = {
      enabled,
      ...(issuer.credentials && { credentials }),
      ...(organization && { organization }),
      ...(settings && { settings }),
      ...(restsUntil !== undefined && { restsUntil }),
    }
    this.#sql.run(
      `INSERT INTO issuers (vault, name_key, name, provider, document, sealed_credentials, created, updated)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (vault, name_key) DO UPDATE SET name = excluded.name, provider = excluded.provider,
          document = excluded.document, sealed_credentials = excluded.sealed_credentials,
          created = excluded.created, updated = excluded.updated`,
      vault,
      keyOf(name),
      name,
      provider,
      JSON.stringify(document),
      sealedPassword ?? null,
      created,
      updated,
    )
  }

  async remove(vault: string, name: string): Promise<void> {
    this.#sql.run('DELETE FROM issuers WHERE vault = ? AND name_key = ?', vault, keyOf(name))
  }
}

function readIssuer(row: IssuerRow): CertificateIssuer {
  const { vault, name, provider, created, updated, sealed_credentials: sealedPassword } = row
  const { enabled, credentials, organization, settings, restsUntil } = JSON.parse(row.document) as Document
  return {
    vault,
    name,
    provider,
    enabled,
    ...(credentials && { credentials: { ...credentials, ...(sealedPassword && { sealedPassword }) } }),
    ...(organization && { organization }),
    ...(settings && { settings }),
    ...(restsUntil !== undefined && { restsUntil }),
    created,
    updated,
  }
}
