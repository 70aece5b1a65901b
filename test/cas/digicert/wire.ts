/** The Services API of CertCentral over the books: from one request to one answer. */
import type { BookedCertificate, BookedOrder, Books, SubmitBody } from './books.ts'
import { pemOf, Refused } from './books.ts'

export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
}

export interface WireAnswer {
  readonly status: number
  /** A text is sent as it is. */
  readonly body?: unknown
}

export interface Quirks {
  /** In place of what the books say of an order. */
  says?: string | undefined
  /** What downloads hold in place of the certificate that was asked for, for so many times. */
  handsOut: { what: 'stale' | 'other'; times: number }
  /** Neither comments of requests nor certificate requests are told. */
  taciturn: boolean
  /** The list of domains does not tell how they were validated; `never`: nor do they themselves. */
  silentDomains?: 'list' | 'never' | undefined
  /** Filters and sorting of lists are passed over. */
  ignoresFilters: boolean
  /** Reasons of revocations are not known. */
  knowsNoReasons: boolean
}

const iso = (time: number) => new Date(time * 1000).toISOString().replace('.000Z', '+00:00')
const dayOf = (time: number) => iso(time).slice(0, 10)

export function answerTo(books: Books, quirks: Quirks, request: WireRequest): WireAnswer {
  const { method, path, query, body } = request
  const key = `${method} ${path}`
  for (const [pattern, handle] of routes) {
    const found = pattern.exec(key)
    if (found) return handle({ books, quirks, query, body }, ...found.slice(1))
  }
  throw new Refused(404, 'not_found|route', 'The specified route was not found.')
}

interface Context {
  readonly books: Books
  readonly quirks: Quirks
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
}

type Handle = (context: Context, ...parts: string[]) => WireAnswer

const ok = (body: unknown, status = 200): WireAnswer => ({ status, body })

