/** What is public in a backup of a key or secret that stands for itself. */
import type { KeptObject, ObjectVersion } from '../../domain/kept-object.ts'
import type { StoredVersion } from '../../storage/object-storage.ts'

export interface ObjectFacts<Facts> {
  readonly name: string
  readonly settings?: string
  /** Oldest first; the last one is current. */
  readonly versions: readonly ObjectVersion<Facts>[]
}

export function factsOf<Facts>(
  { name, settings }: KeptObject<Facts>,
  stored: readonly StoredVersion<Facts>[],
): ObjectFacts<Facts> {
  const versions = stored.map(({ version }) => version)
  return { name, ...(settings !== undefined && { settings }), versions }
}
