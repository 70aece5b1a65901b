/** Whether an account at DigiCert is in order, in words: key, product, organization, domains, money. Nothing is changed. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { AccountFinding } from '../issuer.ts'
import { findOrganization, findProduct, isValidated } from './judge-account.ts'
import { ordersElsewhere } from './orders-elsewhere.ts'
import { isDomainValidated, isPrivate } from './products.ts'
import { type Product, readBalance, readUser } from './protocol/catalogue.ts'
import type { Session } from './session.ts'
import { validatedDomains } from './validated-domains.ts'
import { checkCoverage } from './wish.ts'

type Finding = AccountFinding | undefined

export async function accountFindings(session: Session): Promise<readonly AccountFinding[]> {
  const key = await finding('credentials', () => keyFinding(session))
  if (!key?.inOrder) return key ? [key] : []
  const product = await productOf(session)
  const rest = [
    product.finding,
    product.found && (await finding('account', () => organizationFinding(session, product.found!))),
    await finding('account', () => domainFinding(session)),
    await balanceFinding(session),
    await finding('account', () => ordersElsewhere(session)),
  ]
  return [key, ...rest.filter((each) => each !== undefined)]
}

async function finding(
  subject: AccountFinding['subject'],
  work: () => Promise<string | undefined>,
): Promise<Finding> {
  try {
    const details = await work()
    return details === undefined ? undefined : { subject, inOrder: true, details }
  } catch (error) {
    if (!(error instanceof IssuerFailure)) throw error
    const { failure, message } = error
    const unreached = failure === 'transient' || failure === 'throttled'
    return { subject: unreached ? 'network' : subject, inOrder: false, details: message }
  }
}

async function keyFinding({ api, accountId }: Session): Promise<string> {
  const { name, account } = await api.make(readUser())
  if (account !== undefined && account !== accountId)
    throw new IssuerFailure(
      'auth',
      `The API key is of the account ${account}, and credentials.account_id says ${accountId}.`,
    )
  return `DigiCert accepts the API key${name && ` of ${name}`}.`
}

async function productOf(session: Session): Promise<{ found?: Product; finding: Finding }> {
  const { settings } = session
  let found: Product | undefined
  const said = await finding('account', async () => {
    found = await findProduct(session, settings.product)
    checkCoverage(found, settings.orderYears)
    return `The account has the product ${found.id}${found.name && ` (${found.name})`}.`
  })
  return { finding: said, ...(found && { found }) }
}

async function organizationFinding(session: Session, product: Product): Promise<string | undefined> {
  const organization = await findOrganization(session, product)
  if (!organization) return undefined
  const { id, name } = organization
  if (isValidated(organization, product, session.clock.now()))
    return `The organization ${id} (${name}) is active and validated.`
  throw new IssuerFailure(
    'user-action',
    `The organization ${id} (${name}) is not validated for ${product.id}; orders wait until DigiCert has done so.`,
  )
}

async function domainFinding(session: Session): Promise<string | undefined> {
  const { product, dcvMethod } = session.settings
  if (isPrivate(product)) return undefined
  if (isDomainValidated(product)) return `Control of each name is proved with each order by ${dcvMethod}.`
  const validated = await validatedDomains(session)
  const some = validated.slice(0, 10).join(', ')
  const more = validated.length > 10 ? ` and ${validated.length - 10} more` : ''
  if (validated.length > 0) return `Validated domains: ${some}${more}.`
  if (dcvMethod !== undefined)
    return `No domain is validated; control is proved with the order by ${dcvMethod}.`
  throw new IssuerFailure(
    'user-action',
    'DigiCert has validated no domain for this account: validate one in CertCentral, or set settings.dcvMethod.',
  )
}

/** Not every account is paid from a balance, nor every key allowed to see it. */
async function balanceFinding({ api, settings }: Session): Promise<Finding> {
  if ((settings.payment ?? 'balance') !== 'balance') return undefined
  try {
    const balance = await api.make(readBalance())
    if (!balance) return undefined
    const { amount, currency } = balance
    const empty = settings.payment === 'balance' && !(Number(amount.replaceAll(',', '')) > 0)
    return {
      subject: 'account',
      inOrder: !empty,
      details: `The balance of the account is ${amount}${currency && ` ${currency}`}${empty ? '; orders cannot be paid from it' : ''}.`,
    }
  } catch (error) {
    if (error instanceof IssuerFailure) return undefined
    throw error
  }
}
