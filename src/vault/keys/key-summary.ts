/** One view of two kinds of keys: those that stand for themselves, and those of certificates. */
import type { Deletion, VersionSummary } from '../../domain/certificate.ts'
import type { KeptObject, KeyFacts, ObjectVersion } from '../../domain/kept-object.ts'
import type { ManagedItem } from '../../storage/storage.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import type { KeySummary, KeyView } from '../vault.ts'

export function ownSummary(
  name: string,
  { facts, ...version }: ObjectVersion<KeyFacts>,
  deleted?: Deletion,
): KeySummary {
  return {
    name,
    ...version,
    managed: false,
    exportable: facts.exportable,
    ...(facts.jwk.kty === 'oct' && { secretSize: facts.keySize }),
    ...(deleted && { deleted }),
  }
}

export function ownView(name: string, version: ObjectVersion<KeyFacts>, deleted?: Deletion): KeyView {
  const { jwk, keyOperations } = version.facts
  return { ...ownSummary(name, version, deleted), jwk, keyOperations }
}

export function managedSummary(
  name: string,
  { version, enabled, notBefore, notAfter: expires, created, updated, tags }: VersionSummary,
  deleted?: Deletion,
): KeySummary {
  return {
    name,
    version,
    enabled,
    notBefore,
    expires,
    created,
    updated,
    ...(tags && { tags }),
    managed: true,
    ...(deleted && { deleted }),
  }
}

/** @param key what the certificate says of it. */
export function managedView(
  name: string,
  summary: VersionSummary,
  key: { readonly publicKey: Uint8Array; readonly keyOperations: readonly string[] },
  deleted?: Deletion,
): KeyView {
  const { jwk } = describePublicKey(key.publicKey)
  return { ...managedSummary(name, summary, deleted), jwk, keyOperations: key.keyOperations }
}

/** The current version of what a list holds. */
export function ownItem({ name, current, deleted }: KeptObject<KeyFacts>): KeySummary {
  return ownSummary(name, current, deleted)
}

export function managedItem({ name, current, deleted }: ManagedItem): KeySummary {
  return managedSummary(name, current, deleted)
}
