/** Revoking one certificate of an order. The order goes on: what it paid for can be issued again. */
import type { RevocationReason } from '../../domain/authority.ts'
import type { RevocationWish } from '../../domain/revoke.ts'
import type { Der } from '../../x509/der.ts'
import type { RevokeAnswer } from '../issuer.ts'
import { type LocatedCertificate, locateCertificate } from './find-order.ts'
import { revokeCertificate } from './protocol/certificate.ts'
import { type DigiCertRefusal, isRefusal } from './protocol/refusal.ts'
import type { Session } from './session.ts'

/** As DigiCert is believed to spell them; of those that stand not here none is sent. One that it does not take is left out. */
const reasons: Readonly<Partial<Record<RevocationReason, string>>> = {
  keyCompromise: 'key_compromise',
  affiliationChanged: 'affiliation_changed',
  superseded: 'superseded',
  cessationOfOperation: 'cessation_of_operation',
}

export async function revoke(
  session: Session,
  certificate: Der,
  { reason }: RevocationWish,
): Promise<RevokeAnswer> {
  const { api } = session
  const located = await locateCertificate(api, certificate)
  if (!located)
    return { state: 'refused', reason: 'The certificate is of no order in this account at DigiCert.' }
  if (isRevoked(located)) return { state: 'revoked' }
  const marker = `certkeep revokes ${located.certificate}`
  if (isAsked(located, marker)) return asked(located)
  try {
    const said = await ask(session, located.certificate, reasons[reason], marker)
    return said === 'revoked' ? { state: 'revoked' } : asked(located)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const now = await locateCertificate(api, certificate)
    if ((now && isRevoked(now)) || saysRevoked(error)) return { state: 'revoked' }
    return { state: 'refused', reason: error.message }
  }
}

function isRevoked({ order, status }: LocatedCertificate): boolean {
  return order.status === 'revoked' || status === 'revoked'
}

/** Orders tell of their certificates, and not always of how those are. */
function saysRevoked({ code, message }: DigiCertRefusal): boolean {
  return /already[ _-]?(?:been )?[ _-]?revoked|revoked already/.test(`${code} ${message.toLowerCase()}`)
}

/** Whoever has to agree was told already. */
function isAsked({ order }: LocatedCertificate, marker: string): boolean {
  return order.requests.some(
    ({ type, status, comments }) =>
      type === 'revoke' && (status === 'pending' || status === 'submitted') && comments === marker,
  )
}

function asked({ order }: LocatedCertificate): RevokeAnswer {
  return {
    state: 'pending',
    details: `An administrator of the account has to approve the revocation in the order ${order.id}: CertCentral, Certificates, Requests.`,
  }
}

async function ask(
  { api, settings }: Session,
  certificate: number,
  reason: string | undefined,
  comments: string,
) {
  const request = { comments, skipApproval: settings.skipApproval }
  if (reason === undefined) return api.make(revokeCertificate(certificate, request))
  try {
    return await api.make(revokeCertificate(certificate, { ...request, reason }))
  } catch (error) {
    if (!isRefusal(error) || !objectsToReason(error)) throw error
    return api.make(revokeCertificate(certificate, request))
  }
}

function objectsToReason({ code, message }: DigiCertRefusal): boolean {
  return /revocation_reason|reason/.test(`${code} ${message.toLowerCase()}`)
}
