import type { IssuerSettings } from '../../domain/certificate-issuer.ts'
import { type FailureClass, IssuerFailure } from '../../domain/issuer-failure.ts'
import type { RevocationWish } from '../../domain/revoke.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Der } from '../../x509/der.ts'
import type {
  CaDescription,
  CancelAnswer,
  CertificateKey,
  CertificateOrder,
  Issuer,
  IssuerAccount,
  IssuerProvider,
  OrderAnswer,
  ReconcileAnswer,
  RenewalAdvice,
  RevokeAnswer,
} from '../issuer.ts'
import { accountCare } from './account-care.ts'
import { accountFindings } from './account-findings.ts'
import type { AcmeParts } from './acme-parts.ts'
import { certificateJwsKey } from './certificate-key.ts'
import { namesOf } from './identifiers.ts'
import { namesIn, type OrderTools, placeOrder } from './place-order.ts'
import { readAccount } from './protocol/account.ts'
import { deactivateAuthorization, readAuthorization } from './protocol/authorization.ts'
import { downloadChain } from './protocol/issued-chain.ts'
import { finalizeOrder, listOrders, type Order, readOrder } from './protocol/order.ts'
import { problemText } from './protocol/problem.ts'
import { isRefusal } from './protocol/refusal.ts'
import { readRenewalInformation } from './protocol/renewal-information.ts'
import { revokeCertificate } from './protocol/revocation.ts'
import type { AcmeServer } from './protocol/server.ts'
import { failedProof, proveControl } from './prove-control.ts'
import { readReference, writeReference } from './reference.ts'
import {
  forgetLostAccount,
  type OpenServer,
  openSession,
  placeOf,
  rememberedServers,
  type Session,
} from './session.ts'
import { readSettings } from './settings.ts'
import { takeAway } from './take-away.ts'

export const acmeName = 'ACME'

const processingSeconds = 3
/** A CA lists the newest orders last or first; an order whose answer was lost is among these. */
const ordersLookedAt = 50

export function acmeProvider(parts: AcmeParts): IssuerProvider {
  const servers = rememberedServers(parts.register, parts.openHttp)
  return {
    name: acmeName,
    checkSettings(settings) {
      parts.solvers.checkSettings(readSettings(settings).challenges)
    },
    describeCa: (settings) => describeCa(servers, settings),
    connect: (account) => connect(parts, servers, account),
  }
}

/** What stands in the directory (RFC 8555 7.1.1). */
async function describeCa(servers: OpenServer, settings: IssuerSettings): Promise<CaDescription> {
  const read = readSettings({ ...settings, termsOfServiceAgreed: true })
  const { termsOfService, externalAccountRequired, profiles } = await servers(read).directory()
  return {
    host: new URL(read.directory).host,
    ...(termsOfService !== undefined && { termsOfService }),
    externalAccountRequired: externalAccountRequired || read.externalAccount,
    profiles: [...profiles.keys()],
  }
}

function connect(parts: AcmeParts, servers: OpenServer, account: IssuerAccount): Issuer {
  const { register } = parts
  const tools: OrderTools = parts
  async function within<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const place = placeOf(account, readSettings(account.settings))
    try {
      return await work(await openSession(register, servers, account))
    } catch (error) {
      await forgetLostAccount(register, place, error)
      throw error
    }
  }
  return {
    capabilities: { idempotentOrders: false, caCertificates: false },
    order: (order) =>
      within(async (session) =>
        pending(session, await placeOrder(tools, session, order), { againAfterSeconds: 0 }),
      ),
    check: (order, reference) => within((session) => step(tools, session, order, reference)),
    reconcile: (order) => within((session) => reconcile(tools, session, order)),
    cancel: (order, reference) => within((session) => cancel(tools, session, order, reference)),
    revoke: (certificate, wish, key) => within((session) => revoke(session, certificate, wish, key)),
    adviseRenewal: (certificate) =>
      adviceFrom(servers(readSettings(account.settings)), certificate, register.now()),
    verifyAccount: () => accountFindings(parts, servers, account),
    account: accountCare({ register, servers, issuer: account }),
  }
}

function pending(
  { settings }: Session,
  { url }: Pick<Order, 'url'>,
  { againAfterSeconds, details }: { againAfterSeconds: number; details?: string },
): OrderAnswer {
  return {
    state: 'pending',
    reference: writeReference({ directory: settings.directory, order: url }),
    checkAgainAfterSeconds: againAfterSeconds,
    ...(details !== undefined && { details }),
  }
}

/** The CA knows how far the order is; the rest follows. */
async function step(
  tools: OrderTools,
  session: Session,
  order: CertificateOrder,
  reference: string,
): Promise<OrderAnswer> {
  const { server, signer, settings } = session
  const known = await readOrder(server, signer, readReference(reference, settings))
  if (known.status === 'pending') return prove(tools, session, order, known)
  await takeAway(tools, session, order.orderKey)
  if (known.status === 'invalid') return refused(tools, session, known)
  const placed = known.status === 'ready' ? await finalized(session, known, order) : known
  if ('reason' in placed) return placed
  if (placed.status === 'invalid') return refused(tools, session, placed)
  if (placed.status !== 'valid' || placed.certificate === undefined)
    return pending(session, placed, {
      againAfterSeconds: placed.retryAfterSeconds ?? processingSeconds,
      details: 'The CA makes the certificate.',
    })
  return {
    state: 'issued',
    chain: await downloadChain(server, signer, placed.certificate, settings.preferredChain),
  }
}

