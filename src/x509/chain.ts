/** Chains: putting uploaded certificates in order, finding the one that belongs to a key, and checking a path. */
import { badParameter } from '../domain/errors.ts'
import { type CertificateFacts, verifySignature } from './certificate.ts'
import type { Der } from './der.ts'
import { isSamePublicKey } from './public-key.ts'

export interface OrderedChain {
  /** The leaf first, each followed by its issuer, as far as issuers are there. */
  readonly chain: readonly CertificateFacts[]
  /** Certificates that issue nothing in the chain, in their order. */
  readonly unrelated: readonly CertificateFacts[]
}

/** No chain needs as many; finding issuers among certificates of one name costs a verification for each pair. */
const certificatesMax = 100

/** Puts certificates in order from whatever order they came in. A certificate given twice counts once. */
export function orderChain(leaf: CertificateFacts, certificates: readonly CertificateFacts[]): OrderedChain {
  if (certificates.length > certificatesMax)
    throw badParameter(`A chain of more than ${certificatesMax} certificates is not accepted.`)
  const chain = [leaf]
  let others = distinct(certificates).filter((certificate) => !isSame(certificate, leaf))
  for (;;) {
    const issuer = findIssuer(chain.at(-1)!, others)
    if (!issuer) return { chain, unrelated: others }
    chain.push(issuer)
    others = others.filter((certificate) => certificate !== issuer)
  }
}

/** The first certificate that carries the public half of a private key. */
export function leafFor(
  privateKeySpki: Der,
  certificates: readonly CertificateFacts[],
): CertificateFacts | undefined {
  return certificates.find((certificate) => isSamePublicKey(certificate.spki, privateKeySpki))
}

/** Issuer and subject are the same name (RFC 5280 3.2); the keys may still differ. */
export function isSelfIssued(certificate: CertificateFacts): boolean {
  return isSameBytes(certificate.issuerDer, certificate.subjectDer)
}

/** Names chain and key identifiers, where both sides have one, agree (RFC 5280 4.2.1.1). */
export function mayHaveIssued(issuer: CertificateFacts, certificate: CertificateFacts): boolean {
  if (!isSameBytes(issuer.subjectDer, certificate.issuerDer)) return false
  const { subjectKeyIdentifier } = issuer
  const { authorityKeyIdentifier } = certificate
  return (
    !subjectKeyIdentifier ||
    !authorityKeyIdentifier ||
    isSameBytes(subjectKeyIdentifier, authorityKeyIdentifier)
  )
}

/**
 * Several candidates are told apart by the signature: CAs renew certificates under one name. A root names itself, so only
 * a signature shows that another certificate of its name issued it.
 */
function findIssuer(
  certificate: CertificateFacts,
  others: readonly CertificateFacts[],
): CertificateFacts | undefined {
  const candidates = others.filter((other) => mayHaveIssued(other, certificate))
  const signer = candidates.find((candidate) => verifySignature(certificate, candidate.spki))
  return signer ?? (isSelfIssued(certificate) ? undefined : candidates[0])
}

function distinct(certificates: readonly CertificateFacts[]): CertificateFacts[] {
  return certificates.filter(
    (certificate, index) => certificates.findIndex((other) => isSame(other, certificate)) === index,
  )
}

function isSame(left: CertificateFacts, right: CertificateFacts): boolean {
  return isSameBytes(left.der, right.der)
}

function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0
}
