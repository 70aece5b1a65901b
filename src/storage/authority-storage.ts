/**
 * The contract of durable memory for certification authorities. All that `storage.ts` promises holds here. What was issued
 * is never forgotten: there is no removal.
 */
import type {
  Authority,
  IssuedCertificate,
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
  /** Of all vaults, for what the service does by itself. */
  listAll(): Promise<AuthorityName[]>

  findIssued(authority: AuthorityName, serialNumber: Uint8Array): Promise<IssuedCertificate | undefined>
  findOrdered(authority: AuthorityName, orderKey: string): Promise<IssuedCertificate | undefined>
  /** By serial number in hexadecimal; `after` is the last of the page before. */
  listIssued(authority: AuthorityName, page: Page): Promise<IssuedCertificate[]>
  /** How many of its certificates are still valid and not revoked, and when the last of them ends. */
  outstanding(
    authority: AuthorityName,
    now: UnixSeconds,
  ): Promise<{ readonly count: number; readonly lastEnds?: UnixSeconds }>
  /**
   * What a list of this partition has to say, by serial number: what is revoked and ends at `endsFrom` or later.
   * @param options.changedFrom only what was revoked, or released from hold, at this time or later (delta lists).
   */
  listRevoked(
    authority: AuthorityName,
    partition: number,
    options: { readonly endsFrom: UnixSeconds; readonly changedFrom?: UnixSeconds },
  ): Promise<RevokedEntry[]>

  /** The list published last. */
  findRevocationList(
    authority: AuthorityName,
    partition: number,
    kind: 'full' | 'delta',
  ): Promise<RevocationList | undefined>
  /** The highest number that was given to any of its lists; 0 if there were none. */
  lastListNumber(authority: AuthorityName): Promise<number>
  findResponder(
    authority: AuthorityName,
  ): Promise<{ readonly responder: OcspResponder; readonly key: StoredKey } | undefined>
}

export interface AuthorityWriter extends AuthorityReader {
  /** A new authority. The name must not exist. */
  insert(authority: Authority, key: StoredKey): Promise<void>
  /** Replaces all but the key. */
  update(authority: Authority): Promise<void>
  /** Gives a serial number out. Throws a `Conflict` when the number or the order is on record already. */
  recordIssued(issued: IssuedCertificate): Promise<void>
  /** What was signed with a recorded number. */
  setCertificate(authority: AuthorityName, serialNumber: Uint8Array, certificate: Uint8Array): Promise<void>
  /** Revokes, or with `undefined` lifts a hold at the time `changed`. */
  setRevocation(
    authority: AuthorityName,
    serialNumber: Uint8Array,
    revocation: Revocation | undefined,
    changed: UnixSeconds,
  ): Promise<void>
  /** Publishes a list in place of the one of its kind and partition. */
  putRevocationList(list: RevocationList): Promise<void>
  putResponder(responder: OcspResponder, key: StoredKey): Promise<void>
}
