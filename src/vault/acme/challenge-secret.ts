/**
 * Secrets of a vault that the proof of control of names works with: credentials at keepers of DNS zones. Whoever may set
 * issuers names them, and may not read secrets for it; so only those are handed out that their owners have marked for it.
 */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { Secret } from '../../domain/secret.ts'
import { actOfVault } from '../act-of-vault.ts'
import type { Parts } from '../parts.ts'
import { textOf } from '../secrets/secret-value.ts'

/** The tag that marks a secret, and its value. */
export const useTag = 'certkeep-use'
export const useValue = 'challenges'

/** @throws IssuerFailure `user-action` when there is no such secret, or it is not to be used for this. */
export async function challengeSecret(
  parts: Pick<Parts, 'storage' | 'sealer' | 'clock' | 'random'>,
  vault: string,
  name: string,
): Promise<Secret<string>> {
  const { storage, sealer } = parts
  const found = await storage.read((reader) => reader.secrets.findVersion(vault, name))
  if (!found || found.deleted || !found.sealed.sealed)
    throw unusable(
      `There is no secret ${name} in this vault; set it, or correct the name in settings.challenges.`,
    )
  const { tags, enabled, version } = found.version
  if (!enabled) throw unusable(`The secret ${name} is disabled; enable it.`)
  if (tags?.[useTag] !== useValue)
    throw unusable(
      `The secret ${name} is not marked for this use; give it the tag ${useTag} with the value ${useValue}.`,
    )
  await storage.transact((writer) =>
    writer.journal.append({
      ...actOfVault(parts, { vault, operation: 'SecretGet', object: `secrets/${name}/${version}` }),
      outcome: 'success',
    }),
  )
  return textOf(sealer.openSealed(found.sealed.sealed, { vault, name: found.name, version }), 'utf8')
}

function unusable(message: string): IssuerFailure {
  return new IssuerFailure('user-action', message)
}
