/**
 * What the ACME issuer needs of whoever keeps its accounts: durable memory and the account keys. Whatever has an effect at
 * the CA is on record before it is asked for, or is found again by asking.
 */
import type { AccountPlace, AcmeAccount, Budget } from '../../domain/acme-account.ts'
import type { PresentedChallenge } from '../../domain/challenge.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { AccountKey } from './account-key.ts'

/** The key that signs for an account, and the one that is to follow it. */
export interface KnownKeys {
  readonly present?: AccountKey
  readonly next?: AccountKey
}

export interface AcmeRegister {
  /** The vault's clock. */
  now(): UnixSeconds
  findAccount(place: AccountPlace): Promise<AcmeAccount | undefined>
  keepAccount(account: AcmeAccount): Promise<void>
  /** The key that signs for the account. Made and kept before the CA hears of it, if there is none. */
  accountKey(place: AccountPlace): Promise<AccountKey>
  /** Makes the key that is to follow, or finds the one made earlier: a roll-over may have died half way. */
  nextAccountKey(place: AccountPlace): Promise<AccountKey>
  /** Those that there are; makes none. */
  knownKeys(place: AccountPlace): Promise<KnownKeys>
  /** From now on the key signs, if it still is the one that is to follow. */
  adoptNextKey(place: AccountPlace, key: AccountKey): Promise<void>
  /** The key does not follow, if it still is the one that was to. */
  dropNextKey(place: AccountPlace, key: AccountKey): Promise<void>
  /** Destroys its keys, and leaves its orders to nobody. The next account at this place is another one. */
  forgetAccount(place: AccountPlace): Promise<void>

  /** Claims an order of the CA for one order of the vault. @returns whose it is: another one's, if that was faster. */
  claimOrder(place: AccountPlace, url: string, orderKey: string): Promise<string>
  /** Which order of the CA is claimed for an order of the vault. */
  claimedOrder(place: AccountPlace, orderKey: string): Promise<string | undefined>
  /** Those of the orders that nobody has claimed. */
  unclaimedOrders(place: AccountPlace, urls: readonly string[]): Promise<readonly string[]>

  /** On record before it is shown; replaces what is on record for the same type, identifier and token. */
  keepChallenge(challenge: PresentedChallenge): Promise<void>
  challengesOf(vault: string, orderKey: string): Promise<readonly PresentedChallenge[]>
  /** What the CA was told to look at within this time, for the account with this URL. */
  toldWithin(vault: string, account: string, windowSeconds: number): Promise<readonly PresentedChallenge[]>
  /** It is shown no more. */
  forgetChallenge(challenge: PresentedChallenge): Promise<void>

  /** Counts something that is about to happen. */
  spend(place: AccountPlace, budget: Budget): Promise<void>
  /** When each of those within the window was counted, oldest first. */
  spent(place: AccountPlace, budget: Budget): Promise<readonly UnixSeconds[]>
}
