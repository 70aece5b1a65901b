/**
 * Proving control of the names of an order (RFC 8555 7.5): what each authorization still needs is shown, and the CA is told
 * when the world can see it. Everything can be done again: what was done is read from the CA, or is on record.
 */

import type { Solver } from '../../challenges/challenge.ts'
import type { PresentedChallenge } from '../../domain/challenge.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import { spendOnFailure } from './budget.ts'
import type { OrderTools } from './place-order.ts'
import {
  type Authorization,
  type OfferedChallenge,
  readAuthorization,
  respondToChallenge,
} from './protocol/authorization.ts'
import { keyAuthorization } from './protocol/key-authorization.ts'
import { persistentRecordFault } from './protocol/persistent-record.ts'
import { problemText } from './protocol/problem.ts'
import { isRefusal } from './protocol/refusal.ts'
import type { Session } from './session.ts'

/** What came of it. `proved`: the CA has seen all. `waiting`: for the sentence. `failed`: it never will. */
export type Proof =
  | { readonly state: 'proved' }
  | { readonly state: 'waiting'; readonly details: string; readonly againAfterSeconds: number }
  | { readonly state: 'failed'; readonly reason: string }

/** Names that are worked on at a time. */
const parallelMax = 8
/** What is begun later waits for the next call, since no call may take long. */
const beginWithinSeconds = 60
const lookAgainSeconds = 5
const validatedAgainSeconds = 2
/** A CA that was told, and neither looks nor says why, is told again. */
const tellAgainSeconds = 300
/** Records of the DNS take their time to arrive; longer than this something is wrong. */
const visibleWithinSeconds = 3600
/** Whatever becomes of the order, what is shown is taken away after a day. */
const shownSecondsMax = 86_400

export async function proveControl(
  tools: OrderTools,
  session: Session,
  orderKey: string,
  authorizations: readonly string[],
): Promise<Proof> {
  const begun = tools.register.now()
  const shown = await tools.register.challengesOf(session.place.vault, orderKey)
  const proofs: Proof[] = []
  const failures: unknown[] = []
  const queue = [...authorizations]
  const proofOf = async (url: string): Promise<Proof> => {
    if (tools.register.now() - begun > beginWithinSeconds)
      return waiting('The names are proved one after the other.', 0)
    const authorization = await readAuthorization(session.server, session.signer, url)
    return prove(tools, session, orderKey, authorization, shown)
  }
  // Whatever fails, all that was begun comes to its end: whoever takes the next step must be alone.
  const worker = async () => {
    while (failures.every(concernsOneName)) {
      const url = queue.shift()
      if (url === undefined) return
      await proofOf(url).then(
        (proof) => proofs.push(proof),
        (error) => failures.push(error),
      )
    }
  }
  await Promise.all(Array.from({ length: parallelMax }, worker))
  const failed = proofs.find(({ state }) => state === 'failed')
  if (failed) return failed
  if (failures.length > 0) throw failures.find((error) => !concernsOneName(error)) ?? failures[0]
  return proofs.find(({ state }) => state === 'waiting') ?? { state: 'proved' }
}

/** The other names need not wait for it. */
function concernsOneName(error: unknown): boolean {
  return (
    error instanceof IssuerFailure && error.failure === 'transient' && error.retryAfterSeconds === undefined
  )
}

/** Why an order came to nothing, if one of its names is to blame. */
export async function failedProof(
  tools: Pick<OrderTools, 'register'>,
  session: Session,
  authorizations: readonly string[],
): Promise<string | undefined> {
  for (const url of authorizations) {
    const authorization = await readAuthorization(session.server, session.signer, url)
    if (authorization.status !== 'invalid') continue
    const { reason } = await failed(tools, session, authorization)
    return reason
  }
  return undefined
}

async function prove(
  tools: OrderTools,
  session: Session,
  orderKey: string,
  authorization: Authorization,
  shown: readonly PresentedChallenge[],
): Promise<Proof> {
  if (authorization.status === 'valid') return { state: 'proved' }
  const { value } = authorization.identifier
  if (authorization.status !== 'pending') return failed(tools, session, authorization)
  const again = authorization.retryAfterSeconds ?? validatedAgainSeconds
  if (authorization.challenges.some(({ status }) => status === 'processing'))
    return waiting(`The CA validates ${value}.`, again)
  if (await provedByStandingRecord(tools, session, authorization))
    return waiting(`The CA validates ${value} by its standing record.`, again)
  const choice = choose(tools, session, authorization)
  if (!choice) return { state: 'failed', reason: nothingFits(authorization) }
  const present = await show(tools, session, orderKey, authorization, choice, shown)
  if (isLookedAt(present, tools.register.now())) return waiting(`The CA validates ${value}.`, again)
  const visibility = await choice.solver.look(present, present.place)
  if (visibility.state === 'waiting') return notVisible(tools, present, visibility.details)
  await tell(session, authorization, choice)
  await tools.register.keepChallenge({ ...present, responded: tools.register.now() })
  return waiting(`The CA validates ${value}.`, again)
}

