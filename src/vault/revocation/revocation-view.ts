/** How a version stands, as it is shown. */
import type { Revocation } from '../../domain/authority.ts'
import type { AskedRevocation } from '../../domain/certificate.ts'
import { isFinal } from '../../domain/revoke.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import type { FoundVersion } from './find-origin.ts'

/** `unknown`: the vault has no record, and the CA that signed the certificate keeps its own. */
export type RevocationState = 'notRevoked' | 'onHold' | 'revoked' | 'pending' | 'unknown'

export interface RevocationView {
  readonly name: string
  readonly version: string
  readonly serialNumber: Uint8Array
  /** The authority of the vault that issued it. */
  readonly authority?: string
  /** The issuer that made it, where that is known. */
  readonly issuer?: string
  readonly state: RevocationState
  readonly revocation?: Revocation
  /** In the words of the CA outside. */
  readonly details?: string
}

export function viewOf({ name, version, issued }: FoundVersion): RevocationView {
  const asked = issued ? undefined : version.revocation
  const revocation = issued ? issued.revocation : asked
  return {
    name,
    version: version.version,
    serialNumber: parseCertificate(version.certificate).serialNumber,
    ...(issued && { authority: issued.authority }),
    ...(version.issuer !== undefined && { issuer: version.issuer }),
    state: issued ? stateOf(issued.revocation) : askedState(asked),
    ...(revocation && { revocation }),
    ...(asked?.details !== undefined && { details: asked.details }),
  }
}

function askedState(asked: AskedRevocation | undefined): RevocationState {
  if (!asked) return 'unknown'
  return asked.state === 'pending' ? 'pending' : stateOf(asked)
}

/** Of a certificate whose status is kept here. */
export function stateOf(revocation: Revocation | undefined): 'notRevoked' | 'onHold' | 'revoked' {
  if (!revocation) return 'notRevoked'
  return isFinal(revocation) ? 'revoked' : 'onHold'
}
