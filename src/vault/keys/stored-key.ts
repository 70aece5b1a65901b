/** Where the key of a version is, out of what storage keeps of it. */
import type { StoredKey } from '../../domain/certificate.ts'
import type { SealedPart } from '../../domain/kept-object.ts'

export function storedKeyOf({ uri, sealed }: SealedPart): StoredKey {
  if (uri === undefined) throw new Error('a stored key names no keeper')
  return { uri, ...(sealed && { wrapped: sealed }) }
}
