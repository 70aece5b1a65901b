/**
 * One order that is answered while the caller waits. What was signed is kept in the transaction that records the caller's
 * call: it leaves in that answer, and one commit less is waited for.
 */
import type { AuthorityPlace, AuthorityRegister } from '../../issuers/private-ca/register.ts'
import type { Writer } from '../../storage/storage.ts'
import type { Der } from '../../x509/der.ts'
import { authorityRegister, keepSigned, type RegisterMakings } from './authority-register.ts'

export interface SingleOrder {
  readonly register: AuthorityRegister
  /**
   * Keeps what was signed. Repeatable.
   * @param chain as it was answered. @returns the one that may leave: of two who signed the same order the first is right.
   */
  settle(writer: Writer, chain: readonly Der[]): Promise<readonly Der[]>
}

interface Signed {
  readonly authority: AuthorityPlace
  readonly serialNumber: Uint8Array
  readonly certificate: Der
}

/** @param isNew the key of the order was drawn just now: nothing can be on record under it. */
export function singleOrder(makings: RegisterMakings, isNew: boolean): SingleOrder {
  let signed: Signed | undefined
  const nothing = async () => undefined
  return {
    register: {
      ...authorityRegister(makings),
      ...(isNew && { findOrdered: nothing, findHolder: nothing }),
      async keep(authority, serialNumber, certificate) {
        signed = { authority, serialNumber, certificate }
        return certificate
      },
    },
    async settle(writer, chain) {
      if (!signed) return chain
      const { authority, serialNumber, certificate } = signed
      return [await keepSigned(writer, authority, serialNumber, certificate), ...chain.slice(1)]
    },
  }
}
