/** From an order to its certificate, in the steps that the protocol knows; the account is that of the walk. */
import { sign } from 'node:crypto'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { emptyNames } from '../../src/domain/subject.ts'
import {
  type Authorization,
  type OfferedChallenge,
  readAuthorization,
  respondToChallenge,
} from '../../src/issuers/acme/protocol/authorization.ts'
import type { Signer } from '../../src/issuers/acme/protocol/jws.ts'
import {
  dnsAccountLabel,
  dnsRecordValue,
  keyAuthorization,
} from '../../src/issuers/acme/protocol/key-authorization.ts'
import {
  finalizeOrder,
  newOrder,
  type Order,
  type OrderWish,
  readOrder,
} from '../../src/issuers/acme/protocol/order.ts'
import type { AcmeServer } from '../../src/issuers/acme/protocol/server.ts'
import { assembleSigned } from '../../src/x509/certificate.ts'
import type { Der } from '../../src/x509/der.ts'
import { subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { buildRequestInfo } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { ecKey, type TestKey } from '../../test/x509/authority.ts'
import type { Pebble } from './pebble.ts'

export interface Walker {
  readonly pebble: Pebble
  readonly server: AcmeServer
  readonly signer: Signer
}

export type DnsChallenge = 'dns-01' | 'dns-account-01' | 'dns-persist-01'

export const dns = (...names: string[]) => names.map((value) => ({ type: 'dns', value }) as const)

/** Tries again whatever had no effect: of five rejected nonces in a row there are many at this rate. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof IssuerFailure) || error.failure !== 'transient' || tries === 5) throw error
    }
}

/** Orders, proves control, and finalizes. */
export async function issueFor(
  walker: Walker,
  wish: OrderWish,
  type: DnsChallenge = 'dns-01',
): Promise<{ order: Order; key: TestKey }> {
  const { server, signer } = walker
  const order = await persist(() => newOrder(server, signer, wish))
  for (const url of order.authorizations) await prove(walker, url, type)
  const ready = await poll(() => readOrder(server, signer, order.url), 'ready')
  const key = ecKey()
  await persist(() => finalizeOrder(server, signer, ready, requestFor(wish, key)))
  return { order: await poll(() => readOrder(server, signer, order.url), 'valid'), key }
}

async function prove({ pebble, server, signer }: Walker, url: string, type: DnsChallenge): Promise<void> {
  const authorization = await persist(() => readAuthorization(server, signer, url))
  if (authorization.status === 'valid') return
  const challenge = authorization.challenges.find((offered) => offered.type === type)
  if (!challenge) throw new Error(`${type} is not offered`)
  const { name, value } = recordFor(authorization, challenge, signer)
  await pebble.setTxt(name, value)
  await persist(() => respondToChallenge(server, signer, challenge.url))
  await poll(() => readAuthorization(server, signer, url), 'valid')
  await pebble.clearTxt(name)
}

function recordFor({ identifier }: Authorization, challenge: OfferedChallenge, { key, account }: Signer) {
  if (challenge.type === 'dns-persist-01') {
    const value = `${challenge.issuerDomainNames[0]}; accounturi=${account}; policy=wildcard`
    return { name: `_validation-persist.${identifier.value}`, value }
  }
  const label = challenge.type === 'dns-account-01' ? `${dnsAccountLabel(account!)}.` : ''
  const value = dnsRecordValue(keyAuthorization(challenge.token!, key.jwk))
  return { name: `${label}_acme-challenge.${identifier.value}`, value }
}

/** Looks again until it is as wanted. */
export async function poll<T extends { readonly status: string; readonly retryAfterSeconds?: number }>(
  read: () => Promise<T>,
  wanted: string,
): Promise<T> {
  for (let looks = 0; looks < 50; looks++) {
    const seen = await persist(read)
    if (seen.status === wanted) return seen
    if (['invalid', 'expired', 'revoked'].includes(seen.status)) throw new Error(`it is ${seen.status}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`it never was ${wanted}`)
}

export function requestFor({ identifiers }: OrderWish, key: TestKey): Der {
  const dnsNames = identifiers.map(({ value }) => value)
  const info = buildRequestInfo({
    subject: encodeName([]),
    spki: key.spki,
    extensions: [subjectAltNameExtension({ ...emptyNames, dnsNames }, true)],
  })
  const algorithm = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
  return assembleSigned(info, algorithm.identifier, sign(algorithm.hash, info, key.privateKey))
}
