/** What an issuer hands over is judged before it becomes a version: CAs are known to have sent another certificate. */
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import {
  checkSubjectAlternativeNames,
  type DistinguishedName,
  parseDistinguishedName,
} from '../../domain/subject.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { CertificateFacts } from '../../x509/certificate.ts'
import { isSelfIssued, orderChain } from '../../x509/chain.ts'
import { checkPath } from '../../x509/path.ts'

/** The clock of a CA may be ahead of ours by as much. */
const clockSkewSeconds = 3600
const commonName = '2.5.4.3'

/**
 * The names that were asked for are in it, it is valid now, and the chain that came with it is signed link by link. That it
 * is for the right key is the business of `assembleVersion`.
 * @throws VaultError `BadParameter` that says what is wrong with it.
 */
export function judgeIssued(
  policy: CertificatePolicy,
  leaf: CertificateFacts,
  certificates: readonly CertificateFacts[],
  now: UnixSeconds,
): void {
  checkNames(policy, leaf)
  checkLife(leaf, now)
  checkChain(leaf, certificates, now)
}

function checkNames({ x509 }: CertificatePolicy, leaf: CertificateFacts): void {
  const asked = checkSubjectAlternativeNames(x509.sans ?? {})
  for (const kind of ['dnsNames', 'emails', 'upns', 'uris', 'ipAddresses'] as const) {
    const present = new Set(leaf.sans?.[kind].map((name) => name.toLowerCase()))
    const missing = asked[kind].find((name) => !present.has(name.toLowerCase()))
    if (missing !== undefined) throw wrong(`it is not for the name ${missing}`)
  }
  const dnsNames = leaf.sans?.dnsNames ?? []
  const named = new Set([...commonNames(leaf.subject), ...dnsNames].map((name) => name.toLowerCase()))
  const missing = commonNames(parseDistinguishedName(x509.subject)).find(
    (name) => !named.has(name.toLowerCase()),
  )
  if (missing !== undefined) throw wrong(`it is not for the subject CN=${missing}`)
}

/** CAs of the web leave the common name out where it is among the alternative names. */
function commonNames(name: DistinguishedName): string[] {
  return name.flat().flatMap(({ type, value }) => (type === commonName ? [value] : []))
}

function checkLife({ notBefore, notAfter }: CertificateFacts, now: UnixSeconds): void {
  if (notAfter <= now) throw wrong('it has expired')
  if (notBefore > now + clockSkewSeconds) throw wrong('it is not valid yet')
}

function checkChain(
  leaf: CertificateFacts,
  certificates: readonly CertificateFacts[],
  now: UnixSeconds,
): void {
  const { chain, unrelated } = orderChain(leaf, certificates)
  if (chain.length === 1 && unrelated.length > 0 && !isSelfIssued(leaf))
    throw wrong('none of the certificates that came with it is its issuer')
  const problem = checkPath(chain, now).find(({ rule }) => linkRules.has(rule))
  if (problem) throw wrong(`its chain does not hold at place ${problem.index}. ${problem.message}`)
}

/** How long issuers live and what their extensions demand is for those who rely on them. */
const linkRules: ReadonlySet<string> = new Set([
  'issuer-name',
  'signature',
  'not-a-ca',
  'path-length',
  'key-usage',
])

function wrong(what: string) {
  return badParameter(`The issuer sent a certificate that is not what was ordered: ${what}.`)
}
