/** Orders (RFC 8555 7.4): what was asked for, how far it is, and what is to be done next. */

import { formatIpAddress, parseIpAddress } from '../../../domain/ip-address.ts'
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { UnixSeconds } from '../../../domain/time.ts'
import type { Der } from '../../../x509/der.ts'
import type { Identifier } from '../identifiers.ts'
import type { Account } from './account.ts'
import { type AcmeAnswer, readJson, unusable } from './answer.ts'
import { base64url, type Signer } from './jws.ts'
import type { Members } from './members.ts'
import type { Problem } from './problem.ts'
import { formatDateTime } from './rfc3339.ts'
import type { AcmeServer } from './server.ts'

export interface Order {
  readonly url: string
  readonly status: (typeof statuses)[number]
  readonly identifiers: readonly Identifier[]
  readonly authorizations: readonly string[]
  readonly finalize: string
  readonly expires?: UnixSeconds
  /** As soon as there is one. */
  readonly certificate?: string
  /** Why it is invalid. */
  readonly error?: Problem
  readonly profile?: string
  readonly replaces?: string
  /** When to look again, if the CA says so. */
  readonly retryAfterSeconds?: number
}

export interface OrderWish {
  readonly identifiers: readonly Identifier[]
  /** One of those that the directory offers. */
  readonly profile?: string
  /** `renewalIdentifier` of the certificate that this one follows (RFC 9773 5). */
  readonly replaces?: string
  readonly notBefore?: UnixSeconds
  readonly notAfter?: UnixSeconds
}

const statuses = ['pending', 'ready', 'processing', 'valid', 'invalid'] as const
const identifiersMax = 1000
const pagesMax = 50
const ordersMax = 1000

/** A CA may answer with an order of before that is still open. @throws IssuerFailure `ambiguous` when the answer is lost. */
export async function newOrder(server: AcmeServer, signer: Signer, wish: OrderWish): Promise<Order> {
  const { newOrder: url } = await server.directory()
  const { identifiers, profile, replaces, notBefore, notAfter } = wish
  const payload = {
    identifiers,
    ...(profile !== undefined && { profile }),
    ...(replaces !== undefined && { replaces }),
    ...(notBefore !== undefined && { notBefore: formatDateTime(notBefore) }),
    ...(notAfter !== undefined && { notAfter: formatDateTime(notAfter) }),
  }
  const answer = await server.post(signer, url, payload, 'create')
  if (answer.location === undefined) throw unusable(answer, 'it does not say where the order is')
  const order = orderIn(answer, answer.location)
  if (digestOf(order.identifiers) !== digestOf(identifiers))
    throw new IssuerFailure('permanent', 'The CA made an order for other names than were asked for.')
  return order
}

export async function readOrder(server: AcmeServer, signer: Signer, url: string): Promise<Order> {
  return orderIn(await server.read(signer, url), url)
}

/**
 * Asks for the certificate. May be sent again with the same request, once the order is known to be `ready` still.
 * @param request DER CertificationRequest.
 * @throws IssuerFailure `ambiguous` when the answer is lost: `readOrder` tells then.
 */
export async function finalizeOrder(
  server: AcmeServer,
  signer: Signer,
  { url, finalize }: Pick<Order, 'url' | 'finalize'>,
  request: Der,
): Promise<Order> {
  return orderIn(await server.post(signer, finalize, { csr: base64url(request) }, 'create'), url)
}

/**
 * URLs of the orders of an account, as far as the CA lists them (RFC 8555 7.1.2.1).
 * @returns undefined when it does not.
 */
export async function listOrders(
  server: AcmeServer,
  signer: Signer,
  { orders }: Pick<Account, 'orders'>,
): Promise<readonly string[] | undefined> {
  if (orders === undefined) return undefined
  const found = new Set<string>()
  const seen = new Set<string>()
  let page: string | undefined = orders
  while (page !== undefined && !seen.has(page) && seen.size < pagesMax && found.size < ordersMax) {
    seen.add(page)
    const answer: AcmeAnswer = await server.read(signer, page)
    for (const url of readJson(answer).urls('orders', ordersMax)) found.add(url)
    page = answer.linksTo('next')[0]
  }
  return [...found]
}

function orderIn(answer: AcmeAnswer, url: string): Order {
  const members = readJson(answer)
  const { retryAfterSeconds } = answer
  const expires = members.optionalTime('expires')
  const certificate = members.optionalUrl('certificate')
  const error = members.problem('error')
  const profile = members.optionalText('profile')
  const replaces = members.optionalText('replaces')
  return {
    url,
    status: members.word('status', statuses),
    identifiers: members.objects('identifiers', identifiersMax).map(readIdentifier),
    authorizations: members.urls('authorizations', identifiersMax),
    finalize: members.url('finalize'),
    ...(expires !== undefined && { expires }),
    ...(certificate !== undefined && { certificate }),
    ...(error !== undefined && { error }),
    ...(profile !== undefined && { profile }),
    ...(replaces !== undefined && { replaces }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

export function readIdentifier(members: Members): Identifier {
  return {
    type: members.word('type', ['dns', 'ip'] as const),
    value: members.text('value', 255).toLowerCase(),
  }
}

/** The same for the same names, in whatever order and spelling of addresses. */
function digestOf(identifiers: readonly Identifier[]): string {
  const names = identifiers.map(({ type, value }) => {
    const octets = type === 'ip' ? parseIpAddress(value) : undefined
    return `${type}:${octets ? formatIpAddress(octets) : value.toLowerCase()}`
  })
  return [...new Set(names)].sort().join(' ')
}
