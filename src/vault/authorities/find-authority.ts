/** Finding authorities, and what they are called where everything has one name. */
import type { Authority } from '../../domain/authority.ts'
import { VaultError } from '../../domain/errors.ts'
import type { Reader } from '../../storage/storage.ts'

/** What the audit calls it. No certificate has a name like this, so no role on a certificate covers it. */
export function auditNameOf(name: string): string {
  return `authorities/${name}`
}

/** @throws VaultError `NotFound`. */
export async function findAuthority(reader: Reader, vault: string, name: string): Promise<Authority> {
  const authority = await reader.authorities.find(vault, name)
  if (authority) return authority
  throw new VaultError('NotFound', `There is no authority ${name.slice(0, 127)} in this vault.`)
}

/** @throws VaultError `Conflict`. */
export async function checkNameIsFree(reader: Reader, vault: string, name: string): Promise<void> {
  const former = await reader.authorities.find(vault, name)
  if (former)
    throw new VaultError('Conflict', `There is an authority ${former.name} already; choose another name.`)
}

/** What its certificate from outside is made of. @throws VaultError `NotFound`. */
export function requestOf({ name, request }: Authority): Uint8Array {
  if (request) return request
  throw new VaultError('NotFound', `The authority ${name} is not certified outside: it has no request.`)
}
