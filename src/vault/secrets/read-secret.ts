/** The value of a secret. Of a certificate it is the way by which programs get certificate and private key. */
import type { SecretContentType } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { secretIsDisabled, secretNotFound } from '../../domain/refusals.ts'
import type { Reader } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller, ReadSecretOptions, SecretSummary, SecretView } from '../vault.ts'
import { managedSummary, ownSummary } from './secret-summary.ts'
import { pemOf, textOf } from './secret-value.ts'

/** The audit record is durable before the value leaves: `perform` answers after its commit. */
export async function readSecret(
  parts: Parts,
  caller: Caller,
  name: string,
  { version, contentType }: ReadSecretOptions,
): Promise<SecretView> {
  const { vault } = caller
  const call = { caller, verb: 'SecretGet', name, ...(version !== undefined && { version }) } as const
  const { summary, sealedValue } = await parts.perform(call, async (reader, facts) => {
    const found = await find(reader, vault.name, name, version)
    if (!found) throw secretNotFound(name, version)
    if (!found.summary.enabled) throw secretIsDisabled()
    if (contentType !== undefined) checkConversion(found.summary, contentType)
    facts.version = found.summary.version
    return found
  })
  const binding = { vault: vault.name, name: summary.name, version: summary.version }
  const value = textOf(parts.sealer.openSealed(sealedValue, binding), summary.managed ? 'latin1' : 'utf8')
  if (contentType === undefined || contentType === summary.contentType) return { ...summary, value }
  return { ...summary, contentType, value: await pemOf(value) }
}

interface FoundSecret {
  readonly summary: SecretSummary
  readonly sealedValue: Uint8Array
}

/** Certificates first: their secrets are read most, and one look-up is enough for them. */
async function find(
  reader: Reader,
  vault: string,
  name: string,
  version: string | undefined,
): Promise<FoundSecret | undefined> {
  const managed = await reader.certificates.findSecret(vault, name, version)
  if (managed) {
    const { summary, contentType, sealedValue } = managed
    return { summary: managedSummary(managed.name, summary, contentType), sealedValue }
  }
  const own = await reader.secrets.findVersion(vault, name, version)
  if (!own || own.deleted) return undefined
  if (!own.sealed.sealed) throw new Error('a secret has no value')
  return { summary: ownSummary(own.name, own.version), sealedValue: own.sealed.sealed }
}

function checkConversion({ managed, contentType: from }: SecretSummary, to: SecretContentType): void {
  if (from === to) return
  if (!managed)
    throw badParameter(
      'outContentType: only the secret of a certificate can be converted; leave outContentType away.',
    )
  if (to === 'application/x-pkcs12')
    throw badParameter(
      'outContentType: a secret kept as PEM cannot be answered as PFX; leave outContentType away, or change the policy.',
    )
}
