/** The managed secret of a certificate: the way by which programs get certificate and private key. */

import type { VersionSummary } from '../domain/certificate.ts'
import { VaultError } from '../domain/errors.ts'
import { secretNotFound } from '../domain/refusals.ts'
import { Secret } from '../domain/secret.ts'
import type { ManagedItem, Page } from '../storage/storage.ts'
import type { Parts } from './parts.ts'
import type { Caller, SecretView } from './vault.ts'

/** The audit record is durable before the value leaves: `perform` answers after its commit. */
export async function readSecret(
  parts: Parts,
  caller: Caller,
  name: string,
  version?: string,
): Promise<SecretView> {
  const call = {
    caller,
    operation: 'SecretGet',
    action: 'secrets/getSecret/action',
    collection: 'secrets',
    name,
    ...(version !== undefined && { version }),
  } as const
  const secret = await parts.perform(call, async (reader, facts) => {
    const found = await reader.certificates.findSecret(caller.vault.name, name, version)
    if (!found) throw secretNotFound(name, version)
    if (!found.summary.enabled)
      throw new VaultError('SecretDisabled', 'Operation get is not allowed on a disabled secret.')
    facts.version = found.summary.version
    return found
  })
  const binding = { vault: caller.vault.name, name: secret.name, version: secret.summary.version }
  const bytes = parts.sealer.openSealed(secret.sealedValue, binding).reveal()
  return {
    secret,
    value: new Secret(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')),
  }
}

export async function listSecrets(parts: Parts, caller: Caller, page: Page): Promise<ManagedItem[]> {
  const call = {
    caller,
    operation: 'SecretList',
    action: 'secrets/readMetadata/action',
    collection: 'secrets',
  } as const
  return parts.perform(call, (reader) =>
    reader.certificates.list(caller.vault.name, page, { includePending: false }),
  )
}

export async function listSecretVersions(
  parts: Parts,
  caller: Caller,
  name: string,
  page: Page,
): Promise<(VersionSummary & Pick<ManagedItem, 'secretContentType'>)[]> {
  const call = {
    caller,
    operation: 'SecretListVersions',
    action: 'secrets/readMetadata/action',
    collection: 'secrets',
    name,
  } as const
  return parts.perform(call, (reader) => reader.certificates.listVersions(caller.vault.name, name, page))
}
