/**
 * A small ACME CA (RFC 8555) in memory: it keeps accounts and orders, checks signatures, nonces and requests, and truly signs.
 * The test says what it finds when it validates, and which answers are lost. Pebble is the judge of the same client.
 */
import { createHash, createHmac, X509Certificate } from 'node:crypto'
import { emptyNames } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'
import { jwkThumbprint } from '../../src/issuers/acme/protocol/key-authorization.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../../src/network/http-client.ts'
import { NetworkFailure } from '../../src/network/http-client.ts'
import { subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { parseRequest } from '../../src/x509/request.ts'
import { checkJws, decode } from '../doubles/acme.ts'
import { ca, issue } from '../x509/authority.ts'

export interface AcmeCaOrder {
  readonly url: string
  readonly identifiers: readonly { type: string; value: string }[]
  readonly account: string
  readonly profile?: string
  readonly replaces?: string
  status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid'
  readonly authorizations: readonly string[]
  error?: object
  certificate?: string
}

interface Authorization {
  readonly url: string
  readonly identifier: { type: string; value: string }
  readonly wildcard: boolean
  status: string
  readonly challenges: { type: string; url: string; status: string; token: string; error?: object }[]
}

export interface Looked {
  readonly type: string
  readonly name: string
  readonly keyAuthorization: string
}

export interface AcmeCa {
  readonly http: HttpClient
  readonly directoryUrl: string
  readonly orders: readonly AcmeCaOrder[]
  readonly accounts: ReadonlyMap<string, { status: string; contact?: string[] }>
  readonly revoked: readonly { certificate: string; reason?: number; by: 'account' | 'key' }[]
  /** What it finds when it looks; a text is why it is not convinced. */
  finds: (looked: Looked) => string | undefined
  /** Of the next request to a URL that contains the text, the answer is lost after it had its effect. */
  loseNext(text: string): void
  /** The same, and the request never arrives. */
  dropNext(text: string): void
  /** Answers with this problem in place of an effect, as often as told. */
  refuseNext(text: string, type: string, status?: number, times?: number): void
  /** Whether finished orders wait once in `processing`. */
  slow: boolean
  /** What is said of renewals (RFC 9773), by the identifier of the certificate. */
  readonly renewals: Map<string, { body: unknown; status?: number; headers?: Record<string, string> }>
  listsOrders: boolean
  /** Keys of accounts on its own books, by key identifier: octets in base64url (RFC 8555 7.3.4). */
  readonly externalAccounts: Map<string, string>
  /** It has no account under this URL any more. */
  forgetAccount(url: string): void
  readonly requests: string[]
}

const base = 'https://acme.example'
const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

export function acmeCa(options: { types?: readonly string[]; meta?: object } = {}): AcmeCa {
  const { types = ['http-01', 'dns-01', 'tls-alpn-01'], meta = {} } = options
  const requiresBinding = 'externalAccountRequired' in meta && meta.externalAccountRequired === true
  const root = issue('CN=ACME Root', ca)
  const intermediate = issue('CN=ACME Intermediate', { ...ca, issuer: root })
  const nonces = new Set<string>()
  const accounts = new Map<string, { status: string; contact?: string[]; jwk: object }>()
  const orders: AcmeCaOrder[] = []
  const authorizations = new Map<string, Authorization>()
  const certificates = new Map<string, string>()
  const revoked: { certificate: string; reason?: number; by: 'account' | 'key' }[] = []
  const requests: string[] = []
  const losses: { text: string; kind: 'lose' | 'drop' | 'refuse'; type?: string; status?: number }[] = []
  let count = 0
  const newNonce = () => {
    const nonce = digest(`nonce ${++count}`)
    nonces.add(nonce)
    return nonce
  }

  const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
    status,
    headers: {
      'replay-nonce': newNonce(),
      'content-type': typeof body === 'string' ? 'application/pem-certificate-chain' : 'application/json',
      ...headers,
    },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  })
  const problem = (status: number, type: string, detail = `Detail of ${type}.`) =>
    answer(
      status,
      { type: `urn:ietf:params:acme:error:${type}`, detail, status },
      {
        'content-type': 'application/problem+json',
      },
    )

  const shownOrder = ({
    url,
    status,
    identifiers,
    authorizations: urls,
    error,
    certificate,
  }: AcmeCaOrder) => ({
    status,
    identifiers,
    authorizations: urls,
    finalize: `${url}/finalize`,
    ...(error && { error }),
    ...(certificate && { certificate }),
  })

  function openAuthorization(identifier: { type: string; value: string }): string {
    const url = `${base}/authz/${++count}`
    const name = identifier.value.replace(/^\*\./, '')
    authorizations.set(url, {
      url,
      identifier: { type: identifier.type, value: name },
      wildcard: name !== identifier.value,
      status: 'pending',
      challenges: types
        .filter((type) => name === identifier.value || type.startsWith('dns'))
        .map((type) => ({
          type,
          url: `${base}/challenge/${++count}`,
          status: 'pending',
          token: digest(`token ${count}`),
          ...(type === 'dns-persist-01' && { 'issuer-domain-names': ['acme.example'] }),
        })),
    })
    return url
  }

  function refresh(order: AcmeCaOrder): AcmeCaOrder {
    if (order.status !== 'pending') return order
    const all = order.authorizations.map((url) => authorizations.get(url)!.status)
    if (all.some((status) => status !== 'pending' && status !== 'valid')) order.status = 'invalid'
    else if (all.every((status) => status === 'valid')) order.status = 'ready'
    return order
  }

  function finalize(order: AcmeCaOrder, csr: string): HttpAnswer {
    if (refresh(order).status !== 'ready') return problem(403, 'orderNotReady')
    const { spki } = parseRequest(Buffer.from(csr, 'base64url'))
    const valuesOf = (type: string) =>
      order.identifiers.filter((one) => one.type === type).map(({ value }) => value)
    const names = { ...emptyNames, dnsNames: valuesOf('dns'), ipAddresses: valuesOf('ip') }
    const { certificate } = issue(`CN=${order.identifiers[0]!.value}`, {
      issuer: intermediate,
      key: { spki, privateKey: intermediate.key.privateKey },
      notBefore: seconds(1_799_990_000),
      notAfter: seconds(1_800_000_000 + 90 * 86_400),
      extensions: [subjectAltNameExtension(names, false)],
    })
    const chain = [certificate, intermediate.certificate].map(({ der }) => formatPem('CERTIFICATE', der))
    order.certificate = `${base}/certificate/${++count}`
    certificates.set(order.certificate, chain.join(''))
    order.status = house.slow ? 'processing' : 'valid'
    return answer(200, shownOrder(order), { location: order.url })
  }

  function handle(
    url: string,
    header: Record<string, unknown>,
    payload: Record<string, unknown> | undefined,
  ): HttpAnswer {
    const path = url.slice(base.length)
    if (path === '/new-account') return newAccount(header.jwk as object, payload!)
    if (path === '/key-change') return changeKey(String(header.kid), payload!)
    if (path === '/revoke' && header.jwk) return revoke(payload!, header.jwk as { x: string })
    const account = accounts.get(String(header.kid))
    if (!account) return problem(400, 'accountDoesNotExist')
    if (account.status !== 'valid') return problem(401, 'unauthorized', `The account is ${account.status}.`)
    if (path === '/revoke') return revoke(payload!)
    if (path === '/new-order') return newOrder(String(header.kid), payload!)
    if (path.endsWith('/orders'))
      return answer(200, {
        orders: orders.filter((order) => order.account === header.kid).map((order) => order.url),
      })
    if (path.startsWith('/account/')) {
      if (payload) Object.assign(account, payload)
      return answer(200, shownAccount(url))
    }
    const order = orders.find((one) => url === one.url || url === `${one.url}/finalize`)
    if (order && url !== order.url) return finalize(order, String(payload?.csr))
    if (order) {
      const shown = answer(200, shownOrder(refresh(order)))
      if (order.status === 'processing') order.status = 'valid'
      return shown
    }
    const authorization = authorizations.get(url)
    if (authorization) {
      if (payload) Object.assign(authorization, payload)
      return answer(200, authorization)
    }
    const certificate = certificates.get(url)
    if (certificate) return answer(200, certificate)
    return validate(url, account.jwk)
  }

  function newAccount(jwk: object, payload: Record<string, unknown>): HttpAnswer {
    const known = [...accounts].find(([, account]) => JSON.stringify(account.jwk) === JSON.stringify(jwk))
    if (known && known[1].status !== 'valid')
      return problem(401, 'unauthorized', `The account is ${known[1].status}.`)
    if (known) return answer(200, shownAccount(known[0]), { location: known[0] })
    if (payload.onlyReturnExisting) return problem(400, 'accountDoesNotExist')
    if (payload.termsOfServiceAgreed !== true) return problem(403, 'userActionRequired')
    const refusal = judgeBinding(payload.externalAccountBinding as Jws | undefined, jwk)
    if (refusal) return refusal
    const url = `${base}/account/${++count}`
    accounts.set(url, {
      status: 'valid',
      jwk,
      ...(payload.contact ? { contact: payload.contact as string[] } : {}),
    })
    return answer(201, shownAccount(url), { location: url })
  }

  /** RFC 8555 7.3.4. */
  function judgeBinding(binding: Jws | undefined, jwk: object): HttpAnswer | undefined {
    if (!binding) return requiresBinding ? problem(403, 'externalAccountRequired') : undefined
    const { alg, kid, url, ...rest } = decode(binding.protected)
    const key = house.externalAccounts.get(kid)
    const signed = `${binding.protected}.${binding.payload}`
    const signature =
      key && createHmac('sha256', Buffer.from(key, 'base64url')).update(signed).digest('base64url')
    const sound =
      alg === 'HS256' &&
      url === `${base}/new-account` &&
      Object.keys(rest).length === 0 &&
      isSame(decode(binding.payload), jwk)
    if (sound && signature === binding.signature) return undefined
    return problem(403, 'unauthorized', 'The external account binding is wrong.')
  }

  /** RFC 8555 7.3.5. */
  function changeKey(url: string, inner: Record<string, unknown>): HttpAnswer {
    const account = accounts.get(url)
    if (account?.status !== 'valid') return problem(401, 'unauthorized')
    const { jwk, nonce, url: asked } = checkJws(inner as unknown as Jws, {})
    const { account: of, oldKey } = decode(String(inner.payload))
    if (nonce !== undefined || asked !== `${base}/key-change` || of !== url || !isSame(oldKey, account.jwk))
      return problem(400, 'malformed', 'The request inside is wrong.')
    const owner = [...accounts].find(([, each]) => isSame(each.jwk, jwk))
    if (owner) {
      const said = problem(409, 'malformed', 'The key is in use.')
      return { ...said, headers: { ...said.headers, location: owner[0] } }
    }
    account.jwk = jwk
    return answer(200, shownAccount(url))
  }

  const shownAccount = (url: string) => {
    const { status, contact } = accounts.get(url)!
    return { status, ...(contact && { contact }), ...(house.listsOrders && { orders: `${url}/orders` }) }
  }

  function newOrder(account: string, payload: Record<string, unknown>): HttpAnswer {
    const identifiers = payload.identifiers as AcmeCaOrder['identifiers']
    const order: AcmeCaOrder = {
      url: `${base}/order/${++count}`,
      identifiers,
      account,
      status: 'pending',
      authorizations: identifiers.map(openAuthorization),
      ...(typeof payload.replaces === 'string' && { replaces: payload.replaces }),
      ...(typeof payload.profile === 'string' && { profile: payload.profile }),
    }
    orders.push(order)
    return answer(201, shownOrder(order), { location: order.url })
  }

  function validate(url: string, jwk: object): HttpAnswer {
    for (const authorization of authorizations.values()) {
      const challenge = authorization.challenges.find((one) => one.url === url)
      if (!challenge) continue
      // As Pebble does.
      if (challenge.status !== 'pending')
        return problem(400, 'malformed', `The challenge is ${challenge.status}, and no longer pending.`)
      const thumbprint = jwkThumbprint(jwk as Record<string, string>)
      const name = authorization.identifier.value
      const keyAuthorization = `${challenge.token}.${thumbprint}`
      const fault = house.finds({ type: challenge.type, name, keyAuthorization })
      challenge.status = fault === undefined ? 'valid' : 'invalid'
      authorization.status = challenge.status
      if (fault !== undefined)
        challenge.error = { type: 'urn:ietf:params:acme:error:incorrectResponse', detail: fault }
      return answer(200, challenge)
    }
    return problem(404, 'malformed', 'There is nothing here.')
  }

  function revoke({ certificate, reason }: Record<string, unknown>, jwk?: { x: string }): HttpAnswer {
    const { publicKey } = new X509Certificate(Buffer.from(String(certificate), 'base64url'))
    if (jwk && jwk.x !== publicKey.export({ format: 'jwk' }).x) return problem(403, 'unauthorized')
    if (revoked.some((one) => one.certificate === certificate)) return problem(400, 'alreadyRevoked')
    const known = [...certificates.values()].some((pem) => pem.includes(pemBody(String(certificate))))
    if (!known) return problem(403, 'malformed', 'The certificate is not of this CA.')
    revoked.push({
      certificate: String(certificate),
      ...(typeof reason === 'number' && { reason }),
      by: jwk ? 'key' : 'account',
    })
    return answer(200, {})
  }

  const directory = {
    newNonce: `${base}/new-nonce`,
    newAccount: `${base}/new-account`,
    newOrder: `${base}/new-order`,
    revokeCert: `${base}/revoke`,
    keyChange: `${base}/key-change`,
    renewalInfo: `${base}/renewal-info/`,
    meta,
  }

  async function send({ method, url, body }: HttpRequest): Promise<HttpAnswer> {
    requests.push(`${method} ${url}`)
    if (url === `${base}/directory`) return answer(200, directory)
    const renewal = house.renewals.get(url.replace(`${base}/renewal-info/`, ''))
    if (renewal) return answer(renewal.status ?? 200, renewal.body, renewal.headers)
    if (method !== 'POST') return answer(url.includes('/renewal-info/') ? 404 : 200, {})
    const jws = JSON.parse(String(body))
    const loss = losses.find(({ text }) => url.includes(text))
    if (loss) losses.splice(losses.indexOf(loss), 1)
    if (loss?.kind === 'drop')
      throw new NetworkFailure('The CA cannot be reached.', { mayHaveArrived: false })
    if (loss?.kind === 'refuse') return problem(loss.status ?? 400, loss.type!)
    const { kid } = decode(jws.protected)
    if (kid !== undefined && !accounts.has(kid)) return problem(400, 'accountDoesNotExist')
    const header = kid === undefined ? checkJws(jws, {}) : verified(jws, accounts.get(kid)!.jwk)
    if (!header) return problem(400, 'malformed', 'JWS verification error.')
    if (!nonces.delete(header.nonce)) return problem(400, 'badNonce')
    const said = handle(url, header, jws.payload === '' ? undefined : decode(jws.payload))
    if (loss) throw new NetworkFailure('The answer of the CA was lost.', { mayHaveArrived: true })
    return said
  }

  const house: AcmeCa = {
    http: { send },
    directoryUrl: `${base}/directory`,
    orders,
    accounts,
    revoked,
    finds: () => undefined,
    loseNext: (text) => void losses.push({ text, kind: 'lose' }),
    dropNext: (text) => void losses.push({ text, kind: 'drop' }),
    refuseNext(text, type, status = 400, times = 1) {
      for (let time = 0; time < times; time++) losses.push({ text, kind: 'refuse', type, status })
    },
    slow: true,
    renewals: new Map(),
    listsOrders: true,
    externalAccounts: new Map(),
    forgetAccount: (url) => void accounts.delete(url),
    requests,
  }
  return house
}

type Jws = Parameters<typeof checkJws>[0]

/** The protected header; undefined where another key has signed, as after a change of keys. */
function verified(jws: Jws, jwk: object) {
  try {
    return checkJws(jws, jwk)
  } catch {
    return undefined
  }
}

const isSame = (left: object, right: object) => JSON.stringify(left) === JSON.stringify(right)

/** The first line of the PEM form of a DER certificate. */
function pemBody(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('base64').slice(0, 64)
}
