/** The managed key of a certificate: its public half as a JWK. */

import type { VersionSummary } from '../../domain/certificate.ts'
import { keyNotFound } from '../../domain/refusals.ts'
import type { ManagedItem, Page } from '../../storage/storage.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeyView } from '../vault.ts'

export async function readKey(
  parts: Parts,
  caller: Caller,
  name: string,
  version?: string,
): Promise<KeyView> {
  const call = { caller, verb: 'KeyGet', name, ...(version !== undefined && { version }) } as const
  return parts.perform(call, async (reader) => {
    const certificate = await reader.certificates.find(caller.vault.name, name)
    const found =
      certificate &&
      !certificate.deleted &&
      (await reader.certificates.findVersion(caller.vault.name, name, version))
    if (!found) throw keyNotFound(name, version)
    return { name: certificate.name, version: found, jwk: describePublicKey(found.publicKey).jwk }
  })
}

export async function listKeys(parts: Parts, caller: Caller, page: Page): Promise<ManagedItem[]> {
  const call = { caller, verb: 'KeyList' } as const
  return parts.perform(call, (reader) =>
    reader.certificates.list(caller.vault.name, page, { includePending: false }),
  )
}

export async function listKeyVersions(
  parts: Parts,
  caller: Caller,
  name: string,
  page: Page,
): Promise<VersionSummary[]> {
  const call = { caller, verb: 'KeyListVersions', name } as const
  return parts.perform(call, (reader) => reader.certificates.listVersions(caller.vault.name, name, page))
}
