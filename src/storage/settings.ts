/** Vaults with their contacts, and the facts of the installation. */
import type { PfxProfile, VaultSettings } from '../domain/certificate.ts'
import type { Contact } from '../domain/contacts.ts'
import { keyOf } from './names.ts'
import type { Row, Statements } from './statements.ts'
import type { SettingsWriter } from './storage.ts'

export class SqliteSettings implements SettingsWriter {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  async findVault(name: string): Promise<VaultSettings | undefined> {
    const row = this.#sql.get('SELECT * FROM vaults WHERE name_key = ?', keyOf(name))
    return row && readVault(row)
  }

  async listVaults(): Promise<VaultSettings[]> {
    return this.#sql.all('SELECT * FROM vaults ORDER BY name_key').map(readVault)
  }

  async findContacts(vault: string): Promise<readonly Contact[] | undefined> {
    const row = this.#sql.get(
      'SELECT contacts FROM vaults WHERE name_key = ? AND contacts IS NOT NULL',
      keyOf(vault),
    )
    return row && (JSON.parse(String(row.contacts)) as Contact[])
  }

  async get(key: string): Promise<string | undefined> {
    return this.#sql.get('SELECT value FROM settings WHERE key = ?', key)?.value as string | undefined
  }

  async putVault({ name, retentionDays, purgeProtection, pfxProfile }: VaultSettings): Promise<void> {
    this.#sql.run(
      `INSERT INTO vaults (name_key, name, retention_days, purge_protection, pfx_profile) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (name_key) DO UPDATE SET retention_days = excluded.retention_days,
          purge_protection = excluded.purge_protection, pfx_profile = excluded.pfx_profile`,
      keyOf(name),
      name,
      retentionDays,
      purgeProtection ? 1 : 0,
      pfxProfile,
    )
  }

  async setContacts(vault: string, contacts: readonly Contact[] | undefined): Promise<void> {
    this.#sql.run(
      'UPDATE vaults SET contacts = ? WHERE name_key = ?',
      contacts ? JSON.stringify(contacts) : null,
      keyOf(vault),
    )
  }

  async set(key: string, value: string): Promise<void> {
    this.#sql.run(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    )
  }
}

function readVault(row: Row): VaultSettings {
  return {
    name: String(row.name),
    retentionDays: Number(row.retention_days),
    purgeProtection: row.purge_protection === 1,
    pfxProfile: row.pfx_profile as PfxProfile,
  }
}
