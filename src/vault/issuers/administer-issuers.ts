/**
 * Issuer objects of a vault: look, list, set, change, delete. They are authorised at the vault, for a role on the certificate
 * of the same name gives no right to them.
 */
import {
  type CertificateIssuer,
  type CertificateIssuerInput,
  checkIssuerInput,
  parseIssuerName,
} from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import type { Page } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import { findObject } from './find-issuer.ts'
import { sealPassword } from './issuer-password.ts'

export async function readIssuer(parts: Parts, caller: Caller, name: string): Promise<CertificateIssuer> {
  const call = { caller, verb: 'CertificateIssuerGet', name: objectOf(name) } as const
  return parts.perform(call, (reader) => findObject(reader, caller.vault.name, name))
}

export async function listIssuers(parts: Parts, caller: Caller, page: Page): Promise<CertificateIssuer[]> {
  const call = { caller, verb: 'CertificateIssuersList' } as const
  return parts.perform(call, (reader) => reader.issuers.list(caller.vault.name, page))
}

/** Makes the issuer, or puts it in place of the one that has the name; nothing of that one stays but its date of creation. */
export async function setIssuer(
  parts: Parts,
  caller: Caller,
  name: string,
  input: CertificateIssuerInput & { readonly provider: string },
): Promise<CertificateIssuer> {
  parseIssuerName(name)
  checkInput(parts, input)
  const call = { caller, verb: 'CertificateIssuerSet', name: objectOf(name) } as const
  return parts.perform(call, async (writer, facts) => {
    const former = await writer.issuers.find(caller.vault.name, name)
    const now = parts.clock.now()
    const issuer = changed(parts, input, {
      vault: caller.vault.name,
      name: former?.name ?? name,
      provider: input.provider,
      enabled: true,
      created: former?.created ?? now,
      updated: now,
    })
    checkSettings(parts, issuer)
    await writer.issuers.put(issuer)
    facts.provider = issuer.provider
    facts.enabled = issuer.enabled
    return issuer
  })
}

/** Changes the members that are sent. The list of administrators is one member, and so are the settings. */
export async function updateIssuer(
  parts: Parts,
  caller: Caller,
  name: string,
  input: CertificateIssuerInput,
): Promise<CertificateIssuer> {
  checkInput(parts, input)
  const call = { caller, verb: 'CertificateIssuerUpdate', name: objectOf(name) } as const
  return parts.perform(call, async (writer, facts) => {
    const former = await findObject(writer, caller.vault.name, name)
    const issuer = changed(parts, input, { ...former, updated: parts.clock.now() })
    checkSettings(parts, issuer)
    await writer.issuers.put(issuer)
    facts.provider = issuer.provider
    facts.enabled = issuer.enabled
    return issuer
  })
}

/** Policies may go on naming it: what they ask for then fails and says why. */
export async function deleteIssuer(parts: Parts, caller: Caller, name: string): Promise<CertificateIssuer> {
  const call = { caller, verb: 'CertificateIssuerDelete', name: objectOf(name) } as const
  return parts.perform(call, async (writer, facts) => {
    const issuer = await findObject(writer, caller.vault.name, name)
    await writer.issuers.remove(caller.vault.name, name)
    facts.provider = issuer.provider
    return issuer
  })
}

/** What the audit calls it. No certificate has a name like this, so no role on a certificate covers it. */
function objectOf(name: string): string {
  return `issuers/${name}`
}

function checkInput({ issuers }: Parts, input: CertificateIssuerInput): void {
  if (input.provider !== undefined && !issuers.provider(input.provider))
    throw badParameter(`provider: send one of ${issuers.providers.join(', ')}.`)
  checkIssuerInput(input)
}

/** By the provider, who alone knows what they mean. One that this version of the program does not know judges nothing. */
function checkSettings({ issuers }: Parts, { provider: name, settings = {} }: CertificateIssuer): void {
  const provider = issuers.provider(name)
  if (provider?.checkSettings) provider.checkSettings(settings)
  else if (provider && Object.keys(settings).length > 0)
    throw badParameter(`settings: the provider ${provider.name} takes none; leave them out.`)
}

/**
 * Credentials and settings are for the CA that they were sent for: another provider does not get those of the former. An
 * account that rests is tried again once somebody changed it.
 */
function changed(
  { sealer }: Parts,
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
