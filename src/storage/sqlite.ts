/**
 * Storage in one SQLite file: no server to install. Write-ahead log with `synchronous=FULL`, so that a commit is on disk
 * when it returns.
 *
 * Transactions that arrive together share one commit (group commit) and are answered after it; one that fails leaves no
 * trace in it. Reads use a second connection, which sees committed state only.
 */
import { DatabaseSync } from 'node:sqlite'
import { SqliteAcme } from './acme.ts'
import { SqliteAuthorities } from './authorities.ts'
import { SqliteCertificates } from './certificates.ts'
import { SqliteIdentities } from './identities.ts'
import { SqliteIssuers } from './issuers.ts'
import { SqliteJournal } from './journal.ts'
import { checkSchema, migrate } from './migrate.ts'
import { SqliteObjects } from './objects.ts'
import { SqliteOperations } from './operations.ts'
import { RememberedIdentities } from './remembered-identities.ts'
import { SqliteSettings } from './settings.ts'
import { Statements } from './statements.ts'
import type { Reader, Storage, Writer } from './storage.ts'
import { StorageUnusable } from './unusable.ts'

/** More than this in one commit would make the first of them wait. */
const batchSizeMax = 256

/** Another process on the same machine (a command of the operator) may hold the file for moments. */
const busyMilliseconds = 10_000

interface Task {
  readonly work: (writer: Writer) => Promise<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** @throws StorageUnusable when the file cannot be opened, is no database, or was written by a newer version. */
export function openSqlite({ path }: { path: string }): Storage {
  const opened: DatabaseSync[] = []
  try {
    const writing = connect(path, opened)
    checkSchema(writing, path)
    configure(writing)
    migrate(writing)
    const reading = connect(path, opened)
    configure(reading)
    reading.exec('PRAGMA query_only = ON')
    return new SqliteStorage(writing, reading)
  } catch (error) {
    for (const database of opened) database.close()
    if (error instanceof StorageUnusable) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new StorageUnusable(`the database ${path} cannot be opened: ${reason}`, { cause: error })
  }
}

function connect(path: string, opened: DatabaseSync[]): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyMilliseconds, enableForeignKeyConstraints: true })
  opened.push(database)
  return database
}

/** Changes the file, if it was not logged ahead before. */
function configure(database: DatabaseSync): void {
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY',
  )
}

class SqliteStorage implements Storage {
  readonly #writing: DatabaseSync
  readonly #reading: DatabaseSync
  readonly #writeSql: Statements
  readonly #readSql: Statements
  readonly #writer: Writer
  readonly #reader: Reader
  /** Those of the writer, which remember role assignments. */
  readonly #identities: RememberedIdentities
  /** Changes when another process has committed. */
  #dataVersion: number | undefined
  #waiting: Task[] = []
  #committing: Promise<void> | undefined
  /** Reads run one after the other: they share a connection and, for their length, its snapshot. */
  #reads: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(writing: DatabaseSync, reading: DatabaseSync) {
    this.#writing = writing
    this.#reading = reading
    this.#writeSql = new Statements(writing)
    this.#readSql = new Statements(reading)
    this.#identities = new RememberedIdentities(this.#writeSql)
    this.#writer = writerOver(this.#writeSql, this.#identities)
    this.#reader = writerOver(this.#readSql, new SqliteIdentities(this.#readSql))
  }

  read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the storage is closed'))
    const result = this.#reads.then(() => this.#readOnce(work))
    this.#reads = result.catch(() => undefined)
    return result
  }

  transact<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the storage is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject })
      this.#committing ??= this.#drain()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#committing
    await this.#reads
    this.#reading.close()
    this.#writing.close()
  }

  async #readOnce<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    this.#readSql.control('BEGIN')
    try {
      return await work(this.#reader)
    } finally {
      this.#readSql.control('COMMIT')
    }
  }

  /** Commits batch after batch until nobody waits. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whoever arrives in the same turn of the event loop shares the commit.
      await new Promise((resolve) => setImmediate(resolve))
      const batch = this.#waiting.splice(0, batchSizeMax)
      await this.#commit(batch)
    }
    this.#committing = undefined
  }

  async #commit(batch: readonly Task[]): Promise<void> {
    try {
      const answers = (await this.#runTogether(batch)) ?? (await this.#runApart(batch))
      for (const answer of answers) answer()
    } catch (error) {
      if (this.#writing.isTransaction) this.#writing.exec('ROLLBACK')
      this.#identities.forget()
      for (const { reject } of batch) reject(error)
    }
  }

  /**
   * The common case: nobody fails, or fails before anything was written, so that there is nothing to undo.
   * @returns how to answer; undefined, with nothing done, when a task failed in the middle of its writes.
   */
  async #runTogether(batch: readonly Task[]): Promise<(() => void)[] | undefined> {
    const answers: (() => void)[] = []
    this.#begin()
    for (const { work, resolve, reject } of batch) {
      const { writes } = this.#writeSql
      try {
        const result = await work(this.#writer)
        answers.push(() => resolve(result))
      } catch (error) {
        if (this.#writeSql.writes !== writes) {
          this.#writeSql.control('ROLLBACK')
          this.#identities.forget()
          return undefined
        }
        answers.push(() => reject(error))
      }
    }
    this.#writeSql.control('COMMIT')
    return answers
  }

  /** Each task in a savepoint of its own: costs two statements more, and undoes what a failing task has written. */
  async #runApart(batch: readonly Task[]): Promise<(() => void)[]> {
    const answers: (() => void)[] = []
    this.#begin()
    for (const { work, resolve, reject } of batch) {
      this.#writeSql.control('SAVEPOINT one')
      try {
        const result = await work(this.#writer)
        answers.push(() => resolve(result))
      } catch (error) {
        this.#writeSql.control('ROLLBACK TO one')
        this.#identities.forget()
        answers.push(() => reject(error))
      }
      this.#writeSql.control('RELEASE one')
    }
    this.#writeSql.control('COMMIT')
    return answers
  }

  /** From here on nobody else writes, so whether somebody did meanwhile is looked up once for the whole batch. */
  #begin(): void {
    this.#writeSql.control('BEGIN IMMEDIATE')
    const version = this.#writeSql.get('PRAGMA data_version')!.data_version as number
    if (version !== this.#dataVersion) this.#identities.forget()
    this.#dataVersion = version
  }
}

function writerOver(sql: Statements, identities: SqliteIdentities): Writer {
  return {
    certificates: new SqliteCertificates(sql),
    operations: new SqliteOperations(sql),
    issuers: new SqliteIssuers(sql),
    authorities: new SqliteAuthorities(sql),
    acme: new SqliteAcme(sql),
    keys: new SqliteObjects(sql, 'keys'),
    secrets: new SqliteObjects(sql, 'secrets'),
    identities,
    settings: new SqliteSettings(sql),
    journal: new SqliteJournal(sql),
  }
}
