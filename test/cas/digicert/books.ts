/**
 * The books of a CertCentral account: organizations, domains, products, orders, money; and a CA that truly signs. It knows
 * nothing of HTTP. An order goes on by itself with the clock, as soon as nobody has to do anything any more.
 */
import { createHash } from 'node:crypto'
import { emptyNames } from '../../../src/domain/subject.ts'
import { type Clock, seconds } from '../../../src/domain/time.ts'
import { subjectAltNameExtension } from '../../../src/x509/extensions.ts'
import { formatPem, parsePem } from '../../../src/x509/pem.ts'
import { parseRequest } from '../../../src/x509/request.ts'
import { ca, issue, type Party } from '../../x509/authority.ts'

export interface BookedCertificate {
  readonly id: number
  readonly kind: 'first' | 'reissue' | 'duplicate'
  readonly csr: string
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly days: number
  readonly created: number
  readonly request: BookedRequest
  status: 'pending' | 'issued' | 'revoked' | 'canceled'
  readyAt: number
  party?: Party
}

export interface BookedRequest {
  readonly id: number
  readonly type: 'new_request' | 'reissue' | 'duplicate' | 'revoke'
  readonly comments: string
  readonly created: number
  /** Of a certificate that is to be revoked. */
  readonly certificate?: number
  status: 'pending' | 'approved' | 'rejected'
}

export interface BookedOrder {
  readonly id: number
  readonly product: string
  readonly organization?: number
  readonly years: number
  readonly paid: number
  readonly created: number
  coveredUntil: number
  readonly renewalOf?: number
  renewedBy?: number
  readonly dcvMethod?: string
  randomValue?: string
  /** Control of the names was proved for this order. */
  proved: boolean
  end?: 'canceled' | 'rejected' | 'revoked'
  readonly certificates: BookedCertificate[]
  readonly requests: BookedRequest[]
}

export interface BookedProduct {
  readonly id: string
  readonly validation: 'dv' | 'ov' | 'ev'
  readonly price: number
  readonly orderYears: readonly number[]
  readonly duplicates: boolean
  readonly moreNames: boolean
}

/** What DigiCert says no with. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface Books {
  readonly orders: BookedOrder[]
  readonly products: BookedProduct[]
  readonly organizations: Map<number, { name: string; active: boolean; validated: Set<string> }>
  /** Validated for the account, with all that is below them. */
  readonly domains: Set<string>
  /** Of these, the validation is over. */
  readonly lapsed: Set<string>
  /** What is found when DigiCert looks: the value by the domain. */
  readonly shown: Map<string, string>
  balance: number
  /** The user of the API key is one. */
  administrator: boolean
  /** From nothing being in the way any more to the certificate. */
  processingSeconds: number
  /** At most, whatever was ordered. */
  daysMax: number
  submit(product: string, body: SubmitBody): { order: BookedOrder; certificate: BookedCertificate }
  within(order: BookedOrder, kind: 'reissue' | 'duplicate', body: SubmitBody): BookedCertificate
  statusOf(order: BookedOrder): string
  /** The certificate that the order stands for: the newest that is no duplicate. */
  primaryOf(order: BookedOrder): BookedCertificate | undefined
  cancel(order: BookedOrder): void
  decide(request: number, status: 'approved' | 'rejected'): void
  revoke(certificate: number, body: { skip_approval?: boolean; comments?: string }): BookedRequest | undefined
  check(order: BookedOrder): void
  newRandomValue(order: BookedOrder): string
  find(id: number | string): BookedOrder
  certificate(id: number): { order: BookedOrder; certificate: BookedCertificate }
  chainOf(certificate: BookedCertificate): Party[]
  serialOf(certificate: BookedCertificate): string
}

/** As it comes in JSON; the books believe nothing of it. */
export interface SubmitBody {
  certificate: {
    common_name?: string
    dns_names?: string[]
    csr?: string
    cert_validity?: { days?: number }
  }
  organization?: { id?: number }
  order_validity?: { years?: number }
  dcv_method?: string
  skip_approval?: boolean
  comments?: string
  renewal_of_order_id?: number
}

const day = 86_400

