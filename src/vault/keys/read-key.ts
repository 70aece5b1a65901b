/** The public half of a key, whether it is a certificate's or stands for itself. */
import { keyNotFound } from '../../domain/refusals.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeyView } from '../vault.ts'
import { managedView, ownView } from './key-summary.ts'

export async function readKey(
  parts: Parts,
  caller: Caller,
  name: string,
  version?: string,
): Promise<KeyView> {
  const vault = caller.vault.name
  const call = { caller, verb: 'KeyGet', name, ...(version !== undefined && { version }) } as const
  return parts.perform(call, async (reader) => {
    const managed = await reader.certificates.findKey(vault, name, version)
    if (managed) return managedView(managed.name, managed.summary, managed)
    const own = await reader.keys.findVersion(vault, name, version)
    if (!own || own.deleted) throw keyNotFound(name, version)
    return ownView(own.name, own.version)
  })
}