const routes: readonly (readonly [RegExp, Handle])[] = [
  [/^GET \/user\/me$/, () => ok({ id: 901, username: 'ada@example.com', account: { id: 123456 } })],
  [/^GET \/finance\/balance$/, ({ books }) => ok({ balance: books.balance.toFixed(2), currency: 'USD' })],
  [/^GET \/product$/, ({ books }) => ok({ products: books.products.map(shownProduct) })],
  [
    /^GET \/product\/(\w+)$/,
    ({ books }, id) => {
      const product = books.products.find((each) => each.id === id)
      if (!product) throw new Refused(404, 'not_found|product', 'The product was not found.')
      return ok(shownProduct(product))
    },
  ],
  [
    /^GET \/organization\/(\d+)$/,
    ({ books }, id) => {
      const found = books.organizations.get(Number(id))
      if (!found) throw new Refused(404, 'not_found|organization', 'The organization was not found.')
      return ok({
        id: Number(id),
        name: found.name,
        display_name: found.name,
        status: found.active ? 'active' : 'inactive',
        country: 'us',
        validations: ['ov', 'ev'].map((type) => ({
          type,
          status: found.validated.has(type) ? 'active' : 'pending',
        })),
      })
    },
  ],
  [
    /^GET \/domain$/,
    ({ books, quirks, query }) => {
      const offset = Number(query.get('offset') ?? 0)
      const limit = Number(query.get('limit') ?? 1000)
      const all = [...books.domains]
      return ok({
        domains: all
          .map((_, index) => shownDomain(books, index, quirks.silentDomains === undefined))
          .slice(offset, offset + limit),
        page: { total: all.length, limit, offset },
      })
    },
  ],
  [
    /^GET \/domain\/(\d+)$/,
    ({ books, quirks }, id) => {
      if (Number(id) > books.domains.size)
        throw new Refused(404, 'not_found|domain', 'The domain was not found.')
      return ok(shownDomain(books, Number(id) - 1, quirks.silentDomains !== 'never'))
    },
  ],
  [
    /^GET \/order\/certificate$/,
    ({ books, quirks, query }) => {
      const name = query.get('filters[common_name]')
      const offset = Number(query.get('offset') ?? 0)
      const limit = Math.min(Number(query.get('limit') ?? 100), 1000)
      const status = query.get('filters[status]')
      const all = books.orders.filter(
        (order) =>
          quirks.ignoresFilters ||
          ((name === null || order.certificates[0]!.commonName === name) &&
            (status === null || books.statusOf(order) === status)),
      )
      if (!quirks.ignoresFilters) all.reverse()
      return ok({
        orders: all.slice(offset, offset + limit).map((order) => ({
          id: order.id,
          status: quirks.says ?? books.statusOf(order),
          certificate: { common_name: order.certificates[0]!.commonName },
          date_created: iso(order.created),
          price: order.paid,
        })),
        page: { total: all.length, limit, offset },
      })
    },
  ],
  [
    /^POST \/order\/certificate\/([a-z]\w+)$/,
    ({ books, quirks, body }, product) => {
      const { order, certificate } = books.submit(product!, body as unknown as SubmitBody)
      return ok(placed(books, quirks, order, certificate), 201)
    },
  ],
  [
    /^POST \/order\/certificate\/(\d+)\/(reissue|duplicate)$/,
    ({ books, quirks, body }, id, kind) => {
      const order = books.find(Number(id))
      const certificate = books.within(order, kind as 'reissue', body as unknown as SubmitBody)
      return ok(placed(books, quirks, order, certificate), 201)
    },
  ],
  [
    /^GET \/order\/certificate\/(\d+)\/(reissue|duplicate)$/,
    ({ books, quirks }, id, kind) => {
      const order = books.find(Number(id))
      books.statusOf(order)
      const wanted = order.certificates.filter(
        (each) => each.party && (each.kind === 'duplicate') === (kind === 'duplicate'),
      )
      return ok({
        certificates: wanted.map((each) => ({
          id: each.id,
          serial_number: books.serialOf(each),
          common_name: each.commonName,
          dns_names: each.dnsNames,
          status: each.status === 'revoked' ? 'revoked' : 'approved',
          date_created: iso(each.created),
          ...(!quirks.taciturn && { csr: each.csr }),
        })),
      })
    },
  ],
  [
    /^GET \/order\/certificate\/([0-9A-F]+)$/,
    ({ books, quirks }, id) => {
      const order = books.find(books.orders.some((each) => String(each.id) === id) ? Number(id) : id!)
      return ok(shownOrder(books, quirks, order))
    },
  ],
  [
    /^PUT \/order\/certificate\/(\d+)\/status$/,
    ({ books, body }, id) => {
      if (body.status !== 'CANCELED') throw new Refused(400, 'invalid_status', 'Invalid status.')
      books.cancel(books.find(Number(id)))
      return { status: 204 }
    },
  ],
  [
    /^PUT \/order\/certificate\/(\d+)\/check-dcv$/,
    ({ books }, id) => {
      const order = books.find(Number(id))
      books.check(order)
      return ok({ order_status: books.statusOf(order), dcv_status: 'valid' })
    },
  ],
  [
    /^PUT \/order\/certificate\/(\d+)\/dcv-random-value$/,
    ({ books }, id) => ok({ dcv_random_value: books.newRandomValue(books.find(Number(id))) }),
  ],
  [
    /^PUT \/request\/(\d+)\/status$/,
    ({ books, body }, id) => {
      books.decide(Number(id), body.status as 'approved')
      return { status: 204 }
    },
  ],
  [
    /^PUT \/certificate\/(\d+)\/revoke$/,
    ({ books, quirks, body }, id) => {
      if (quirks.knowsNoReasons && body.revocation_reason !== undefined)
        throw new Refused(400, 'invalid_revocation_reason', 'The revocation reason is not valid.')
      const request = books.revoke(Number(id), body)
      if (!request) return { status: 204 }
      return ok({ id: request.id, date: iso(request.created), type: 'revoke', status: 'pending' }, 201)
    },
  ],
  [
    /^GET \/certificate\/(\d+)\/download\/format\/pem_all$/,
    ({ books, quirks }, id) => {
      const { order, certificate } = books.certificate(Number(id))
      return ok(chainText(books, quirks, order, certificate).join(''))
    },
  ],
  [
    /^GET \/certificate\/download\/order\/(\d+)\/format\/pem_all$/,
    ({ books, quirks }, id) => {
      const order = books.find(Number(id))
      const primary = books.primaryOf(order)
      if (!primary) throw new Refused(404, 'not_found|certificate', 'The certificate was not found.')
      return ok(chainText(books, quirks, order, primary).join(''))
    },
  ],
]

