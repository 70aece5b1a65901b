/** What every durable memory has to do; one suite for all. It knows nothing but the contract. */
import { type TestContext, test } from 'node:test'
import type { Storage } from '../../src/storage/storage.ts'
import { acmeCases } from './storage-acme.ts'
import { authorityCases } from './storage-authorities.ts'
import { certificateCases } from './storage-certificates.ts'
import { identityCases } from './storage-identities.ts'
import { issuerCases } from './storage-issuers.ts'
import { journalCases } from './storage-journal.ts'
import { listCases } from './storage-lists.ts'
import { objectCases } from './storage-objects.ts'
import { operationCases } from './storage-operations.ts'
import { transactionCases } from './storage-transactions.ts'

/** An empty store, and how to let go of it and open it again. */
export interface OpenedStorage {
  readonly storage: Storage
  /** Closes the store and opens what it left behind. */
  reopen(): Promise<Storage>
}

/** A test of the contract, by the sentence that it holds the store to. */
export type StorageCase = (opened: OpenedStorage) => Promise<void>

const rooms: Readonly<Record<string, StorageCase>>[] = [
  transactionCases,
  certificateCases,
  listCases,
  operationCases,
  issuerCases,
  authorityCases,
  acmeCases,
  objectCases,
  identityCases,
  journalCases,
]

/** @param open gives an empty store each time. */
export function storageConformance(name: string, open: () => Promise<OpenedStorage>): void {
  for (const [sentence, run] of rooms.flatMap(Object.entries<StorageCase>))
    test(`${name}: ${sentence}`, async (context) => run(closedAfterwards(context, await open())))
}

function closedAfterwards(context: TestContext, opened: OpenedStorage): OpenedStorage {
  let current: Storage | undefined = opened.storage
  context.after(() => current?.close())
  return {
    storage: opened.storage,
    async reopen() {
      current = undefined
      current = await opened.reopen()
      return current
    },
  }
}
