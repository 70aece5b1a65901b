/** What an order asks for (RFC 8555 7.1.4, RFC 8738): the names and addresses of a certificate, as identifiers. */
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { checkSubjectAlternativeNames, parseDistinguishedName } from '../../domain/subject.ts'

export interface Identifier {
  readonly type: 'dns' | 'ip'
  /** In lower case, A-labels; may begin with `*.`. */
  readonly value: string
}

const commonName = '2.5.4.3'
const hostName = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/

/**
 * Each once, sorted: the same names are the same order.
 * @throws VaultError `BadParameter` for what ACME has no identifier for.
 */
export function identifiersOf({ x509 }: Pick<CertificatePolicy, 'x509'>): readonly Identifier[] {
  const { dnsNames, ipAddresses, emails, upns, uris } = checkSubjectAlternativeNames(x509.sans ?? {})
  if (emails.length + upns.length + uris.length > 0)
    throw badParameter(
      'ACME CAs certify DNS names and IP addresses only; leave e-mail addresses, user principal names and URIs out of the policy.',
    )
  const names = [...commonNames(x509.subject).filter((name) => !ipAddresses.includes(name)), ...dnsNames]
  const hosts = names.map((name) => name.toLowerCase().replace(/\.$/, ''))
  const strange = hosts.find((name) => !hostName.test(name) || name.length > 253)
  if (strange !== undefined)
    throw badParameter(
      `${strange.slice(0, 253)} is no DNS name that an ACME CA certifies; name hosts in full, with A-labels (xn--) for other scripts.`,
    )
  const identifiers = [
    ...[...new Set(hosts)].sort().map((value) => ({ type: 'dns', value }) as const),
    ...[...new Set(ipAddresses)].sort().map((value) => ({ type: 'ip', value }) as const),
  ]
  if (identifiers.length === 0)
    throw badParameter('An ACME order needs a DNS name or an IP address; put one into subject or sans.')
  return identifiers
}

/** What tells one set of names from another. */
export function namesOf(identifiers: readonly Identifier[]): string {
  return identifiers.map(({ value }) => value).join(',')
}

function commonNames(subject: string): string[] {
  return parseDistinguishedName(subject)
    .flat()
    .filter(({ type }) => type === commonName)
    .map(({ value }) => value)
}
