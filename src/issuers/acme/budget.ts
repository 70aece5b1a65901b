/**
 * What a CA lets an account do in a time (RFC 8555 6.6), counted here before it is asked: whoever runs into the limits of a
 * public CA waits for days.
 */
import type { AccountPlace, Budget } from '../../domain/acme-account.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { Identifier } from './identifiers.ts'
import { namesOf } from './identifiers.ts'
import type { Limit, Limits } from './presets.ts'
import type { AcmeRegister } from './register.ts'
import { registeredDomain } from './registered-domain.ts'

type Kind = Budget['kind']

/** @throws IssuerFailure `transient`, with the time to wait, when something would go beyond a limit. */
export async function checkBudgets(
  register: AcmeRegister,
  place: AccountPlace,
  limits: Limits,
  identifiers: readonly Identifier[],
): Promise<void> {
  for (const [kind, subject] of subjectsOf(identifiers)) {
    const limit = limits[kind]
    if (limit)
      await checkBudget(register, place, { kind, subject, windowSeconds: limit.windowSeconds }, limit)
  }
}

/** Counts a new order: what it may come to is counted with it, so that orders that wait cannot go beyond a limit together. */
export async function spendOnOrder(
  register: AcmeRegister,
  place: AccountPlace,
  limits: Limits,
  identifiers: readonly Identifier[],
): Promise<void> {
  for (const [kind, subject] of subjectsOf(identifiers)) {
    const limit = limits[kind]
    if (kind !== 'failures' && limit)
      await register.spend(place, { kind, subject, windowSeconds: limit.windowSeconds })
  }
}

/** Counts a validation that failed. */
export async function spendOnFailure(
  register: AcmeRegister,
  place: AccountPlace,
  { failures }: Limits,
  identifier: Identifier,
): Promise<void> {
  if (!failures) return
  const { windowSeconds } = failures
  await register.spend(place, { kind: 'failures', subject: baseName(identifier), windowSeconds })
}

function subjectsOf(identifiers: readonly Identifier[]): readonly (readonly [Kind, string])[] {
  const domains = new Set(identifiers.map(registeredDomain))
  const names = new Set(identifiers.map(baseName))
  return [
    ['orders', ''],
    ['certificates-of-names', namesOf(identifiers)],
    ...[...domains].map((domain) => ['certificates-of-domain', domain] as const),
    ...[...names].map((name) => ['failures', name] as const),
  ]
}

/** Validations of a name and of its wildcard are counted together. */
function baseName({ value }: Identifier): string {
  return value.replace(/^\*\./, '')
}

async function checkBudget(
  register: AcmeRegister,
  place: AccountPlace,
  budget: Budget,
  { most, windowSeconds }: Limit,
): Promise<void> {
  const spent = await register.spent(place, budget)
  if (spent.length < most) return
  const free = spent[spent.length - most]! + windowSeconds
  throw new IssuerFailure('transient', `${sentences[budget.kind](budget.subject, most)}`, {
    retryAfterSeconds: Math.max(1, free - register.now()),
  })
}

const sentences: Readonly<Record<Kind, (subject: string, most: number) => string>> = {
  orders: (_, most) => `The account has placed the ${most} orders that the CA allows in this time.`,
  'certificates-of-domain': (domain, most) =>
    `The ${most} certificates that the CA allows for ${domain} in this time have been ordered.`,
  'certificates-of-names': (names, most) =>
    `The same names (${names.slice(0, 200)}) have been ordered ${most} times, as often as the CA allows in this time.`,
  failures: (name, most) =>
    `The CA could not validate ${name} ${most} times; it is asked again when its limit allows it. Set right what the last error said meanwhile.`,
}
