/** Authorizations (RFC 8555 7.1.4, 7.5): what a CA wants to see before it believes that a name is ours. */
import type { UnixSeconds } from '../../../domain/time.ts'
import type { Identifier } from '../identifiers.ts'
import { type AcmeAnswer, readJson } from './answer.ts'
import type { Signer } from './jws.ts'
import type { Members } from './members.ts'
import { readIdentifier } from './order.ts'
import type { Problem } from './problem.ts'
import type { AcmeServer } from './server.ts'

export interface Authorization {
  readonly url: string
  readonly status: (typeof statuses)[number]
  /** Without `*.`, which `wildcard` stands for. */
  readonly identifier: Identifier
  readonly wildcard: boolean
  readonly expires?: UnixSeconds
  readonly challenges: readonly OfferedChallenge[]
  readonly retryAfterSeconds?: number
}

/** One way to prove it. */
export interface OfferedChallenge {
  /** Such as `dns-01`; there may be types that nobody here knows. */
  readonly type: string
  readonly url: string
  readonly status: (typeof challengeStatuses)[number]
  /** Not every type has one. */
  readonly token?: string
  /** Why it is invalid, or was not valid yet. */
  readonly error?: Problem
  /** Of `dns-persist-01`: what the record may call the CA. */
  readonly issuerDomainNames: readonly string[]
}

const statuses = ['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked'] as const
const challengeStatuses = ['pending', 'processing', 'valid', 'invalid'] as const
const challengesMax = 30
const issuerDomainNamesMax = 10
/** It becomes part of paths and records (RFC 8555 8.1). */
const tokenForm = /^[A-Za-z0-9_-]{16,256}$/

export async function readAuthorization(
  server: AcmeServer,
  signer: Signer,
  url: string,
): Promise<Authorization> {
  return authorizationIn(await server.read(signer, url), url)
}

/** Gives it up (RFC 8555 7.5.2): the one way to cancel what an order began. */
export async function deactivateAuthorization(
  server: AcmeServer,
  signer: Signer,
  url: string,
): Promise<Authorization> {
  return authorizationIn(await server.post(signer, url, { status: 'deactivated' }, 'change'), url)
}

/** Says that the CA may look now (RFC 8555 7.5.1). */
export async function respondToChallenge(
  server: AcmeServer,
  signer: Signer,
  url: string,
): Promise<OfferedChallenge> {
  return readChallenge(readJson(await server.post(signer, url, {}, 'change')))
}

function authorizationIn(answer: AcmeAnswer, url: string): Authorization {
  const members = readJson(answer)
  const { retryAfterSeconds } = answer
  const expires = members.optionalTime('expires')
  return {
    url,
    status: members.word('status', statuses),
    identifier: readIdentifier(members.object('identifier')),
    wildcard: members.flag('wildcard'),
    challenges: members.objects('challenges', challengesMax).map(readChallenge),
    ...(expires !== undefined && { expires }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

function readChallenge(members: Members): OfferedChallenge {
  const token = members.optionalText('token')
  if (token !== undefined && !tokenForm.test(token)) throw members.wrong('token', 'base64url text')
  const error = members.problem('error')
  return {
    type: members.text('type', 100),
    url: members.url('url'),
    status: members.word('status', challengeStatuses),
    ...(token !== undefined && { token }),
    ...(error !== undefined && { error }),
    issuerDomainNames: members.texts('issuer-domain-names', issuerDomainNamesMax),
  }
}
