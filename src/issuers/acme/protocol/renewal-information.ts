/** Renewal information (RFC 9773): when a CA would have a certificate replaced. */
import type { Random, UnixSeconds } from '../../../domain/time.ts'
import { seconds } from '../../../domain/time.ts'
import { parseCertificate } from '../../../x509/certificate.ts'
import type { Der } from '../../../x509/der.ts'
import type { RenewalAdvice } from '../../issuer.ts'
import { readJson, unusable } from './answer.ts'
import { base64url } from './jws.ts'
import { isWebPage } from './problem.ts'
import type { AcmeServer } from './server.ts'

const secondsMin = 60
const secondsMax = 86_400
const secondsUsual = 6 * 3600

/** Names the certificate to the CA (RFC 9773 4.1); undefined when it does not say by which key it was signed. */
export function renewalIdentifier(certificate: Der): string | undefined {
  const { authorityKeyIdentifier, serialNumber } = parseCertificate(certificate)
  return authorityKeyIdentifier && `${base64url(authorityKeyIdentifier)}.${base64url(serialNumber)}`
}

/** @returns undefined when the CA has no such information, or not of this certificate. */
export async function readRenewalInformation(
  server: AcmeServer,
  certificate: Der,
  now: UnixSeconds,
): Promise<RenewalAdvice | undefined> {
  const { renewalInfo } = await server.directory()
  const identifier = renewalIdentifier(certificate)
  if (renewalInfo === undefined || identifier === undefined) return undefined
  const answer = await server.get(`${renewalInfo.replace(/\/$/, '')}/${identifier}`)
  const members = readJson(answer)
  const window = members.object('suggestedWindow')
  const [from, until] = [window.time('start'), window.time('end')]
  if (until <= from) throw unusable(answer, 'its window ends before it begins')
  const wait = Math.min(Math.max(answer.retryAfterSeconds ?? secondsUsual, secondsMin), secondsMax)
  const explanation = members.optionalText('explanationURL')
  return {
    from,
    until,
    checkAgainAt: seconds(now + wait),
    ...(isWebPage(explanation) && { explanation }),
  }
}

/** An instant of the window, each as likely as the others: so that not all come at once (RFC 9773 4.2). */
export function instantWithin(
  { from, until }: Pick<RenewalAdvice, 'from' | 'until'>,
  random: Random,
): UnixSeconds {
  const fraction = Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48
  return seconds(from + Math.floor(fraction * (until - from)))
}
