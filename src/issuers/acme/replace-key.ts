/**
 * Replacing the key of an account (RFC 8555 7.3.5). The key that is to follow is kept before the CA hears of it; and while one
 * is kept, the CA is asked whose it is before anything is signed. So no answer that is lost costs the account.
 */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { AccountKey } from './account-key.ts'
import { findAccount } from './protocol/account.ts'
import { changeKey } from './protocol/key-change.ts'
import { AcmeRefusal, isRefusal } from './protocol/refusal.ts'
import type { AcmeServer } from './protocol/server.ts'
import type { AcmeRegister } from './register.ts'
import type { Session } from './session.ts'

type KeyOwner = Pick<Session, 'account' | 'place'>

/** @throws IssuerFailure; what was begun is then found out by `settleKey`, or goes on when it is asked for again. */
export async function replaceKey(
  register: AcmeRegister,
  { place, account, server, signer }: Session,
): Promise<void> {
  await checkProofs(register, { place, account })
  const next = await register.nextAccountKey(place)
  try {
    await changeKey(server, signer, next)
  } catch (error) {
    // The CA may have agreed all the same: an answer was lost, or somebody else asked at the same time.
    const settled = await settleKey(register, server, { place, account }).catch(() => false)
    if (!settled) throw await judged(register, { place, account }, next, error)
  }
  await register.adoptNextKey(place, next)
}

/** How long a CA may be looking; one that was not heard of for longer is told again, and by then under the new key. */
const lookingSeconds = 60

/** What is shown was made with the present key (RFC 8555 8.1); a CA that looks at it when there is another is not convinced. */
async function checkProofs(register: AcmeRegister, { place, account }: KeyOwner): Promise<void> {
  const [told] = await register.toldWithin(place.vault, account.url, lookingSeconds)
  if (!told) return
  throw new IssuerFailure(
    'transient',
    `The CA is looking at what proves control of ${told.identifier.value} by the present key of the account, and would not be convinced if there were another. Replace the key in a minute, when that is over.`,
  )
}

/** Takes the key that is to follow into use if the CA has it for the account already. @returns whether it had. */
export async function settleKey(
  register: AcmeRegister,
  server: AcmeServer,
  { place, account }: KeyOwner,
): Promise<boolean> {
  const { next } = await register.knownKeys(place)
  if (!next || !(await isKeyOf(server, next, account.url))) return false
  await register.adoptNextKey(place, next)
  return true
}

/** Whether the CA knows the key as that of the account. */
export async function isKeyOf(server: AcmeServer, key: AccountKey, url: string): Promise<boolean> {
  return (await findAccount(server, key))?.url === url
}

/** A key that the CA will never take is not tried again: another one is made next time. */
async function judged(
  register: AcmeRegister,
  { place, account }: KeyOwner,
  next: AccountKey,
  error: unknown,
): Promise<unknown> {
  const elsewhere = error instanceof AcmeRefusal ? error.location : undefined
  if (elsewhere !== undefined && elsewhere !== account.url) {
    await register.dropNextKey(place, next)
    return new IssuerFailure(
      'permanent',
      `The CA has the new key for another account already, ${elsewhere}. It was thrown away, and the old one stays; replace the key again to try another.`,
    )
  }
  if (isRefusal(error, 'badPublicKey')) await register.dropNextKey(place, next)
  return error
}
