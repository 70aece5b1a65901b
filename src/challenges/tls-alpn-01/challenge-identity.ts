/** What a CA is shown that asks for a name: a certificate that is made for this one handshake, with a key of its own. */
import { generateKeyPairSync } from 'node:crypto'
import type { Clock, Random } from '../../domain/time.ts'
import { tlsAlpnDigest } from '../../issuers/acme/protocol/key-authorization.ts'
import { challengeCertificate } from '../../x509/challenge-certificate.ts'
import { formatPem } from '../../x509/pem.ts'
import { newSerialNumber } from '../../x509/serial-number.ts'
import type { ShownChallenges } from '../shown.ts'
import { identifierAsked } from './server-name.ts'
import { inTurn } from './turn.ts'

export interface ChallengeIdentity {
  /** PEM. */
  readonly key: string
  /** PEM. */
  readonly certificate: string
}

/** Undefined where nothing is to be proved for the name. @param name in lower case, as a client asks for it. */
export type FindChallengeIdentity = (name: string) => Promise<ChallengeIdentity | undefined>

export function challengeIdentities(tools: {
  readonly shown: ShownChallenges
  readonly clock: Clock
  readonly random: Random
}): FindChallengeIdentity {
  const { shown, clock, random } = tools
  return async (name) => {
    const identifier = identifierAsked(name)
    if (!identifier) return undefined
    const challenge = inTurn(await shown.byIdentifier('tls-alpn-01', identifier.value), clock.now())
    if (!challenge) return undefined
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const certificate = challengeCertificate({
      identifier,
      digest: tlsAlpnDigest(challenge.keyAuthorization),
      serialNumber: newSerialNumber(random),
      privateKey,
      publicKey,
      now: clock.now(),
    })
    return {
      key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      certificate: formatPem('CERTIFICATE', certificate),
    }
  }
}