export function openBooks(clock: Clock): Books {
  const root = issue('CN=DigiCert Test Root', ca)
  const intermediate = issue('CN=DigiCert Test TLS CA', { ...ca, issuer: root })
  let count = 700_000
  const next = () => ++count

  const isBelow = (name: string, domain: string) => name === domain || name.endsWith(`.${domain}`)
  const isControlled = (order: BookedOrder, { commonName, dnsNames }: BookedCertificate) =>
    order.proved ||
    [commonName, ...dnsNames].every((name) =>
      [...books.domains].some(
        (domain) => !books.lapsed.has(domain) && isBelow(name.replace(/^\*\./, ''), domain),
      ),
    )
  const isVouchedFor = ({ product, organization }: BookedOrder) => {
    const { validation } = productOf(product)
    if (validation === 'dv') return true
    return books.organizations.get(organization!)!.validated.has(validation)
  }

  /** Brings an order to where it is by now. */
  function proceed(order: BookedOrder): void {
    for (const certificate of order.certificates) {
      if (certificate.status !== 'pending' || certificate.request.status !== 'approved' || order.end) continue
      if (!isControlled(order, certificate) || !isVouchedFor(order)) {
        certificate.readyAt = clock.now() + books.processingSeconds
        continue
      }
      if (clock.now() >= certificate.readyAt) sign(order, certificate)
    }
  }

  function sign(order: BookedOrder, certificate: BookedCertificate): void {
    const { spki } = parseRequest(parsePem(certificate.csr)[0]!.der)
    const begins = clock.now() - (clock.now() % day)
    const ends = Math.min(begins + certificate.days * day, order.coveredUntil) - 1
    const dnsNames = [...new Set([certificate.commonName, ...certificate.dnsNames])]
    certificate.party = issue(`CN="${certificate.commonName}", O=Example`, {
      issuer: intermediate,
      key: { spki, privateKey: intermediate.key.privateKey },
      notBefore: seconds(begins),
      notAfter: seconds(ends),
      extensions: [subjectAltNameExtension({ ...emptyNames, dnsNames }, false)],
    })
    certificate.status = 'issued'
  }

  function book(
    order: BookedOrder,
    kind: BookedCertificate['kind'],
    { certificate, comments = '', skip_approval }: SubmitBody,
  ): BookedCertificate {
    const { common_name, dns_names = [], csr, cert_validity } = certificate
    if (!common_name) throw new Refused(400, 'missing_common_name', 'Common name is required.')
    if (!csr) throw new Refused(400, 'invalid_csr', 'A CSR is required.')
    parseRequest(parsePem(csr)[0]!.der)
    const request: BookedRequest = {
      id: next(),
      type: kind === 'first' ? 'new_request' : kind,
      comments,
      created: clock.now(),
      status: skip_approval ? 'approved' : 'pending',
    }
    const booked: BookedCertificate = {
      id: next(),
      kind,
      csr,
      commonName: common_name,
      dnsNames: dns_names,
      days: Math.min(cert_validity?.days ?? books.daysMax, books.daysMax),
      created: clock.now(),
      request,
      status: 'pending',
      readyAt: clock.now() + books.processingSeconds,
    }
    order.requests.push(request)
    order.certificates.push(booked)
    proceed(order)
    return booked
  }

  const productOf = (id: string) => {
    const product = books.products.find((each) => each.id === id)
    if (!product) throw new Refused(404, 'not_found|product', 'The product was not found.')
    return product
  }
  const checkApproval = ({ skip_approval }: { skip_approval?: boolean }) => {
    if (skip_approval && !books.administrator)
      throw new Refused(403, 'access_denied|skip_approval', 'You do not have permission to skip approval.')
  }

  const books: Books = {
    orders: [],
    products: [
      product('ssl_basic', 'ov', 200),
      product('ssl_ev_basic', 'ev', 400),
      product('ssl_securesite_flex', 'ov', 300),
      { ...product('ssl_plus', 'ov', 100), moreNames: false, duplicates: false },
      product('ssl_wildcard', 'ov', 500),
      product('ssl_dv_rapidssl', 'dv', 20),
      { ...product('private_ssl_plus', 'ov', 10), moreNames: false },
    ],
    organizations: new Map([[204060, { name: 'Example', active: true, validated: new Set(['ov', 'ev']) }]]),
    domains: new Set(['example.com', 'leaf.example']),
    lapsed: new Set(),
    shown: new Map(),
    balance: 100_000,
    administrator: true,
    processingSeconds: 0,
    daysMax: 199,

    submit(id, body) {
      checkApproval(body)
      const { price, validation, orderYears } = productOf(id)
      const { order_validity, organization, renewal_of_order_id, dcv_method } = body
      const years = order_validity?.years ?? 1
      if (!orderYears.includes(years)) throw new Refused(400, 'invalid_validity', 'Invalid validity.')
      if (validation !== 'dv' && !books.organizations.has(organization?.id ?? 0))
        throw new Refused(400, 'invalid_organization', 'The organization is not valid.')
      if (books.balance < price * years)
        throw new Refused(400, 'insufficient_balance', 'The account balance is too low for this order.')
      const former = renewal_of_order_id === undefined ? undefined : books.find(renewal_of_order_id)
      const rest = former ? Math.max(0, former.coveredUntil - clock.now()) : 0
      const order: BookedOrder = {
        id: next(),
        product: id,
        years,
        paid: price * years,
        created: clock.now(),
        coveredUntil: clock.now() + years * 365 * day + rest,
        proved: false,
        certificates: [],
        requests: [],
        ...(organization?.id !== undefined && { organization: organization.id }),
        ...(former && { renewalOf: former.id }),
        ...(dcv_method !== undefined && { dcvMethod: dcv_method }),
      }
      if (dcv_method?.endsWith('-token')) order.randomValue = randomValueOf(order.id)
      const certificate = book(order, 'first', body)
      books.balance -= order.paid
      if (former) former.renewedBy = order.id
      books.orders.push(order)
      return { order, certificate }
    },

    within(order, kind, body) {
      checkApproval(body)
      const status = books.statusOf(order)
      if (status !== 'issued')
        throw new Refused(400, 'invalid_order_status', `The order is ${status} and takes no ${kind}.`)
      if (kind === 'duplicate' && !productOf(order.product).duplicates)
        throw new Refused(400, 'duplicates_not_allowed', 'The product has no duplicates.')
      return book(order, kind, body)
    },

    statusOf(order) {
      proceed(order)
      if (order.end) return order.end
      const [first, ...others] = order.certificates
      if (first!.status === 'pending')
        return first!.request.status === 'pending' ? 'needs_approval' : waits(first!, order)
      if (
        others.some(
          ({ status, kind, request }) =>
            status === 'pending' && kind === 'reissue' && request.status === 'approved',
        )
      )
        return 'reissue_pending'
      return clock.now() >= order.coveredUntil ? 'expired' : 'issued'
    },

    primaryOf: (order) =>
      order.certificates.findLast(
        ({ kind, status }) => kind !== 'duplicate' && (status === 'issued' || status === 'revoked'),
      ),

    cancel(order) {
      const status = books.statusOf(order)
      if (status === 'reissue_pending') {
        for (const certificate of order.certificates)
          if (certificate.status === 'pending') certificate.status = 'canceled'
        return
      }
      if (!['pending', 'processing', 'waiting_pickup'].includes(status))
        throw new Refused(400, 'cannot_cancel', `An order that is ${status} cannot be canceled.`)
      order.end = 'canceled'
      books.balance += order.paid
    },

    decide(id, status) {
      const order = books.orders.find(({ requests }) => requests.some((request) => request.id === id))
      const request = order?.requests.find((each) => each.id === id)
      if (!order || request?.status !== 'pending')
        throw new Refused(404, 'not_found|request', 'The request was not found.')
      request.status = status
      const revoked = order.certificates.find((each) => each.id === request.certificate)
      if (status === 'approved' && revoked) revoked.status = 'revoked'
      if (status === 'rejected' && request.type === 'new_request') {
        order.end = 'rejected'
        books.balance += order.paid
      }
      for (const certificate of order.certificates)
        if (certificate.request === request && status === 'rejected') certificate.status = 'canceled'
    },

    revoke(id, body) {
      const { order, certificate } = books.certificate(id)
      if (certificate.status !== 'issued')
        throw new Refused(400, 'already_revoked', 'The certificate is revoked already.')
      if (books.statusOf(order) === 'reissue_pending')
        throw new Refused(
          400,
          'reissue_pending',
          'A reissue is pending; the certificate cannot be revoked now.',
        )
      if (body.skip_approval && books.administrator) {
        certificate.status = 'revoked'
        return undefined
      }
      const request: BookedRequest = {
        id: next(),
        type: 'revoke',
        comments: body.comments ?? '',
        created: clock.now(),
        certificate: id,
        status: 'pending',
      }
      order.requests.push(request)
      return request
    },

    check(order) {
      const { commonName, dnsNames } = order.certificates.at(-1)!
      const names = [commonName, ...dnsNames].map((name) => name.replace(/^\*\./, ''))
      const value = order.randomValue
      if (value === undefined || names.some((name) => books.shown.get(name) !== value))
        throw new Refused(400, 'invalid_dcv', 'The random value was not found.')
      order.proved = true
      proceed(order)
    },

    newRandomValue(order) {
      order.randomValue = randomValueOf(next())
      return order.randomValue
    },

    find(id) {
      const order = books.orders.find((each) => {
        const primary = books.primaryOf(each)
        return each.id === id || (primary?.party && books.serialOf(primary) === id)
      })
      if (!order) throw new Refused(404, 'not_found|order', 'The order was not found.')
      return order
    },

    certificate(id) {
      for (const order of books.orders) {
        proceed(order)
        const certificate = order.certificates.find((each) => each.id === id)
        if (certificate?.party) return { order, certificate }
      }
      throw new Refused(404, 'not_found|certificate', 'The certificate was not found.')
    },

    chainOf: ({ party }) => [party!, intermediate, root],
    serialOf: ({ party }) => Buffer.from(party!.certificate.serialNumber).toString('hex').toUpperCase(),
  }

  function waits(certificate: BookedCertificate, order: BookedOrder): string {
    return isControlled(order, certificate) && isVouchedFor(order) ? 'processing' : 'pending'
  }
  return books
}

function product(id: string, validation: BookedProduct['validation'], price: number): BookedProduct {
  return { id, validation, price, orderYears: [1, 2, 3], duplicates: true, moreNames: true }
}

const randomValueOf = (seed: number) =>
  createHash('sha256').update(`value ${seed}`).digest('hex').slice(0, 32)

/** With the line ends that DigiCert sends. */
export const pemOf = ({ certificate }: Party): string =>
  formatPem('CERTIFICATE', certificate.der).replaceAll('\n', '\r\n')
