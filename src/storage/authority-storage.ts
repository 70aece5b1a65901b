/**
 * The contract of durable memory for certification authorities. All that `storage.ts` promises holds here. What was issued
 * is never forgotten: there is no removal.
 */
import type {
  Authority,
  IssuedCertificate,
  ListPlace,
  ListTurn,
  OcspResponder,
  Revocation,
  RevocationList,
  RevokedEntry,
} from '../domain/authority.ts'
import type { StoredKey } from '../domain/certificate.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { Page } from './storage.ts'

/** Names an authority. */
export interface AuthorityName {
  readonly vault: string
  readonly name: string
}

export interface AuthorityReader {
  find(vault: string, name: string): Promise<Authority | undefined>
  findKey(vault: string, name: string): Promise<StoredKey | undefined>
  /** By name. */
  list(vault: string, page: Page): Promise<Authority[]>
  /** The public keys of all authorities of a vault: DER SubjectPublicKeyInfo. */
  listPublicKeys(vault: string): Promise<Uint8Array[]>
  /** Of all vaults, for what the service does by itself. */
  listAll(): Promise<AuthorityName[]>

  findIssued(authority: AuthorityName, serialNumber: Uint8Array): Promise<IssuedCertificate | undefined>
  findOrdered(authority: AuthorityName, orderKey: string): Promise<IssuedCertificate | undefined>
  /** The authority of the vault that has an order on record. */
  findHolder(vault: string, orderKey: string): Promise<Authority | undefined>
  /** By serial number in hexadecimal; `after` is the last of the page before. */
  listIssued(authority: AuthorityName, page: Page): Promise<IssuedCertificate[]>
  /** How many of its certificates are still valid and not revoked, and when the last of them ends; without its responders'. */
  outstanding(
    authority: AuthorityName,
    now: UnixSeconds,
  ): Promise<{ readonly count: number; readonly lastEnds?: UnixSeconds }>
  /** When the last of all that it issued ends, revoked or not, without its responders'; undefined if it issued nothing. */
  lastEnd(authority: AuthorityName): Promise<UnixSeconds | undefined>
  /**
   * What a list of this partition has to say, by serial number: what is revoked and ends at `endsFrom` or later.
   * @param options.changedAfter only what was revoked, or released from hold, by a later change (delta lists).
   * @param options.page `after` is the last serial number of the page before, in hexadecimal; absent: all.
   */
  listRevoked(
    authority: AuthorityName,
    partition: number,
    options: { readonly endsFrom: UnixSeconds; readonly changedAfter?: number; readonly page?: Page },
  ): Promise<RevokedEntry[]>
  /** The number of the last change in a partition: revocations and releases are counted from one, whatever the clock says. */
  lastChange(authority: AuthorityName, partition: number): Promise<number>

  /** The list published last. */
  findRevocationList(
    authority: AuthorityName,
    partition: number,
    kind: 'full' | 'delta',
  ): Promise<RevocationList | undefined>
  /** The highest number that was given to any of its lists; 0 if there were none. */
  lastListNumber(authority: AuthorityName): Promise<number>
  /**
   * The lists that are due, and those whose turn was decided later than now: the clock was moved back since. Full lists come
   * before the deltas to them.
   */
  listDue(now: UnixSeconds, limit: number): Promise<ListTurn[]>
  findTurn(list: ListPlace): Promise<ListTurn | undefined>
  /** All partitions that it ever had: certificates point to them. */
  listPartitions(authority: AuthorityName): Promise<number[]>
  /** All base URLs that its rules ever had: certificates point there. */
  listBaseUrls(authority: AuthorityName): Promise<string[]>
  findResponder(
    authority: AuthorityName,
  ): Promise<{ readonly responder: OcspResponder; readonly key: StoredKey } | undefined>
}

export interface AuthorityWriter extends AuthorityReader {
  /** A new authority. The name must not exist. Its lists are due as soon as it has a certificate. */
  insert(authority: Authority, key: StoredKey): Promise<void>
  /** Replaces all but the key. Other rules, and another certificate, make its lists due. */
  update(authority: Authority): Promise<void>
  /** Gives a serial number out. Throws a `Conflict` when the number or the order is on record already. */
  recordIssued(issued: IssuedCertificate): Promise<void>
  /** What was signed with a recorded number. */
  setCertificate(authority: AuthorityName, serialNumber: Uint8Array, certificate: Uint8Array): Promise<void>
  /**
   * Revokes, or with `undefined` lifts a hold at the time `changed`. Makes the list due that has to say so: the delta where
   * the rules have deltas, the full one where they have none.
   */
  setRevocation(
    authority: AuthorityName,
    serialNumber: Uint8Array,
    revocation: Revocation | undefined,
    changed: UnixSeconds,
  ): Promise<void>
  /** Publishes a list in place of the one of its kind and partition. */
  putRevocationList(list: RevocationList): Promise<void>
  /** Decides when a list is published next. If it was made due at once since the turn was read, it stays so. */
  setTurn(
    turn: ListTurn,
    next: { readonly due: UnixSeconds | undefined; readonly decided: UnixSeconds; readonly failures: number },
  ): Promise<void>
  /** Makes a list due at this time, if it is not due before. */
  hasten(list: ListPlace, due: UnixSeconds): Promise<void>
  putResponder(responder: OcspResponder, key: StoredKey): Promise<void>
}
