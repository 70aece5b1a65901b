/** Asks the CA behind an issuer to revoke a certificate or to lift a hold, and says what it came to in the terms of the vault. */
import type { AskedRevocation, CertificateVersion } from '../../domain/certificate.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { checkReleasable, isFinal, type RevocationWish, revokedBy } from '../../domain/revoke.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { CertificateKey } from '../../issuers/issuer.ts'
import type { RevokingIssuer } from './find-origin.ts'

/**
 * Both can be asked again: after a crash, and while the CA says that it is pending. What is revoked for good is not asked again.
 * @throws VaultError `Conflict` when the CA refuses; `ServiceUnavailable` when it cannot be reached.
 */
export async function askToRevoke(
  issuer: RevokingIssuer,
  { certificate, revocation: present }: CertificateVersion,
  wish: RevocationWish,
  now: UnixSeconds,
  key: CertificateKey,
): Promise<AskedRevocation> {
  const known = present?.state === 'revoked' ? present : undefined
  if (known && (isFinal(known) || wish.reason === 'certificateHold')) return known
  if (wish.reason === 'certificateHold' && !issuer.release)
    throw badParameter(
      'reason: the issuer of this certificate has no hold that could be lifted; send another reason, which is for good.',
    )
  const answer = await heard(() => issuer.revoke(certificate, wish, key))
  if (answer.state === 'refused') throw refused(answer.reason)
  const revocation = { ...revokedBy(known, wish, now), state: answer.state }
  if (answer.state === 'revoked' || answer.details === undefined) return revocation
  return { ...revocation, details: answer.details }
}

/** @throws VaultError as above. */
export async function askToRelease(
  issuer: RevokingIssuer,
  { certificate, revocation }: CertificateVersion,
): Promise<void> {
  if (!revocation) return
  checkReleasable(revocation)
  if (!issuer.release)
    throw new VaultError('Conflict', 'The issuer of this certificate has no hold that could be lifted.')
  const answer = await heard(() => issuer.release!(certificate))
  if (answer.state === 'refused') throw refused(answer.reason)
}

function refused(reason: string): VaultError {
  return new VaultError('Conflict', `The CA refuses: ${reason}`)
}

async function heard<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof IssuerFailure)) throw error
    if (passing.has(error.failure))
      throw new VaultError('ServiceUnavailable', `The CA could not be asked: ${error.message} Ask again.`)
    throw refused(error.message)
  }
}

/** Revoking twice is revoking once, so that an answer which was lost is asked for again. */
const passing = new Set<IssuerFailure['failure']>(['transient', 'throttled', 'ambiguous'])