/** What the CA does not let be finalized is not the account's fault: the request asks for something else than the order. */
async function finalized(
  { server, signer }: Session,
  order: Order,
  { request }: CertificateOrder,
): Promise<Order | (OrderAnswer & { state: 'refused' })> {
  try {
    return await finalizeOrder(server, signer, order, request)
  } catch (error) {
    if (isRefusal(error, 'unauthorized')) return { state: 'refused', reason: error.message }
    throw error
  }
}

async function prove(
  tools: OrderTools,
  session: Session,
  { orderKey }: CertificateOrder,
  order: Order,
): Promise<OrderAnswer> {
  const proof = await proveControl(tools, session, orderKey, order.authorizations)
  if (proof.state === 'waiting') return pending(session, order, proof)
  if (proof.state === 'proved') return pending(session, order, { againAfterSeconds: 1 })
  await takeAway(tools, session, orderKey)
  await giveUp(session, order)
  return { state: 'refused', reason: proof.reason }
}

async function refused(tools: OrderTools, session: Session, order: Order): Promise<OrderAnswer> {
  const reason =
    (await failedProof(tools, session, order.authorizations)) ??
    (order.error && problemText(order.error, 'request')) ??
    'The CA gave the order up, and did not say why. Create the certificate again.'
  return { state: 'refused', reason }
}

/** Finds an order whose answer was lost: by our own record, or among those that the CA lists for the account. */
async function reconcile(
  { register }: OrderTools,
  session: Session,
  order: CertificateOrder,
): Promise<ReconcileAnswer> {
  const { place, server, signer } = session
  const claimed = await register.claimedOrder(place, order.orderKey)
  if (claimed !== undefined) return pending(session, { url: claimed }, { againAfterSeconds: 0 })
  const listed = await listOrders(server, signer, await readAccount(server, signer))
  // A CA that lists none answers with the order that is open when it is asked for the same names again.
  const unclaimed = await register.unclaimedOrders(place, listed ?? [])
  const names = namesOf(namesIn(order))
  for (const url of newest(unclaimed)) {
    const { status, identifiers } = await readOrder(server, signer, url)
    if (status === 'invalid' || namesOf(sorted(identifiers)) !== names) continue
    if ((await register.claimOrder(place, url, order.orderKey)) === order.orderKey)
      return pending(session, { url }, { againAfterSeconds: 0 })
  }
  return 'not-ordered'
}

function newest(urls: readonly string[]): readonly string[] {
  return [...new Set([...urls.slice(-ordersLookedAt / 2), ...urls.slice(0, ordersLookedAt / 2)])]
}

function sorted(identifiers: Order['identifiers']): Order['identifiers'] {
  return identifiers.toSorted((left, right) =>
    `${left.type} ${left.value}` < `${right.type} ${right.value}` ? -1 : 1,
  )
}

async function cancel(
  tools: OrderTools,
  session: Session,
  { orderKey }: CertificateOrder,
  reference: string,
): Promise<CancelAnswer> {
  const { server, signer, settings } = session
  const order = await readOrder(server, signer, readReference(reference, settings))
  if (order.status === 'valid' || order.status === 'processing') return { state: 'too-late' }
  await takeAway(tools, session, orderKey)
  if (order.status !== 'invalid') await giveUp(session, order)
  return { state: 'cancelled' }
}

/** The one way to cancel (RFC 8555 7.5.2). What is authorized already stays so: other orders may build on it. */
async function giveUp({ server, signer }: Session, { authorizations }: Order): Promise<void> {
  for (const url of authorizations) {
    const { status } = await readAuthorization(server, signer, url)
    if (status === 'pending') await deactivateAuthorization(server, signer, url)
  }
}

/**
 * Only what passes is worth another try. Otherwise there is no advice, and whatever has to be set right is told when the next
 * certificate is ordered.
 */
async function adviceFrom(
  server: AcmeServer,
  certificate: Der,
  now: UnixSeconds,
): Promise<RenewalAdvice | undefined> {
  try {
    return await readRenewalInformation(server, certificate, now)
  } catch (error) {
    if (!(error instanceof IssuerFailure) || passing.has(error.failure)) throw error
    return undefined
  }
}

const passing: ReadonlySet<FailureClass> = new Set(['transient', 'throttled'])

/**
 * By the account that ordered it, or by the certificate's own key. A key that is compromised speaks first: only then the CA
 * takes no other certificate for it.
 */
async function revoke(
  { server, signer }: Session,
  certificate: Der,
  { reason }: RevocationWish,
  key: CertificateKey | undefined,
): Promise<RevokeAnswer> {
  const own = key && certificateJwsKey(certificate, key)
  const signers = [signer, ...(own ? [{ key: own }] : [])]
  if (reason === 'keyCompromise') signers.reverse()
  let refusal: IssuerFailure | undefined
  for (const each of signers)
    try {
      await revokeCertificate(server, each, certificate, reason)
      return { state: 'revoked' }
    } catch (error) {
      if (!(error instanceof IssuerFailure) || passing.has(error.failure)) throw error
      refusal ??= error
    }
  return { state: 'refused', reason: refusal!.message }
}
