/** What a policy asks for in DigiCert's terms, judged before anything is ordered. */
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { hasNames, parseDistinguishedName } from '../../domain/subject.ts'
import { secondsPerDay, type UnixSeconds } from '../../domain/time.ts'
import { formatPem } from '../../x509/pem.ts'
import type { CertificateOrder } from '../issuer.ts'
import { daysOf, isForServers, longestLife, productPattern, productsByWord } from './products.ts'
import type { Product } from './protocol/catalogue.ts'
import type { CertificateWish } from './protocol/order.ts'
import type { DigiCertSettings } from './settings.ts'

const commonNameType = '2.5.4.3'
const label = '(?!-)[a-z0-9_-]{1,63}(?<!-)'
const dnsName = new RegExp(`^(?:\\*\\.)?(?:${label}\\.)+${label}$`)

/** The kind of certificate that the policy names, or the product of the issuer. @throws IssuerFailure `permanent`. */
export function productOf({ issuer }: CertificatePolicy, { product, products }: DigiCertSettings): string {
  const word = issuer.certificateType
  if (word === undefined || word === '') return product
  const found = products.get(word.toUpperCase()) ?? productsByWord[word.toUpperCase()] ?? word.toLowerCase()
  if (productPattern.test(found) && isForServers(found)) return found
  throw impossible(
    `The policy's issuer.cty ${word.slice(0, 100)} is no kind of certificate that DigiCert makes for TLS servers; send OV-SSL, EV-SSL, a name_id such as ssl_basic, or a word of settings.products.`,
  )
}

export interface Names {
  readonly commonName: string
  /** In lower case, without the common name, each once. */
  readonly others: readonly string[]
}

/** @throws IssuerFailure `permanent` for names that no TLS certificate of DigiCert holds. */
export function namesOf({ x509 }: CertificatePolicy): Names {
  const { subject, sans = {} } = x509
  if (hasNames({ ...sans, dnsNames: [] }))
    throw impossible('DigiCert takes DNS names alone; leave e-mail addresses, IP addresses and others out.')
  const common = parseDistinguishedName(subject)
    .flat()
    .filter(({ type }) => type === commonNameType)
    .map(({ value }) => value)
  const names = [...new Set([...common, ...(sans.dnsNames ?? [])].map((name) => name.toLowerCase()))]
  const [commonName, ...others] = names
  if (commonName === undefined) throw impossible('The policy names no DNS name; DigiCert needs one at least.')
  for (const name of names)
    if (!dnsName.test(name) || name.length > 253)
      throw impossible(
        `The name '${name.slice(0, 100)}' is no DNS name that a TLS certificate can be ordered for.`,
      )
  if (commonName.length > 64)
    throw impossible(
      `The common name ${commonName.slice(0, 100)} is longer than 64 characters; put a shorter name first.`,
    )
  return { commonName, others }
}

/** Whether the product holds these names, and what the settings ask of it. @throws IssuerFailure `permanent`. */
export function checkProduct(
  product: Product,
  { commonName, others }: Names,
  { signatureHash, caCertificate, container, validityDays }: DigiCertSettings,
  now: UnixSeconds,
): void {
  const { id } = product
  const wildcard = [commonName, ...others].find((name) => name.startsWith('*.'))
  if (wildcard !== undefined && (product.validation === 'ev' || /_ev_|_ev$/.test(id)))
    throw impossible(
      `The product ${id} makes no certificates for wildcards such as ${wildcard}; take another product.`,
    )
  if (/wildcard/.test(id)) checkLegacyWildcard(id, commonName, others)
  else if (wildcard !== undefined && singleName.test(id))
    throw impossible(
      `The product ${id} holds no wildcards such as ${wildcard}; take ssl_basic or a wildcard product.`,
    )
  const beyond = others.find((name) => !isFreeBeside(name, commonName))
  if (beyond !== undefined && (product.moreNames === false || singleName.test(id)))
    throw impossible(
      `The product ${id} is for one name, and ${beyond} is another; take a product for several names.`,
    )
  if (product.hashes.length > 0 && !product.hashes.includes(signatureHash))
    throw notOffered('signatureHash', signatureHash, id, product.hashes)
  if (caCertificate !== undefined && product.caCertificates.length > 0)
    if (!product.caCertificates.includes(caCertificate))
      throw notOffered('caCertificate', caCertificate, id, product.caCertificates)
  if (container !== undefined && product.containers.length > 0 && !product.containers.includes(container))
    throw notOffered('container', container, id, product.containers)
  const longest = longestLife(id, now)
  if (validityDays !== undefined && validityDays > longest)
    throw impossible(
      `DigiCert makes no certificates of ${id} for ${validityDays} days now; ${longest} are the most. Correct settings.validityDays of the issuer.`,
    )
}

const singleName = /^(?:private_)?ssl_(?:plus|ev_plus)$/

function checkLegacyWildcard(id: string, commonName: string, others: readonly string[]): void {
  if (!commonName.startsWith('*.'))
    throw impossible(
      `The product ${id} is for wildcards: the common name must begin with *., as *.example.com does.`,
    )
  const domain = commonName.slice(2)
  const outside = others.find((name) => name !== domain && !name.endsWith(`.${domain}`))
  if (outside !== undefined)
    throw impossible(
      `The product ${id} holds names at and below ${domain} alone, and ${outside} is none; order it apart.`,
    )
}

/** DigiCert adds the bare name to that with `www`, and the other way round, to a wildcard what it stands for. */
function isFreeBeside(name: string, commonName: string): boolean {
  const bare = commonName.replace(/^(?:www|\*)\./, '')
  return name === bare || name === `www.${bare}` || (commonName.startsWith('*.') && name.endsWith(`.${bare}`))
}

function notOffered(
  member: string,
  value: string | number,
  product: string,
  offered: readonly (string | number)[],
): IssuerFailure {
  const some = offered.slice(0, 20).join(', ')
  return impossible(
    `DigiCert does not offer ${value} for ${product}, as settings.${member} of the issuer says; it offers ${some}.`,
  )
}

/** @throws IssuerFailure `permanent` for an order that the product is not sold as. */
export function checkCoverage({ id, orderYears }: Product, years: number): void {
  if (orderYears.length > 0 && !orderYears.includes(years))
    throw notOffered('orderYears', years, id, orderYears)
}

/** What the policy or the settings ask for, and DigiCert issues now. */
export function lifeOf(
  { x509 }: CertificatePolicy,
  { validityDays }: DigiCertSettings,
  product: string,
  now: UnixSeconds,
): { readonly asked: number; readonly days: number } {
  const asked = validityDays ?? daysOf(x509.validityMonths, now)
  return { asked, days: Math.max(1, Math.min(asked, longestLife(product, now))) }
}

/** Whole days from now to then, no fewer than one. */
export function daysUntil(then: UnixSeconds, now: UnixSeconds): number {
  return Math.max(1, Math.floor((then - now) / secondsPerDay))
}

export function certificateWish(
  { request }: Pick<CertificateOrder, 'request'>,
  { commonName, others }: Names,
  { signatureHash, caCertificate, profileOption }: DigiCertSettings,
  days: number,
): CertificateWish {
  return {
    commonName,
    dnsNames: others,
    csr: formatPem('CERTIFICATE REQUEST', request),
    signatureHash,
    days,
    ...(caCertificate !== undefined && { caCertificate }),
    ...(profileOption !== undefined && { profileOption }),
  }
}

function impossible(message: string): IssuerFailure {
  return new IssuerFailure('permanent', message)
}
