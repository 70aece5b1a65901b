/**
 * The signatures of certificates that were found good last. Several rules ask for each signature of a chain, and its CAs come
 * again with every certificate below them; a verification takes as long as three signatures. What was not good is not kept.
 */
import { createHash } from 'node:crypto'
import type { Der } from './der.ts'
import { type Signed, verifySigned, verifySignedInPool } from './signature-algorithm.ts'

const keptMax = 512

/** Digests of what was signed, the signature and the key, oldest first. */
const kept = new Set<string>()

/** True when the holder of the key signed the certificate; false for wrong signatures and for algorithms that are not known. */
export function verifyCertificate(certificate: Signed, signerPublicKey: Der): boolean {
  const name = digestOf(certificate, signerPublicKey)
  if (kept.has(name)) return true
  if (!verifySigned(certificate, signerPublicKey)) return false
  keep(name)
  return true
}

/** For a certificate that was just signed, so that nobody can have asked before: in the thread pool. */
export async function verifyNewCertificate(certificate: Signed, signerPublicKey: Der): Promise<boolean> {
  if (!(await verifySignedInPool(certificate, signerPublicKey))) return false
  keep(digestOf(certificate, signerPublicKey))
  return true
}

function keep(name: string): void {
  kept.add(name)
  if (kept.size > keptMax) kept.delete(kept.values().next().value!)
}

/** DER says how long it is, and the signature comes last: no two certificates and keys are hashed as the same octets. */
function digestOf({ toBeSigned, signatureAlgorithm, signature }: Signed, signerPublicKey: Der): string {
  return createHash('sha256')
    .update(signerPublicKey)
    .update(toBeSigned)
    .update(signatureAlgorithm)
    .update(signature)
    .digest('base64')
}
