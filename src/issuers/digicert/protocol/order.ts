/** Orders: placing them, reading them, and giving them up. */
import type { UnixSeconds } from '../../../domain/time.ts'
import type { Der } from '../../../x509/der.ts'
import type { ApiAnswer, Call } from './api.ts'
import type { Members } from './members.ts'
import { certificatesIn } from './pem-certificates.ts'
import { plainText } from './plain-text.ts'

/** What one certificate is to be, in a new order or within one. */
export interface CertificateWish {
  readonly commonName: string
  /** The common name is not among them. */
  readonly dnsNames: readonly string[]
  /** PEM. */
  readonly csr: string
  readonly signatureHash: string
  readonly days: number
  readonly caCertificate?: string
  readonly profileOption?: string
}

export interface OrderWish {
  readonly certificate: CertificateWish
  readonly organization?: number
  readonly contacts: readonly { readonly type: string; readonly userId: number }[]
  /** What is paid for. */
  readonly years: number
  readonly dcvMethod?: string
  readonly container?: number
  readonly skipApproval: boolean
  readonly payment?: string
  readonly renewalOf?: number
  /** By which an order is known again whose answer was lost. */
  readonly comments: string
  readonly customFields: readonly { readonly id: number; readonly value: string }[]
}

/** What is said of an order, or of a reissue, when it is placed. */
export interface PlacedOrder {
  readonly id: number
  readonly request?: number
  readonly certificate?: number
  /** Present where it was issued at once. */
  readonly chain: readonly Der[]
  readonly randomValue?: string
}

export interface OrderRequest {
  readonly id: number
  /** `new_request`, `reissue`, `duplicate`, `revoke`. */
  readonly type: string
  readonly status: string
  readonly comments: string
  readonly created?: UnixSeconds
}

export interface OrderInfo {
  readonly id: number
  readonly status: string
  /** Of the primary certificate; absent until there is one. */
  readonly certificate?: number
  readonly serialNumber?: string
  readonly commonName: string
  readonly dnsNames: readonly string[]
  /** PEM, as it was sent; not told by every answer. */
  readonly csr?: string
  readonly created?: UnixSeconds
  readonly coveredUntil?: UnixSeconds
  readonly product?: string
  readonly organization?: number
  readonly dcvMethod?: string
  readonly isRenewal: boolean
  readonly isRenewed: boolean
  readonly renewedOrder?: number
  readonly requests: readonly OrderRequest[]
}

const namesMax = 1000
const requestsMax = 1000
const csrLengthMax = 32_768
const pemLengthMax = 32_768

/** Two of them are two orders, and both are billed. */
export function submitOrder(product: string, wish: OrderWish): Call<PlacedOrder> {
  const { organization, contacts, dcvMethod, container, payment, renewalOf, customFields } = wish
  return {
    method: 'POST',
    path: `/order/certificate/${encodeURIComponent(product)}`,
    effect: 'create',
    body: {
      certificate: certificateBody(wish.certificate),
      ...(organization !== undefined && {
        organization: {
          id: organization,
          ...(contacts.length > 0 && {
            contacts: contacts.map(({ type, userId }) => ({ contact_type: type, user_id: userId })),
          }),
        },
      }),
      order_validity: { years: wish.years },
      // This vault renews. If DigiCert did so too, both would be paid for.
      auto_renew: 0,
      skip_approval: wish.skipApproval,
      comments: wish.comments,
      ...(dcvMethod !== undefined && { dcv_method: dcvMethod }),
      ...(container !== undefined && { container: { id: container } }),
      ...(payment !== undefined && { payment_method: payment }),
      ...(renewalOf !== undefined && { renewal_of_order_id: renewalOf }),
      ...(customFields.length > 0 && {
        custom_fields: customFields.map(({ id, value }) => ({ metadata_id: id, value })),
      }),
      ...(product.startsWith('private_') && { product: { type_hint: 'private' } }),
    },
    read: readPlaced,
  }
}

/** `reissue` makes another primary certificate of the order, `duplicate` one beside it. Neither is billed. */
export function submitWithin(
  order: number,
  kind: 'reissue' | 'duplicate',
  wish: Pick<OrderWish, 'certificate' | 'skipApproval' | 'comments'>,
): Call<PlacedOrder> {
  return {
    method: 'POST',
    path: `/order/certificate/${order}/${kind}`,
    effect: 'create',
    body: {
      certificate: certificateBody(wish.certificate),
      skip_approval: wish.skipApproval,
      comments: wish.comments,
    },
    read: readPlaced,
  }
}

function certificateBody(wish: CertificateWish) {
  return {
    common_name: wish.commonName,
    dns_names: wish.dnsNames,
    csr: wish.csr,
    signature_hash: wish.signatureHash,
    server_platform: { id: -1 },
    cert_validity: { days: wish.days },
    ...(wish.caCertificate !== undefined && { ca_cert_id: wish.caCertificate }),
    ...(wish.profileOption !== undefined && { profile_option: wish.profileOption }),
  }
}

