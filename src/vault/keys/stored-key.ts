/** Where the key of a version is, between the words of its keeper and those of storage. */
import type { StoredKey } from '../../domain/certificate.ts'
import type { SealedPart } from '../../domain/kept-object.ts'

export function storedKeyOf({ uri, sealed }: SealedPart): StoredKey {
  if (uri === undefined) throw new Error('a stored key names no keeper')
  return { uri, ...(sealed && { wrapped: sealed }) }
}

export function sealedPartOf({ uri, wrapped }: StoredKey): SealedPart {
  return { uri, ...(wrapped && { sealed: wrapped }) }
}
