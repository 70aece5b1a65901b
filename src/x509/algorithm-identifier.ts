/** AlgorithmIdentifier (RFC 5280 4.1.1.2): an object identifier and whatever parameters belong to it. */
import { type DerReader, readObjectIdentifier, tag } from './der.ts'

export interface AlgorithmIdentifier {
  readonly oid: string
  /** Stands before the parameters, or at the end when there are none. */
  readonly parameters: DerReader
}

export function readAlgorithmIdentifier(members: DerReader): AlgorithmIdentifier {
  const parameters = members.enter(tag.sequence)
  return { oid: readObjectIdentifier(parameters.read(tag.objectIdentifier)), parameters }
}
