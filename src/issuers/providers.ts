/** The list of issuers: the two that need no settings, and the kinds of CA that issuer objects are made for. */
import type { Random } from '../domain/time.ts'
import type { KeyProtection } from '../keys/key-protection.ts'
import type { AcmeParts } from './acme/acme-parts.ts'
import { acmeProvider } from './acme/acme-provider.ts'
import { type DigiCertParts, digicertProvider } from './digicert/digicert-provider.ts'
import type { IssuerProvider, Issuers } from './issuer.ts'
import { privateCaProvider } from './private-ca/private-ca-provider.ts'
import type { AuthorityRegister } from './private-ca/register.ts'
import { selfIssuer } from './self/self-issuer.ts'
import { testProvider } from './test-ca/test-provider.ts'
import { unconnectedProvider } from './unconnected/unconnected-provider.ts'
import { unknownIssuer } from './unknown/unknown-issuer.ts'

const builtIn = new Map([
  ['self', selfIssuer],
  ['unknown', unknownIssuer],
])

/**
 * @param parts.authorities those of all vaults; the private CA issues from them.
 * @param parts.acme the way to CAs that speak ACME.
 * @param parts.digicert the way to CertCentral.
 */
export function createIssuers(parts: {
  keys: KeyProtection
  random: Random
  authorities: AuthorityRegister
  acme: AcmeParts
  digicert: DigiCertParts
}): Issuers {
  const providers: readonly IssuerProvider[] = [
    digicertProvider(parts.digicert),
    unconnectedProvider('GlobalSign'),
    acmeProvider(parts.acme),
    privateCaProvider(parts.authorities),
    testProvider(parts),
  ]
  const byName = new Map(providers.map((provider) => [provider.name.toLowerCase(), provider]))
  return {
    builtIn: (name) => builtIn.get(name.toLowerCase()),
    provider: (name) => byName.get(name.toLowerCase()),
    providers: providers.map(({ name }) => name),
  }
}
