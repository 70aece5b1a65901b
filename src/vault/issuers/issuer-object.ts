/** How an issuer object comes to be and changes, whoever asks for it: a caller or the operator. */
import {
  type CertificateIssuer,
  type CertificateIssuerInput,
  checkIssuerInput,
} from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Sealer } from '../../keys/key-protection.ts'
import type { Parts } from '../parts.ts'
import { sealPassword } from './issuer-password.ts'

export type NewIssuerInput = CertificateIssuerInput & { readonly provider: string }

type Makings = Pick<Parts, 'issuers' | 'sealer'>

/** What the audit calls it. No certificate has a name like this, so no role on a certificate covers it. */
export function auditNameOf(name: string): string {
  return `issuers/${name}`
}

/** What can be said without the object. @throws VaultError `BadParameter`. */
export function checkInput({ issuers }: Makings, input: CertificateIssuerInput): void {
  if (input.provider !== undefined && !issuers.provider(input.provider))
    throw badParameter(`provider: send one of ${issuers.providers.join(', ')}.`)
  checkIssuerInput(input)
}

/** Nothing of a former one stays but its date of creation and its spelling. @throws VaultError `BadParameter`. */
export function newIssuer(
  makings: Makings,
  { vault, name }: { readonly vault: string; readonly name: string },
  input: NewIssuerInput,
  former: CertificateIssuer | undefined,
  now: UnixSeconds,
): CertificateIssuer {
  return changedIssuer(makings, input, {
    vault,
    name: former?.name ?? name,
    provider: input.provider,
    enabled: true,
    created: former?.created ?? now,
    updated: now,
  })
}

/** The members that are sent replace those of the former. @throws VaultError `BadParameter`. */
export function changedIssuer(
  { issuers, sealer }: Makings,
  input: CertificateIssuerInput,
  former: CertificateIssuer,
): CertificateIssuer {
  const issuer = changed(sealer, input, former)
  const provider = issuers.provider(issuer.provider)
  const { settings = {} } = issuer
  // The provider alone knows what they mean. One that this version of the program does not know judges nothing.
  if (provider?.checkSettings) provider.checkSettings(settings)
  else if (provider && Object.keys(settings).length > 0)
    throw badParameter(`settings: the provider ${provider.name} takes none; leave them out.`)
  return issuer
}

/**
 * Credentials and settings are for the CA that they were sent for: another provider does not get those of the former. An
 * account that rests is tried again once somebody changed it.
 */
function changed(
  sealer: Sealer,
  input: CertificateIssuerInput,
  former: CertificateIssuer,
): CertificateIssuer {
  const { provider = former.provider, enabled = former.enabled } = input
  const {
    credentials: formerCredentials,
    organization: formerOrganization,
    settings: formerSettings,
    restsUntil: _rested,
    ...rest
  } = former
  const sameProvider = provider.toLowerCase() === former.provider.toLowerCase()
  const kept = sameProvider ? formerCredentials : undefined
  const settings = input.settings ?? (sameProvider ? formerSettings : undefined)
  const credentials = (kept || input.credentials) && {
    ...kept,
    ...accountIn(input),
    ...(input.credentials?.password && {
      sealedPassword: sealPassword(sealer, former, input.credentials.password),
    }),
  }
  const organization = (formerOrganization || input.organization) && {
    ...formerOrganization,
    ...input.organization,
  }
  return {
    ...rest,
    provider,
    enabled,
    ...(credentials && { credentials }),
    ...(organization && { organization }),
    ...(settings && { settings }),
  }
}

function accountIn({ credentials }: CertificateIssuerInput): { accountId?: string } {
  return credentials?.accountId === undefined ? {} : { accountId: credentials.accountId }
}
