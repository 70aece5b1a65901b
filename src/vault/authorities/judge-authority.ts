/** Whether a certificate makes an authority, with the chain that came with it: for those that were certified elsewhere. */
import { badParameter } from '../../domain/errors.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import { checkPathRules } from '../../issuers/private-ca/path-rules.ts'
import { type CertificateFacts, verifySignature } from '../../x509/certificate.ts'
import { isSelfIssued, leafFor, orderChain } from '../../x509/chain.ts'
import type { Der } from '../../x509/der.ts'
import { extensionOid } from '../../x509/object-identifiers.ts'
import { checkPath } from '../../x509/path.ts'
import { checkPublicKey, describePublicKey } from '../../x509/public-key.ts'

export interface CertifiedAuthority {
  readonly certificate: CertificateFacts
  /** From its issuer upwards to the root; empty for a root. */
  readonly chain: readonly CertificateFacts[]
}

const rsaBitsMin = 2048
const curves: readonly string[] = ['P-256', 'P-384', 'P-521']

/** @throws VaultError `BadParameter` that says which rule is broken. */
export function judgeAuthority(
  publicKey: Der,
  certificates: readonly CertificateFacts[],
  now: UnixSeconds,
): CertifiedAuthority {
  const certificate = leafFor(publicKey, certificates)
  if (!certificate) throw refusal('key', 'none of the certificates is for the key of the authority')
  checkKey(publicKey)
  checkRights(certificate)
  const { chain: path } = orderChain(certificate, certificates)
  const chain = path.slice(1)
  const top = path.at(-1)!
  if (!isSelfIssued(top) || !verifySignature(top, top.spki))
    throw refusal('chain', 'the chain does not end with a root; send every certificate up to it')
  const problem = checkPath(path, now).find(({ rule }) => rule !== 'critical-extension')
  if (problem) throw refusal('chain', `at place ${problem.index}: ${problem.message.replace(/\.$/, '')}`)
  if (chain.length > 0) checkPathRules(certificate, chain)
  return { certificate, chain }
}

function checkKey(publicKey: Der): void {
  const key = describePublicKey(publicKey)
  checkPublicKey(key)
  if (key.kty === 'RSA' && key.size < rsaBitsMin)
    throw refusal('rsa-size', `an authority needs ${rsaBitsMin} bits of RSA at least, not ${key.size}`)
  if (key.kty === 'EC' && !curves.includes(key.curve))
    throw refusal('curve', `an authority has a key on ${curves.join(', ')}, not on ${key.curve}`)
}

/** RFC 5280 4.2.1.3, 4.2.1.9. */
function checkRights({ basicConstraints, keyUsage, subject, extensions }: CertificateFacts): void {
  if (!basicConstraints?.ca) throw refusal('not-a-ca', 'its basic constraints do not make it a CA')
  const missing = (['keyCertSign', 'cRLSign'] as const).find((word) => keyUsage && !keyUsage.includes(word))
  if (missing) throw refusal('key-usage', `${missing} is missing from its key usage`)
  if (subject.length === 0) throw refusal('subject-present', 'its subject is empty')
  const foreign = extensions.find(({ oid, critical }) => critical && !understood.has(oid))
  if (foreign) throw refusal('critical-extension', `the critical extension ${foreign.oid} is not understood`)
}

const understood: ReadonlySet<string> = new Set([
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.extendedKeyUsage,
  extensionOid.nameConstraints,
  extensionOid.certificatePolicies,
  extensionOid.subjectAltName,
])

function refusal(rule: string, what: string) {
  return badParameter(`The certificate does not make an authority: ${rule}: ${what}.`)
}
