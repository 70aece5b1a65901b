/** Revocation (RFC 8555 7.6): by the account that ordered, or by whoever has the key of the certificate. */
import { type RevocationReason, revocationReasons } from '../../../domain/authority.ts'
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Der } from '../../../x509/der.ts'
import { base64url, type JwsKey, type Signer } from './jws.ts'
import { isRefusal } from './refusal.ts'
import type { AcmeServer } from './server.ts'

/**
 * A certificate that was revoked before counts as revoked.
 * @param signer the account, or the certificate's own key without one: a CA that learns of it so may block the key.
 */
export async function revokeCertificate(
  server: AcmeServer,
  signer: Signer | { readonly key: JwsKey },
  certificate: Der,
  reason: RevocationReason,
): Promise<void> {
  const { revokeCert } = await server.directory()
  if (revokeCert === undefined) throw new IssuerFailure('permanent', 'The CA does not revoke over ACME.')
  const payload = {
    certificate: base64url(certificate),
    // Nothing is said by saying nothing (RFC 5280 5.3.1).
    ...(reason !== 'unspecified' && { reason: revocationReasons[reason] }),
  }
  try {
    await server.post(signer, revokeCert, payload, 'change')
  } catch (error) {
    if (!isRefusal(error, 'alreadyRevoked')) throw error
  }
}
