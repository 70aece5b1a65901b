/** Brings a database to the schema of this version, one migration and one transaction after the other. */
import type { DatabaseSync } from 'node:sqlite'
import { migrations } from './migrations/index.ts'
import { StorageUnusable } from './unusable.ts'

/** Only looks. @throws StorageUnusable when the database is of a newer version, or not ours. */
export function checkSchema(database: DatabaseSync, path: string): void {
  const newest = migrations.at(-1)!.number
  // Looked at first: another process may be making the store at this moment.
  const used = hasTables(database)
  const version = versionOf(database)
  if (version > newest)
    throw new StorageUnusable(
      `the data in ${path} is of a newer version (schema ${version}, known up to ${newest}); use that version of certkeep`,
    )
  if (version === 0 && used)
    throw new StorageUnusable(`${path} is a database of another program; choose another data folder`)
}

/** The schema must have been checked. */
export function migrate(database: DatabaseSync): void {
  const version = versionOf(database)
  for (const migration of migrations) if (migration.number > version) apply(database, migration)
}

function apply(
  database: DatabaseSync,
  { number, name, sql }: { number: number; name: string; sql: string },
): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have been faster between our look and our lock.
    if (versionOf(database) < number) {
      database.exec('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)')
      database.exec(sql)
      database.prepare('INSERT INTO migrations (number, name) VALUES (?, ?)').run(number, name)
      database.exec(`PRAGMA user_version = ${number}`)
    }
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()!.user_version)
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
}
