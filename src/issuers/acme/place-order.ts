/** Placing an order (RFC 8555 7.4): what can be known before is looked at before, since every order counts at the CA. */

import type { Solvers } from '../../challenges/solvers.ts'
import { VaultError } from '../../domain/errors.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { validityFrom } from '../../domain/validity.ts'
import type { DnsClient } from '../../network/dns-client.ts'
import type { CertificateOrder } from '../issuer.ts'
import { checkBudgets, spendOnOrder } from './budget.ts'
import { caaObjection } from './caa.ts'
import { type Identifier, identifiersOf } from './identifiers.ts'
import { newOrder, type Order, type OrderWish } from './protocol/order.ts'
import { isRefusal } from './protocol/refusal.ts'
import { renewalIdentifier } from './protocol/renewal-information.ts'
import type { AcmeRegister } from './register.ts'
import type { Session } from './session.ts'
import type { AcmeSettings } from './settings.ts'

export interface OrderTools {
  readonly register: AcmeRegister
  readonly dns: DnsClient
  readonly solvers: Solvers
}

/** @throws IssuerFailure, `permanent` for names that cannot be ordered. */
export async function placeOrder(
  tools: OrderTools,
  session: Session,
  order: CertificateOrder,
): Promise<Order> {
  const { register } = tools
  const { place, settings } = session
  const identifiers = namesIn(order)
  await checkProvable(tools, session, identifiers)
  const wish = await wishOf(session, order, identifiers)
  // Let's Encrypt counts no renewal that names what it replaces; nobody counts failures less for it.
  const limits = wish.replaces === undefined ? settings.limits : failuresAlone(settings)
  await checkBudgets(register, place, limits, identifiers)
  await spendOnOrder(register, place, limits, identifiers)
  const placed = await send(session, wish)
  const owner = await register.claimOrder(place, placed.url, order.orderKey)
  if (owner === order.orderKey) return placed
  throw new IssuerFailure(
    'transient',
    'Another certificate with the same names is being ordered from the same account; this one is ordered after it.',
  )
}

/** @throws IssuerFailure `permanent`. */
export function namesIn({ policy }: Pick<CertificateOrder, 'policy'>): readonly Identifier[] {
  try {
    return identifiersOf(policy)
  } catch (error) {
    if (error instanceof VaultError) throw new IssuerFailure('permanent', error.message)
    throw error
  }
}

/** Whether control of each name can be proved, as far as that is known without asking the CA. */
async function checkProvable(
  { dns, solvers }: OrderTools,
  { place, settings, server, account }: Session,
  identifiers: readonly Identifier[],
): Promise<void> {
  const { caaIdentities } = await server.directory()
  for (const identifier of identifiers) {
    const base = { ...identifier, value: identifier.value.replace(/^\*\./, '') }
    const wildcard = base.value !== identifier.value
    const methods = solvers
      .forIdentifier(place.vault, settings.challenges, base, wildcard)
      .map(({ type }) => type)
    if (methods.length === 0 && !(await hasStandingRecord(dns, account.url, base)))
      throw notProvable(identifier, wildcard)
    if (!settings.checkCaa) continue
    const view = { identities: caaIdentities, account: account.url, methods: [...methods, 'dns-persist-01'] }
    const objection = await caaObjection(dns, identifier, view)
    if (objection !== undefined) throw new IssuerFailure('user-action', objection)
  }
}

/** Whether there is a record for `dns-persist-01` that names the account; the CA judges the rest of it. */
async function hasStandingRecord(
  dns: DnsClient,
  account: string,
  { type, value }: Identifier,
): Promise<boolean> {
  if (type !== 'dns') return false
  const records = await dns.txt(`_validation-persist.${value}`).catch(() => [])
  return records.some((record) => record.includes(`accounturi=${account}`))
}

function notProvable({ value, type }: Identifier, wildcard: boolean): IssuerFailure {
  const kinds =
    type === 'ip' ? 'http-01 or tls-alpn-01' : wildcard ? 'dns-01' : 'http-01, dns-01 or tls-alpn-01'
  return new IssuerFailure(
    'permanent',
    `Nothing is set up to prove control of ${value}: it takes ${kinds}. Name it under settings.challenges of the issuer, and start the service with what it needs.`,
  )
}

async function wishOf(
  { settings, server }: Session,
  { policy, created, replaces }: CertificateOrder,
  identifiers: readonly Identifier[],
): Promise<OrderWish> {
  const { profiles, renewalInfo } = await server.directory()
  const profile = settings.profiles.find((name) => profiles.has(name))
  if (settings.profiles.length > 0 && profile === undefined)
    throw profileNotOffered(settings, [...profiles.keys()])
  const predecessor = renewalInfo !== undefined && replaces ? renewalIdentifier(replaces) : undefined
  return {
    identifiers,
    ...(profile !== undefined && { profile }),
    ...(predecessor !== undefined && { replaces: predecessor }),
    ...(settings.requestValidity && validityFrom(created, policy.x509.validityMonths)),
  }
}

function profileNotOffered({ profiles }: AcmeSettings, offered: readonly string[]): IssuerFailure {
  const choice = offered.length > 0 ? `it offers ${offered.join(', ')}` : 'it offers none'
  return new IssuerFailure(
    'permanent',
    `The CA offers no profile ${profiles.join(' or ')}; ${choice}. Correct settings.profiles of the issuer.`,
  )
}

function failuresAlone({ limits }: AcmeSettings): AcmeSettings['limits'] {
  return limits.failures ? { failures: limits.failures } : {}
}

/** A CA that does not see the predecessor as one (RFC 9773 5) is asked again without. */
async function send({ server, signer }: Session, wish: OrderWish): Promise<Order> {
  try {
    return await newOrder(server, signer, wish)
  } catch (error) {
    const { replaces, ...rest } = wish
    const objects = replaces !== undefined && predecessorObjections.some((type) => isRefusal(error, type))
    if (!objects) throw error
    return newOrder(server, signer, rest)
  }
}

const predecessorObjections = ['alreadyReplaced', 'malformed', 'unauthorized'] as const