/** The CA was told lately. */
function isLookedAt({ responded }: PresentedChallenge, now: UnixSeconds): boolean {
  return responded !== undefined && now - responded < tellAgainSeconds
}

interface Choice {
  readonly solver: Solver
  readonly offered: OfferedChallenge & { readonly token: string }
}

/** The first way that is set up here and offered by the CA. */
function choose(
  { solvers }: OrderTools,
  { place, settings }: Session,
  authorization: Authorization,
): Choice | undefined {
  const { identifier, wildcard, challenges } = authorization
  for (const solver of solvers.forIdentifier(place.vault, settings.challenges, identifier, wildcard)) {
    const offered = challenges.find(({ type, status }) => type === solver.type && status === 'pending')
    if (offered?.token !== undefined) return { solver, offered: { ...offered, token: offered.token } }
  }
  return undefined
}

function nothingFits({ identifier, wildcard, challenges }: Authorization): string {
  const name = wildcard ? `*.${identifier.value}` : identifier.value
  const offered = challenges.map(({ type }) => type).join(', ')
  return `The CA lets ${name} be proved by ${offered || 'nothing'}, and none of it is set up here. See settings.challenges of the issuer.`
}

/** On record before it is shown. */
async function show(
  { register }: OrderTools,
  { place, account, signer }: Session,
  orderKey: string,
  { identifier }: Authorization,
  { solver, offered }: Choice,
  shown: readonly PresentedChallenge[],
): Promise<PresentedChallenge> {
  const now = register.now()
  const found = shown.find(
    ({ type, token, identifier: { value } }) =>
      type === solver.type && token === offered.token && value === identifier.value,
  )
  const proof = keyAuthorization(offered.token, signer.key.jwk)
  // The account may have been given another key since, and what is shown is worth nothing then. What the CA looks at stays.
  const outdated = found !== undefined && found.keyAuthorization !== proof && !isLookedAt(found, now)
  if (outdated) await solver.cleanUp(found, found.place)
  const known = outdated ? undefined : found
  if (known?.place !== undefined || known?.responded !== undefined) return known
  const challenge: PresentedChallenge = known ?? {
    vault: place.vault,
    issuer: place.issuer,
    orderKey,
    type: solver.type,
    identifier,
    token: offered.token,
    keyAuthorization: proof,
    account: account.url,
    presented: now,
    until: seconds(now + shownSecondsMax),
  }
  if (!known) await register.keepChallenge(challenge)
  const where = await solver.present(challenge)
  if (where === undefined) return challenge
  const placed = { ...challenge, place: where }
  await register.keepChallenge(placed)
  return placed
}

/** Some CAs refuse to be told what they know already. */
async function tell({ server, signer }: Session, { url }: Authorization, { offered }: Choice): Promise<void> {
  try {
    await respondToChallenge(server, signer, offered.url)
  } catch (error) {
    if (!isRefusal(error, 'malformed')) throw error
    const { status, challenges } = await readAuthorization(server, signer, url)
    const challenge = challenges.find((each) => each.url === offered.url)
    if (status === 'pending' && challenge?.status === 'pending') throw error
  }
}

function notVisible(
  { register }: OrderTools,
  { presented, identifier }: PresentedChallenge,
  details: string,
): Proof {
  if (register.now() - presented < visibleWithinSeconds) return waiting(details, lookAgainSeconds)
  return {
    state: 'failed',
    reason: `What proves control of ${identifier.value} did not become visible within an hour. ${details}`,
  }
}

/** `dns-persist-01`: a record that stands there for good needs nothing to be shown. */
async function provedByStandingRecord(
  { dns, register }: OrderTools,
  { server, signer, account }: Session,
  { identifier, wildcard, challenges }: Authorization,
): Promise<boolean> {
  const offered = challenges.find(({ type, status }) => type === 'dns-persist-01' && status === 'pending')
  if (!offered || identifier.type !== 'dns') return false
  const records = await dns.txt(`_validation-persist.${identifier.value}`).catch(() => [])
  const { issuerDomainNames } = offered
  const wish = { issuerDomainNames, account: account.url, wildcard, at: register.now() }
  if (!records.some((record) => persistentRecordFault(record, wish) === undefined)) return false
  await respondToChallenge(server, signer, offered.url)
  return true
}

/** Says what failed, and counts it. */
async function failed(
  { register }: Pick<OrderTools, 'register'>,
  { place, settings }: Session,
  { identifier, status, challenges }: Authorization,
): Promise<Proof & { state: 'failed' }> {
  const { value } = identifier
  if (status !== 'invalid')
    return {
      state: 'failed',
      reason: `The authorization of ${value} is ${status}. Create the certificate again.`,
    }
  await spendOnFailure(register, place, settings.limits, identifier)
  const tried = challenges.find(({ error }) => error !== undefined)
  const how = tried ? ` by ${tried.type}` : ''
  const why = tried?.error ? problemText(tried.error, 'validation') : 'The CA did not say why.'
  return {
    state: 'failed',
    reason: `Control of ${value} could not be proved${how}. ${why} Set it right, and create the certificate again.`,
  }
}

function waiting(details: string, againAfterSeconds: number): Proof {
  return { state: 'waiting', details, againAfterSeconds }
}
