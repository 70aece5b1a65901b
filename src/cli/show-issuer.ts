/** How an issuer object is printed. Of its password, only whether there is one. */
import type { CertificateIssuer } from '../vault/identity/administer.ts'
import { facts } from './output.ts'

export function factsOf(issuer: CertificateIssuer): string {
  const { provider, enabled, credentials, organization, settings = {} } = issuer
  return facts([
    ['provider', provider],
    ['state', enabled ? 'enabled' : 'disabled'],
    ['account id', credentials?.accountId ?? 'none'],
    ['password', credentials?.sealedPassword ? 'set' : 'none'],
    ...(organization?.id === undefined ? [] : [['organization id', organization.id] as const]),
    ...Object.entries(settings).map(
      ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
  ])
}

/** For programs. Of the password, only whether there is one. */
export function shown({
  vault,
  name,
  provider,
  enabled,
  credentials,
  organization,
  settings,
}: CertificateIssuer) {
  return {
    vault,
    name,
    provider,
    enabled,
    accountId: credentials?.accountId,
    hasPassword: credentials?.sealedPassword !== undefined,
    organizationId: organization?.id,
    settings,
  }
}
