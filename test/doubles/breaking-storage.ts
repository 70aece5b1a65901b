/** A store that breaks at a chosen transaction, as when the process or its disk dies, and stays broken. */
import type { Storage } from '../../src/storage/storage.ts'

export interface Break {
  /** Counted from one. */
  readonly call: number
  /** `before`: the transaction is lost. `after`: it is done, and nobody is told. */
  readonly when: 'before' | 'after'
  /** The store works again afterwards: a passing fault. */
  readonly passing?: boolean
}

export interface BreakingStorage extends Storage {
  /** How many transactions were begun. */
  readonly calls: number
}

export function breakingStorage(storage: Storage, { call, when, passing }: Break): BreakingStorage {
  let calls = 0
  return {
    get calls() {
      return calls
    },
    read: (work) =>
      passing || calls < call ? storage.read(work) : Promise.reject(new Error('the store is broken')),
    async transact(work) {
      calls++
      if (calls < call || (passing && calls > call)) return storage.transact(work)
      if (calls === call && when === 'after') await storage.transact(work)
      throw new Error('the store is broken')
    },
    close: () => storage.close(),
  }
}
