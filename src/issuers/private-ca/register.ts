/**
 * What the private CA needs of whoever keeps the authorities. Everything that is given out is on record before it is signed,
 * and one order has one serial number.
 */
import type { Authority, IssuedCertificate } from '../../domain/authority.ts'
import type { RevocationWish } from '../../domain/revoke.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { SigningScheme } from '../../keys/key-protection.ts'
import type { Der } from '../../x509/der.ts'
import type { CertificateKind } from '../../x509/lint/lint.ts'

/** Names one authority of one vault. */
export type AuthorityPlace = Pick<Authority, 'vault' | 'name'>

export interface AuthorityRegister {
  /** The vault's clock. */
  now(): UnixSeconds
  find(vault: string, name: string): Promise<Authority | undefined>
  /** Whether the key is that of an authority, of whichever vault: nobody else gets a certificate for it. */
  isAuthorityKey(publicKey: Der): Promise<boolean>
  /** What is on record for an order. */
  findOrdered(authority: AuthorityPlace, orderKey: string): Promise<IssuedCertificate | undefined>
  /** The authority of the vault where an order is on record, whichever one it would go to now. */
  findHolder(vault: string, orderKey: string): Promise<Authority | undefined>
  /** 20 octets, of which 159 bits are random. */
  newSerialNumber(): Uint8Array
  /**
   * Puts a serial number on record, before anything is signed with it.
   * @returns what is on record for this order: another one, if somebody else was faster.
   * @throws VaultError `Conflict` when the authority signs no longer, or none of this kind.
   */
  record(issued: IssuedCertificate, kind: CertificateKind): Promise<IssuedCertificate>
  /** Signs with the key of the authority. */
  sign(authority: AuthorityPlace, scheme: SigningScheme, data: Uint8Array): Promise<Uint8Array>
  /** Keeps what was signed. @returns the certificate that is kept: an earlier one, if there is one. */
  keep(authority: AuthorityPlace, serialNumber: Uint8Array, certificate: Der): Promise<Der>
  /**
   * Revokes a certificate at the authority of the vault that issued it, which need not be the one that issues now.
   * @throws VaultError `NotFound` when none did.
   */
  revoke(vault: string, certificate: Der, wish: RevocationWish): Promise<void>
  /** Lifts a hold. @throws VaultError `NotFound`; `Conflict` when the certificate is revoked for good. */
  release(vault: string, certificate: Der): Promise<void>
}
