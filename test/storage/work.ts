/** What the processes of the tests do in their transactions. */
import type { Writer } from '../../src/storage/storage.ts'
import { record } from '../conformance/storage-samples.ts'

/** A write that depends on a read. */
export async function count(writer: Writer): Promise<void> {
  const before = Number((await writer.settings.get('counter')) ?? 0)
  await writer.settings.set('counter', String(before + 1))
}

/** Two rows that belong together. */
export async function writeBoth(writer: Writer, key: string): Promise<void> {
  await writer.settings.set(key, 'there')
  await writer.journal.append(record({ object: key }))
}
