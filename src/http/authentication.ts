/**
 * Who asks: the bearer token of a request becomes a principal, and a request without one gets the challenge that Azure's
 * clients expect (platform rules of Key Vault: one header, `authorization` and `resource` only).
 */
import type { Principal } from '../access/principal.ts'
import { VaultError } from '../domain/errors.ts'
import type { AddressedHost } from './hosts.ts'

/** Verifies a token. @throws VaultError `Unauthorized`. */
export type VerifyToken = (token: string) => Promise<Principal>

/** @throws VaultError `Unauthorized`, with Key Vault's words where they are on record. */
export async function authenticate(
  authorization: string | undefined,
  verify: VerifyToken,
): Promise<Principal> {
  if (authorization === undefined || authorization === '')
    throw new VaultError('Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.')
  const separator = authorization.indexOf(' ')
  if (authorization.slice(0, separator).toLowerCase() !== 'bearer')
    throw new VaultError(
      'Unauthorized',
      'AKV10000: Request is missing a Bearer token; other schemes are not accepted.',
    )
  return verify(authorization.slice(separator + 1).trim())
}

/** The `WWW-Authenticate` of every 401. Clients take the tenant from it, and from `resource` the scope of their token. */
export function challenge(host: AddressedHost, loginOrigin: string, tenantId: string): string {
  const tenant = host.adfs ? 'adfs' : tenantId
  return `Bearer authorization="${loginOrigin}/${tenant}", resource="${host.resource}"`
}
