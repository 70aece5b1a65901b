/** The hashes that password-based schemes are built on, by the names of Node and by their object identifiers. */
import { digestOid } from './object-identifiers.ts'

export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

export interface Hash {
  /** As a digest (RFC 4055 2.1). */
  readonly digest: string
  /** As HMAC (RFC 8018 B.1.2). */
  readonly hmac: string
  /** Octets of a digest. */
  readonly length: number
  /** Octets that are compressed at a time. */
  readonly blockLength: number
}

export const hashes: Readonly<Record<HashName, Hash>> = {
  sha1: { digest: digestOid.sha1, hmac: '1.2.840.113549.2.7', length: 20, blockLength: 64 },
  sha224: { digest: '2.16.840.1.101.3.4.2.4', hmac: '1.2.840.113549.2.8', length: 28, blockLength: 64 },
  sha256: { digest: digestOid.sha256, hmac: '1.2.840.113549.2.9', length: 32, blockLength: 64 },
  sha384: { digest: digestOid.sha384, hmac: '1.2.840.113549.2.10', length: 48, blockLength: 128 },
  sha512: { digest: digestOid.sha512, hmac: '1.2.840.113549.2.11', length: 64, blockLength: 128 },
}

/** The hash whose `digest` or `hmac` this is. */
export function findHash(member: 'digest' | 'hmac', oid: string): HashName | undefined {
  return (Object.keys(hashes) as HashName[]).find((name) => hashes[name][member] === oid)
}
