/** Whether the account can order this at all: product, organization and domains, before an order is paid for. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import { isDomainValidated, isPrivate, namesOrganization } from './products.ts'
import {
  listProducts,
  type Organization,
  type Product,
  readOrganization,
  readProduct,
} from './protocol/catalogue.ts'
import { isNotFound } from './protocol/refusal.ts'
import type { Session } from './session.ts'
import { isCurrent, unvalidatedNames } from './validated-domains.ts'
import type { Names } from './wish.ts'

/** @throws IssuerFailure `permanent` when the account does not have it. */
export async function findProduct({ api, settings }: Session, id: string): Promise<Product> {
  try {
    return await api.make(readProduct(id, settings.container))
  } catch (error) {
    if (!isNotFound(error)) throw error
    const products = (await api.make(listProducts())).map((product) => product.id)
    throw new IssuerFailure(
      'permanent',
      `The account has no product ${id}; it has ${products.slice(0, 30).join(', ') || 'none'}. Correct settings.product of the issuer, or the kind of certificate in the policy.`,
    )
  }
}

/** @returns undefined where the product names none. @throws IssuerFailure. */
export async function findOrganization(
  { api, organization }: Session,
  { id, validation }: Pick<Product, 'id' | 'validation'>,
): Promise<Organization | undefined> {
  const needed = namesOrganization(id) ?? validation !== 'dv'
  if (!needed) return undefined
  if (organization === undefined) throw new IssuerFailure('permanent', organizationMissing(id))
  try {
    const found = await api.make(readOrganization(organization))
    if (found.isActive) return found
    throw new IssuerFailure(
      'user-action',
      `The organization ${organization} (${found.name}) is not active at DigiCert; activate it in CertCentral, or set org_details.id to another.`,
    )
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new IssuerFailure(
      'permanent',
      `The account has no organization ${organization}; set org_details.id of the issuer to one that CertCentral lists.`,
    )
  }
}

export function organizationMissing(product: string): string {
  return `The issuer has no organization, and ${product} is issued to one: set org_details.id to the number that CertCentral shows, such as 204060.`
}

/** Whether it vouches for the organization in the way that the product wants. */
export function isValidated(
  { validations }: Organization,
  { validation = 'ov' }: Pick<Product, 'validation'>,
  now: UnixSeconds,
): boolean {
  const kinds = validation === 'ev' ? ['ev'] : ['ov', 'ev']
  const of = validations.filter(({ type }) => kinds.includes(type))
  // An answer that tells of none says nothing.
  return validations.length === 0 || of.some((each) => isCurrent(each.status, each.until, now))
}

/**
 * Without a method to prove control nobody would, and the order would wait until it is given up.
 * @throws IssuerFailure `user-action` for names that DigiCert has not validated; `permanent` for products that need a method.
 */
export async function checkDomains(session: Session, { id }: Product, names: Names): Promise<void> {
  const { dcvMethod } = session.settings
  if (dcvMethod !== undefined || isPrivate(id)) return
  if (isDomainValidated(id))
    throw new IssuerFailure(
      'permanent',
      `The product ${id} proves control of each name with each order; set settings.dcvMethod of the issuer, such as dns-txt-token.`,
    )
  const open = await unvalidatedNames(session, names)
  if (open.length === 0) return
  throw new IssuerFailure(
    'user-action',
    `DigiCert has not validated ${open.slice(0, 5).join(', ')} for this account. Validate the domain in CertCentral, or set settings.dcvMethod of the issuer to have it done with the order; nothing is ordered until then.`,
  )
}
