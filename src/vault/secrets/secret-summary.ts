/** One view of two kinds of secrets: those that stand for themselves, and those of certificates. */
import type { Deletion, VersionSummary } from '../../domain/certificate.ts'
import type { KeptObject, ObjectVersion, SecretFacts } from '../../domain/kept-object.ts'
import type { ManagedItem } from '../../storage/storage.ts'
import type { SecretSummary } from '../vault.ts'

export function ownSummary(
  name: string,
  { facts, ...version }: ObjectVersion<SecretFacts>,
  deleted?: Deletion,
): SecretSummary {
  return { name, ...version, ...facts, managed: false, ...(deleted && { deleted }) }
}

export function managedSummary(
  name: string,
  { version, enabled, notBefore, notAfter: expires, created, updated, tags }: VersionSummary,
  contentType: string,
  deleted?: Deletion,
): SecretSummary {
  return {
    name,
    version,
    enabled,
    notBefore,
    expires,
    created,
    updated,
    ...(tags && { tags }),
    contentType,
    managed: true,
    ...(deleted && { deleted }),
  }
}

/** The current version of what a list holds. */
export function ownItem({ name, current, deleted }: KeptObject<SecretFacts>): SecretSummary {
  return ownSummary(name, current, deleted)
}

export function managedItem({ name, current, secretContentType, deleted }: ManagedItem): SecretSummary {
  return managedSummary(name, current, secretContentType, deleted)
}
