/** What the service does for itself, when nobody asked: who acts then, and what is written down of it. */
import type { Principal } from '../access/principal.ts'
import type { AuditRecord } from '../domain/audit.ts'
import { newId, type Parts } from './parts.ts'
import { identityOf } from './perform.ts'

const vaultPrincipal: Principal = {
  kind: 'vault',
  objectId: '00000000-0000-0000-0000-000000000000',
  name: 'certkeep',
}

/** What the record of such an act says, beside its outcome. @param act.correlationId ties it to what it belongs to. */
export function actOfVault(
  { clock, random }: Pick<Parts, 'clock' | 'random'>,
  act: Pick<AuditRecord, 'vault' | 'operation'> & {
    readonly object: string
    readonly correlationId?: string
  },
): Omit<AuditRecord, 'outcome'> {
  const { vault, operation, object } = act
  const requestId = newId(random)
  const { correlationId = requestId } = act
  return {
    at: clock.now(),
    vault,
    operation,
    identity: identityOf(vaultPrincipal),
    origin: { correlationId, requestId },
    object,
  }
}
