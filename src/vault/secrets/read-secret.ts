/** The managed secret of a certificate: the way by which programs get certificate and private key. */

import type { SecretContentType } from '../../domain/certificate-policy.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { secretNotFound } from '../../domain/refusals.ts'
import { Secret } from '../../domain/secret.ts'
import type { ManagedItem, Page } from '../../storage/storage.ts'
import { bufferOf } from '../../x509/der.ts'
import { formatPem } from '../../x509/pem.ts'
import { readPfx } from '../../x509/pkcs12.ts'
import type { Parts } from '../parts.ts'
import type { Caller, ReadSecretOptions, SecretVersionItem, SecretView } from '../vault.ts'

/** The audit record is durable before the value leaves: `perform` answers after its commit. */
export async function readSecret(
  parts: Parts,
  caller: Caller,
  name: string,
  { version, contentType }: ReadSecretOptions,
): Promise<SecretView> {
  const call = { caller, verb: 'SecretGet', name, ...(version !== undefined && { version }) } as const
  const secret = await parts.perform(call, async (reader, facts) => {
    const found = await reader.certificates.findSecret(caller.vault.name, name, version)
    if (!found) throw secretNotFound(name, version)
    if (!found.summary.enabled)
      throw new VaultError('SecretDisabled', 'Operation get is not allowed on a disabled secret.')
    if (contentType !== undefined) checkConversion(found.contentType, contentType)
    facts.version = found.summary.version
    return found
  })
  const binding = { vault: caller.vault.name, name: secret.name, version: secret.summary.version }
  const value = textOf(parts.sealer.openSealed(secret.sealedValue, binding))
  if (contentType === undefined || contentType === secret.contentType)
    return { secret, contentType: secret.contentType, value }
  return { secret, contentType, value: await pemOf(value) }
}

function checkConversion(from: SecretContentType, to: SecretContentType): void {
  if (from === 'application/x-pem-file' && to === 'application/x-pkcs12')
    throw badParameter(
      'outContentType: a secret kept as PEM cannot be answered as PFX; leave outContentType away, or change the policy.',
    )
}

function textOf(value: Secret<Uint8Array>): Secret<string> {
  return new Secret(bufferOf(value.reveal()).toString('latin1'))
}

/** The contents of a PFX as they would lie in a PEM secret: the key, if it may leave, and the chain. */
async function pemOf(value: Secret<string>): Promise<Secret<string>> {
  const { privateKeys, certificates } = await readPfx(Buffer.from(value.reveal(), 'base64'), undefined)
  const keys = privateKeys.map(({ pkcs8 }) => formatPem('PRIVATE KEY', pkcs8.reveal()))
  return new Secret([...keys, ...certificates.map(({ der }) => formatPem('CERTIFICATE', der))].join(''))
}

export async function listSecrets(parts: Parts, caller: Caller, page: Page): Promise<ManagedItem[]> {
  const call = { caller, verb: 'SecretList' } as const
  return parts.perform(call, (reader) =>
    reader.certificates.list(caller.vault.name, page, { includePending: false }),
  )
}

export async function listSecretVersions(
  parts: Parts,
  caller: Caller,
  name: string,
  page: Page,
): Promise<SecretVersionItem[]> {
  const call = { caller, verb: 'SecretListVersions', name } as const
  return parts.perform(call, (reader) => reader.certificates.listVersions(caller.vault.name, name, page))
}
