/**
 * The contract of durable memory for ACME: accounts at CAs with their keys, which order of a CA belongs to which order of the
 * vault, what is shown to prove control of names, and what was spent of the limits of a CA. All that `storage.ts` promises
 * holds here.
 */
import type { AccountPlace, AcmeAccount, Budget } from '../domain/acme-account.ts'
import type { StoredKey } from '../domain/certificate.ts'
import type { PresentedChallenge } from '../domain/challenge.ts'
import type { UnixSeconds } from '../domain/time.ts'

/** The key that signs for an account, and the one that is to follow it while a roll-over is under way. */
export interface AccountKeys {
  readonly present: StoredAccountKey
  readonly next?: StoredAccountKey
}

export interface StoredAccountKey {
  readonly stored: StoredKey
  /** What the key is bound under, beside its account: no two keys of an account have the same. */
  readonly version: string
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

export interface AcmeReader {
  findAccount(place: AccountPlace): Promise<AcmeAccount | undefined>
  findKeys(place: AccountPlace): Promise<AccountKeys | undefined>
  /** For which order of the vault an order of the CA was claimed. */
  claimOf(place: AccountPlace, url: string): Promise<string | undefined>
  /** The order of the CA that was claimed for an order of the vault. */
  claimedFor(place: AccountPlace, orderKey: string): Promise<string | undefined>
  challengesOf(vault: string, orderKey: string): Promise<PresentedChallenge[]>
  /** What is shown under a token (`http-01`), in any vault, in the order in which it was put first. */
  findByToken(token: string): Promise<PresentedChallenge[]>
  /** What is shown for an identifier, in any vault, in the same order. */
  findByIdentifier(type: PresentedChallenge['type'], value: string): Promise<PresentedChallenge[]>
  /** What the CA was told to look at after `since`, for the account with this URL. */
  toldSince(vault: string, account: string, since: UnixSeconds): Promise<PresentedChallenge[]>
  /** Challenges whose time is over, in any vault, the longest over first. */
  listOverdue(now: UnixSeconds, limit: number): Promise<PresentedChallenge[]>
  /** When each of those after `since` was counted, oldest first. */
  spent(place: AccountPlace, budget: Budget, since: UnixSeconds): Promise<UnixSeconds[]>
}

export interface AcmeWriter extends AcmeReader {
  putAccount(account: AcmeAccount): Promise<void>
  putKeys(place: AccountPlace, keys: AccountKeys): Promise<void>
  /** With its keys, and with the claims of its orders. What was spent stays: the CA does not forget either. */
  removeAccount(place: AccountPlace): Promise<void>
  /** An order that is claimed already stays with whoever claimed it. */
  claim(place: AccountPlace, url: string, orderKey: string, at: UnixSeconds): Promise<void>
  /** Replaces what is on record for the same type, identifier and token. */
  putChallenge(challenge: PresentedChallenge): Promise<void>
  removeChallenge(challenge: PresentedChallenge): Promise<void>
  /** Counts one at `at`, and forgets those until `since`. */
  spend(place: AccountPlace, budget: Budget, at: UnixSeconds, since: UnixSeconds): Promise<void>
}