function shownDomain({ domains, lapsed }: Books, index: number, tells: boolean) {
  const name = [...domains][index]!
  const state = lapsed.has(name) ? 'expired' : 'complete'
  return {
    id: index + 1,
    name,
    is_active: true,
    ...(tells && { validations: [{ type: 'ov', status: 'active', dcv_status: state }] }),
  }
}

function shownProduct({ id, validation, orderYears, duplicates, moreNames }: Books['products'][number]) {
  return {
    group_name: 'ssl_certificate',
    name_id: id,
    name: id.replaceAll('_', ' '),
    type: id.startsWith('private_') ? 'private_ssl_certificate' : 'ssl_certificate',
    validation_type: validation,
    allowed_container_ids: [17],
    allowed_validity_years: [1],
    allowed_order_validity_years: orderYears,
    signature_hash_types: {
      allowed_hash_types: [
        { id: 'sha256', name: 'SHA-256' },
        { id: 'sha384', name: 'SHA-384' },
      ],
      default_hash_type_id: 'sha256',
    },
    allowed_ca_certs: [{ id: '0A1B2C3D', name: 'DigiCert Test TLS CA' }],
    duplicates_allowed: duplicates,
    additional_dns_names_allowed: moreNames,
    csr_required: true,
  }
}

function placed(books: Books, quirks: Quirks, order: BookedOrder, certificate: BookedCertificate) {
  const { request } = certificate
  const atOnce = certificate.party && {
    certificate_id: certificate.id,
    certificate_chain: chainText(books, quirks, order, certificate).map((pem) => ({
      subject_common_name: '',
      pem,
    })),
  }
  return {
    id: order.id,
    requests: [{ id: request.id, status: request.status }],
    ...atOnce,
    ...(order.randomValue !== undefined && { dcv_random_value: order.randomValue }),
  }
}

function shownOrder(books: Books, quirks: Quirks, order: BookedOrder) {
  const status = quirks.says ?? books.statusOf(order)
  const primary = books.primaryOf(order)
  const shown = primary ?? order.certificates[0]!
  return {
    id: order.id,
    status,
    certificate: {
      ...(primary && { id: primary.id, serial_number: books.serialOf(primary) }),
      common_name: shown.commonName,
      dns_names: shown.dnsNames,
      ...(!quirks.taciturn && { csr: shown.csr }),
      signature_hash: 'sha256',
      server_platform: { id: -1, name: 'Other' },
    },
    is_renewal: order.renewalOf !== undefined,
    is_renewed: order.renewedBy !== undefined,
    ...(order.renewalOf !== undefined && { renewed_order_id: order.renewalOf }),
    date_created: iso(order.created),
    order_valid_till: dayOf(order.coveredUntil),
    ...(order.organization !== undefined && { organization: { id: order.organization, name: 'Example' } }),
    product: { name_id: order.product, name: order.product, type: 'ssl_certificate' },
    dcv_method: order.dcvMethod ?? 'email',
    requests: order.requests.map(({ id, type, status: state, comments, created }) => ({
      id,
      date: iso(created),
      type,
      status: state,
      ...(!quirks.taciturn && { comments }),
    })),
  }
}

function chainText(
  books: Books,
  { handsOut }: Quirks,
  order: BookedOrder,
  certificate: BookedCertificate,
): string[] {
  return books.chainOf(handedOut(books, handsOut, order, certificate)).map(pemOf)
}

function handedOut(
  { orders }: Books,
  handsOut: Quirks['handsOut'],
  order: BookedOrder,
  certificate: BookedCertificate,
): BookedCertificate {
  if (handsOut.times === 0) return certificate
  const wrong =
    handsOut.what === 'stale'
      ? order.certificates.find((each) => each.party)
      : orders.flatMap(({ certificates }) => certificates).find((each) => each.party && each !== certificate)
  if (!wrong || wrong === certificate) return certificate
  handsOut.times--
  return wrong
}
