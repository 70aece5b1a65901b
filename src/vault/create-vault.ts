/** Binds the verbs to their parts. */
import { authorityVerbs } from './authorities/authority-verbs.ts'
import { backupVerbs } from './backup/backup-verbs.ts'
import { type Begin, certificateVerbs } from './certificates/certificate-verbs.ts'
import { contactVerbs } from './contacts/contact-verbs.ts'
import { issuerVerbs } from './issuers/issuer-verbs.ts'
import { keyOperationVerbs } from './keys/key-operation-verbs.ts'
import { keyVerbs } from './keys/key-verbs.ts'
import type { Parts } from './parts.ts'
import { identityOf } from './perform.ts'
import { revocationVerbs } from './revocation/revocation-verbs.ts'
import { secretVerbs } from './secrets/secret-verbs.ts'
import type { Refusal, Vault } from './vault.ts'

/** @param begin takes the first step of an operation that was just recorded; not waited for. */
export function createVault(parts: Parts, begin: Begin): Vault {
  return {
    ...certificateVerbs(parts, begin),
    ...issuerVerbs(parts),
    ...authorityVerbs(parts),
    ...revocationVerbs(parts),
    ...contactVerbs(parts),
    ...secretVerbs(parts),
    ...keyVerbs(parts),
    ...keyOperationVerbs(parts),
    ...backupVerbs(parts),
    recordRefusal: (refusal) => recordRefusal(parts, refusal),
  }
}

function recordRefusal(parts: Parts, refusal: Refusal): Promise<void> {
  const { vault, operation, origin, principal, errorCode, errorMessage } = refusal
  const identity = principal ? identityOf(principal) : ({ kind: 'anonymous' } as const)
  const record = { at: parts.clock.now(), vault, operation, identity, origin, errorCode, errorMessage }
  return parts.storage.transact((writer) => writer.journal.append({ ...record, outcome: 'refused' }))
}
