/** What the account has: whose key it is, products, organisations, domains, money. */
import type { UnixSeconds } from '../../../domain/time.ts'
import type { Call } from './api.ts'
import type { Members } from './members.ts'
import { plainText } from './plain-text.ts'

export interface Product {
  readonly id: string
  readonly name: string
  /** Empty where it is not told. */
  readonly containers: readonly number[]
  readonly orderYears: readonly number[]
  /** Undefined where it is not told. */
  readonly validation?: string
  readonly duplicates: boolean
  readonly moreNames?: boolean
  readonly hashes: readonly string[]
  readonly caCertificates: readonly string[]
}

const productsMax = 1000

export function listProducts(): Call<readonly Product[]> {
  return {
    method: 'GET',
    path: '/product',
    effect: 'read',
    read: (answer) => answer.json().objects('products', productsMax).map(readProductMembers),
  }
}

export function readProduct(product: string, container: number | undefined): Call<Product> {
  const query = container === undefined ? '' : `?container_id=${container}`
  return {
    method: 'GET',
    path: `/product/${encodeURIComponent(product)}${query}`,
    effect: 'read',
    read: (answer) => readProductMembers(answer.json()),
  }
}

function readProductMembers(members: Members): Product {
  const years = members.ids('allowed_order_validity_years', 100)
  const hashes = members.optionalObject('signature_hash_types')?.objects('allowed_hash_types', 100) ?? []
  const validation = members.optionalText('validation_type', 100)?.toLowerCase()
  const moreNames = members.optionalFlag('additional_dns_names_allowed')
  return {
    id: members.text('name_id', 100),
    name: plainText(members.optionalText('name') ?? '', 100),
    containers: members.ids('allowed_container_ids', 100_000),
    orderYears: years.length > 0 ? years : members.ids('allowed_validity_years', 100),
    duplicates: members.flag('duplicates_allowed'),
    hashes: hashes.flatMap((hash) => hash.optionalText('id', 100)?.toLowerCase() ?? []),
    caCertificates: members
      .objects('allowed_ca_certs', 1000)
      .flatMap((certificate) => certificate.optionalText('id', 100) ?? []),
    ...(validation !== undefined && { validation }),
    ...(moreNames !== undefined && { moreNames }),
  }
}

export interface Organization {
  readonly id: number
  readonly name: string
  readonly isActive: boolean
  /** `ov`, `ev` …, as far as they are told. */
  readonly validations: readonly Validation[]
}

export interface Validation {
  readonly type: string
  readonly status: string
  readonly until?: UnixSeconds
}

export function readOrganization(organization: number): Call<Organization> {
  return {
    method: 'GET',
    path: `/organization/${organization}?include_validation=true`,
    effect: 'read',
    read(answer) {
      const members = answer.json()
      return {
        id: members.id('id'),
        name: plainText(members.optionalText('display_name') ?? members.optionalText('name') ?? '', 100),
        isActive: members.optionalText('status', 100)?.toLowerCase() !== 'inactive',
        validations: members.objects('validations', 100).map(readValidation),
      }
    },
  }
}

function readValidation(members: Members): Validation {
  const until = members.optionalTime('validated_until')
  return {
    type: members.optionalText('type', 100)?.toLowerCase() ?? '',
    status: (
      members.optionalText('dcv_status', 100) ??
      members.optionalText('status', 100) ??
      ''
    ).toLowerCase(),
    ...(until !== undefined && { until }),
  }
}

export interface Domain {
  readonly id: number
  readonly name: string
  readonly isActive: boolean
  readonly validations: readonly Validation[]
}

export interface ListedDomains {
  readonly domains: readonly Domain[]
  /** Of all pages. */
  readonly total: number
}

export const domainsAtOnceMax = 1000

export function listDomains(container: number | undefined, offset: number): Call<ListedDomains> {
  const query = new URLSearchParams({
    include_validation: 'true',
    include_dcv: 'true',
    limit: String(domainsAtOnceMax),
    offset: String(offset),
    ...(container !== undefined && { container_id: String(container) }),
  })
  return {
    method: 'GET',
    path: `/domain?${query}`,
    effect: 'read',
    read(answer) {
      const members = answer.json()
      const domains = members.objects('domains', domainsAtOnceMax).map(readDomainMembers)
      return { domains, total: members.optionalObject('page')?.optionalId('total') ?? domains.length }
    },
  }
}

export function readDomain(domain: number): Call<Domain> {
  return {
    method: 'GET',
    path: `/domain/${domain}?include_dcv=true&include_validation=true`,
    effect: 'read',
    read: (answer) => readDomainMembers(answer.json()),
  }
}

function readDomainMembers(members: Members): Domain {
  return {
    id: members.id('id'),
    name: members.text('name', 255).toLowerCase(),
    isActive: members.flag('is_active'),
    validations: members.objects('validations', 100).map(readValidation),
  }
}

export interface User {
  readonly name: string
  /** The account that the key belongs to, where it is told. */
  readonly account?: number
}

/** Whose API key it is. */
export function readUser(): Call<User> {
  return {
    method: 'GET',
    path: '/user/me',
    effect: 'read',
    read(answer) {
      const members = answer.json()
      const account = members.optionalObject('account')?.optionalId('id')
      const name = members.optionalText('username') ?? members.optionalText('email') ?? ''
      return { name: plainText(name, 100), ...(account !== undefined && { account }) }
    },
  }
}

/** Undefined where it is not told. The amount is a text, as `1250.00`. */
export function readBalance(): Call<{ amount: string; currency: string } | undefined> {
  return {
    method: 'GET',
    path: '/finance/balance',
    effect: 'read',
    read(answer) {
      const members = answer.json()
      const amount = members.optionalText('balance', 30)
      const currency = members.optionalText('currency', 10) ?? ''
      return amount === undefined ? undefined : { amount, currency: plainText(currency, 10) }
    },
  }
}