function readPlaced(answer: ApiAnswer): PlacedOrder {
  const members = answer.json()
  const request = members.objects('requests', requestsMax)[0]?.optionalId('id')
  const certificate = members.optionalId('certificate_id')
  const randomValue = members.optionalText('dcv_random_value', 255)
  const pem = members.objects('certificate_chain', 20).map((entry) => entry.text('pem', pemLengthMax))
  return {
    id: members.id('id'),
    ...(request !== undefined && { request }),
    ...(certificate !== undefined && { certificate }),
    ...(randomValue !== undefined && { randomValue: plainText(randomValue, 255) }),
    // What cannot be read of a certificate is asked for again: the order stands.
    chain: certificatesIn(pem.join('\n')) ?? [],
  }
}

/** @param order its number; or the serial number (hex, upper case) of its primary certificate. */
export function readOrder(order: number | string): Call<OrderInfo> {
  return {
    method: 'GET',
    path: `/order/certificate/${order}`,
    effect: 'read',
    read: (answer) => readInfo(answer.json()),
  }
}

function readInfo(members: Members): OrderInfo {
  const certificate = members.optionalObject('certificate')
  const organization =
    members.optionalObject('organization')?.optionalId('id') ??
    certificate?.optionalObject('organization')?.optionalId('id')
  return {
    id: members.id('id'),
    status: members.text('status', 100).toLowerCase(),
    commonName: certificate?.optionalText('common_name') ?? '',
    dnsNames: certificate?.texts('dns_names', namesMax) ?? [],
    isRenewal: members.flag('is_renewal'),
    isRenewed: members.flag('is_renewed'),
    requests: members.objects('requests', requestsMax).flatMap(readRequest),
    ...present({
      certificate: certificate?.optionalId('id'),
      serialNumber: certificate?.optionalText('serial_number', 100),
      csr: certificate?.optionalText('csr', csrLengthMax),
      created: members.optionalTime('date_created'),
      coveredUntil: members.optionalTime('order_valid_till'),
      product: members.optionalObject('product')?.optionalText('name_id', 100),
      organization,
      dcvMethod: members.optionalText('dcv_method', 100),
      renewedOrder: members.optionalId('renewed_order_id'),
    }),
  }
}

function readRequest(members: Members): OrderRequest[] {
  const id = members.optionalId('id')
  if (id === undefined) return []
  const created = members.optionalTime('date')
  return [
    {
      id,
      type: members.optionalText('type', 100)?.toLowerCase() ?? '',
      status: members.optionalText('status', 100)?.toLowerCase() ?? '',
      comments: members.optionalText('comments', 4000) ?? '',
      ...(created !== undefined && { created }),
    },
  ]
}

/** Members that are there, alone: an absent one has no value. */
type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>
}

/** Little more than where to look. */
export interface ListedOrder {
  readonly id: number
  readonly commonName: string
  readonly created?: UnixSeconds
}

/** One page of them. */
export interface ListedOrders {
  readonly orders: readonly ListedOrder[]
  /** Of all pages. */
  readonly total: number
}

export const listedAtOnceMax = 1000

/** The newest first, if DigiCert keeps to it: filter and order are wishes that it was seen to pass over. */
export function listOrders(
  filter: { readonly common_name: string } | { readonly status: string },
  offset: number,
): Call<ListedOrders> {
  const query = new URLSearchParams({
    limit: String(listedAtOnceMax),
    offset: String(offset),
    sort: '-date_created',
  })
  for (const [name, value] of Object.entries(filter)) query.set(`filters[${name}]`, value)
  return {
    method: 'GET',
    path: `/order/certificate?${query}`,
    effect: 'read',
    read(answer) {
      const members = answer.json()
      const orders = members.objects('orders', listedAtOnceMax).map((order) => {
        const created = order.optionalTime('date_created')
        const commonName = order.optionalObject('certificate')?.optionalText('common_name') ?? ''
        return { id: order.id('id'), commonName, ...(created !== undefined && { created }) }
      })
      return { orders, total: members.optionalObject('page')?.optionalId('total') ?? orders.length }
    },
  }
}

/** On an order that waits for a reissue it gives up the reissue alone. */
export function cancelOrder(order: number): Call<void> {
  return {
    method: 'PUT',
    path: `/order/certificate/${order}/status`,
    effect: 'change',
    body: { status: 'CANCELED', note: 'Given up by certkeep.', send_emails: false },
    read() {},
  }
}

/** Somebody in the account would have had to agree to it. */
export function rejectRequest(request: number): Call<void> {
  return {
    method: 'PUT',
    path: `/request/${request}/status`,
    effect: 'change',
    body: { status: 'rejected', processor_comment: 'Given up by certkeep.' },
    read() {},
  }
}
