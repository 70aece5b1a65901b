/**
 * Issuer objects of a vault: look, list, set, change, delete. They are authorised at the vault, for a role on the certificate
 * of the same name gives no right to them.
 */
import {
  type CertificateIssuer,
  type CertificateIssuerInput,
  parseIssuerName,
} from '../../domain/certificate-issuer.ts'
import type { Page } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import { findObject } from './find-issuer.ts'
import { auditNameOf, changedIssuer, checkInput, type NewIssuerInput, newIssuer } from './issuer-object.ts'

export async function readIssuer(parts: Parts, caller: Caller, name: string): Promise<CertificateIssuer> {
  const call = { caller, verb: 'CertificateIssuerGet', name: auditNameOf(name) } as const
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
  input: NewIssuerInput,
): Promise<CertificateIssuer> {
  parseIssuerName(name)
  checkInput(parts, input)
  const call = { caller, verb: 'CertificateIssuerSet', name: auditNameOf(name) } as const
  return parts.perform(call, async (writer, facts) => {
    const former = await writer.issuers.find(caller.vault.name, name)
    const issuer = newIssuer(parts, { vault: caller.vault.name, name }, input, former, parts.clock.now())
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
  const call = { caller, verb: 'CertificateIssuerUpdate', name: auditNameOf(name) } as const
  return parts.perform(call, async (writer, facts) => {
    const former = await findObject(writer, caller.vault.name, name)
    const issuer = changedIssuer(parts, input, { ...former, updated: parts.clock.now() })
    await writer.issuers.put(issuer)
    facts.provider = issuer.provider
    facts.enabled = issuer.enabled
    return issuer
  })
}

/** Policies may go on naming it: what they ask for then fails and says why. */
export async function deleteIssuer(parts: Parts, caller: Caller, name: string): Promise<CertificateIssuer> {
  const call = { caller, verb: 'CertificateIssuerDelete', name: auditNameOf(name) } as const
  return parts.perform(call, async (writer, facts) => {
    const issuer = await findObject(writer, caller.vault.name, name)
    await writer.issuers.remove(caller.vault.name, name)
    facts.provider = issuer.provider
    return issuer
  })
}
