/** The verbs on keys: what they take and answer, and the files that do it. */
import type { VersionSummary } from '../../domain/certificate.ts'
import type { ManagedItem, Page } from '../../storage/storage.ts'
import type { PublicKeyFacts } from '../../x509/public-key.ts'
import type { VersionView } from '../certificates/certificate-verbs.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import * as read from './read-key.ts'

export interface KeyView extends VersionView {
  /** The public key (RFC 7518 6.2.1, 6.3.1). */
  readonly jwk: PublicKeyFacts['jwk']
}

export interface KeyVerbs {
  readKey(caller: Caller, name: string, version?: string): Promise<KeyView>
  listKeys(caller: Caller, page: Page): Promise<ManagedItem[]>
  listKeyVersions(caller: Caller, name: string, page: Page): Promise<VersionSummary[]>
}

export function keyVerbs(parts: Parts): KeyVerbs {
  return {
    readKey: (caller, name, version) => read.readKey(parts, caller, name, version),
    listKeys: (caller, page) => read.listKeys(parts, caller, page),
    listKeyVersions: (caller, name, page) => read.listKeyVersions(parts, caller, name, page),
  }
}
