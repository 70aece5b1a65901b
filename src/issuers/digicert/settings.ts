/** What an issuer object of DigiCert says beyond Key Vault's members: which product, how it is paid, and how it goes on. */
import type { IssuerSettings } from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import {
  readList,
  readSwitch,
  readText,
  readTrustRoot,
  readWholeNumber,
  rejectUnknownMembers,
} from '../settings-members.ts'
import {
  defaultBaseUrl,
  isDomainValidated,
  isForServers,
  productPattern,
  productsByWord,
} from './products.ts'

/**
 * What follows a certificate of the same name. `reissue`: another one within its order, as long as that is covered, then a
 * renewal. `duplicate`: the same, beside the former. `renew`: an order that carries the rest of the former one on. `new`: an
 * order that knows of no other.
 */
export type Continuation = 'reissue' | 'duplicate' | 'renew' | 'new'

export interface DigiCertSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** PEM certificates that are trusted in place of the public CAs when DigiCert is asked. */
  readonly trustRoots: readonly string[]
  /** For policies that name no kind of certificate. */
  readonly product: string
  /** By the word of the policy, in upper case. */
  readonly products: ReadonlyMap<string, string>
  /** What an order covers and is paid for. */
  readonly orderYears: number
  /** Of a certificate; otherwise the policy says. */
  readonly validityDays?: number
  readonly continuation: Continuation
  /** Orders that were placed elsewhere, by their numbers: the first certificate of their name continues them. */
  readonly continues: readonly number[]
  readonly payment?: string
  /** How control of names is proved that DigiCert has not validated before. */
  readonly dcvMethod?: string
  readonly skipApproval: boolean
  readonly container?: number
  readonly signatureHash: string
  readonly caCertificate?: string
  readonly profileOption?: string
  readonly contacts: readonly { readonly type: string; readonly userId: number }[]
  readonly customFields: readonly { readonly id: number; readonly value: string }[]
  readonly recordTraffic: boolean
}

const members = [
  'baseUrl',
  'trustRoots',
  'product',
  'products',
  'orderYears',
  'validityDays',
  'continuation',
  'continues',
  'payment',
  'dcvMethod',
  'skipApproval',
  'container',
  'signatureHash',
  'caCertificate',
  'profileOption',
  'contacts',
  'customFields',
  'recordTraffic',
] as const

const continuations = ['reissue', 'duplicate', 'renew', 'new'] as const
const payments = ['balance', 'card', 'profile', 'wire_transfer'] as const
const dcvMethods = ['email', 'dns-txt-token', 'dns-cname-token', 'http-token'] as const
const hashes = ['sha256', 'sha384', 'sha512'] as const
const profileOptions = ['server_client_auth_eku', 'server_auth_only_eku', 'kdc_smart_card'] as const
const contactTypes = ['organization_contact', 'technical_contact', 'ev_approver'] as const
const listMax = 20
const continuesMax = 50
const idMax = Number.MAX_SAFE_INTEGER

/** @throws VaultError `BadParameter` that names the member. */
export function readSettings(settings: IssuerSettings): DigiCertSettings {
  rejectUnknownMembers(settings, members)
  const { validityDays, container, caCertificate } = settings
  const product = readProduct('product', settings.product ?? productsByWord['OV-SSL'])
  const payment = readWord(settings, 'payment', payments)
  const dcvMethod = readWord(settings, 'dcvMethod', dcvMethods)
  const profileOption = readWord(settings, 'profileOption', profileOptions)
  if (isDomainValidated(product) && dcvMethod === undefined)
    throw badParameter(
      `settings.dcvMethod: ${product} proves control of each name with each order; send one of ${dcvMethods.join(', ')}.`,
    )
  return {
    baseUrl: readBaseUrl(settings.baseUrl ?? defaultBaseUrl),
    trustRoots: readList(
      'trustRoots',
      settings.trustRoots === undefined ? [] : settings.trustRoots,
      listMax,
    ).map(readTrustRoot),
    product,
    products: readProducts(settings.products),
    orderYears: readWholeNumber('orderYears', settings.orderYears ?? 1, 1, 3),
    continuation: readWord(settings, 'continuation', continuations) ?? 'reissue',
    continues: readList(
      'continues',
      settings.continues === undefined ? [] : settings.continues,
      continuesMax,
    ).map((id, index) => readWholeNumber(`continues.${index}`, id, 1, idMax)),
    skipApproval: readSwitch('skipApproval', settings.skipApproval ?? true),
    signatureHash: readWord(settings, 'signatureHash', hashes) ?? 'sha256',
    contacts: readList('contacts', settings.contacts === undefined ? [] : settings.contacts, listMax).map(
      readContact,
    ),
    customFields: readList(
      'customFields',
      settings.customFields === undefined ? [] : settings.customFields,
      listMax,
    ).map(readCustomField),
    recordTraffic: readSwitch('recordTraffic', settings.recordTraffic ?? false),
    ...(validityDays !== undefined && {
      validityDays: readWholeNumber('validityDays', validityDays, 1, 1095),
    }),
    ...(payment !== undefined && { payment }),
    ...(dcvMethod !== undefined && { dcvMethod }),
    ...(container !== undefined && { container: readWholeNumber('container', container, 1, idMax) }),
    ...(caCertificate !== undefined && { caCertificate: readText('caCertificate', caCertificate, 100) }),
    ...(profileOption !== undefined && { profileOption }),
  }
}

/** The API key goes there: in TLS, and to no other place. */
function readBaseUrl(value: unknown): string {
  if (typeof value === 'string' && value.length <= 255 && URL.canParse(value)) {
    const { protocol, username, search, hash } = new URL(value)
    if (protocol === 'https:' && username === '' && search === '' && hash === '')
      return value.replace(/\/+$/, '')
  }
  throw badParameter(
    `settings.baseUrl: send the https URL of the Services API, such as ${defaultBaseUrl}, without user name and query.`,
  )
}

function readProduct(member: string, value: unknown): string {
  if (typeof value !== 'string' || !productPattern.test(value))
    throw badParameter(`settings.${member}: send the name_id of a product, such as ssl_basic.`)
  if (isForServers(value)) return value
  throw badParameter(
    `settings.${member}: ${value} is no product for TLS servers; send one such as ssl_basic, ssl_ev_basic, ssl_dv_rapidssl or private_ssl_plus.`,
  )
}

function readProducts(value: unknown): ReadonlyMap<string, string> {
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badParameter('settings.products: send an object, such as {"OV-SSL": "ssl_basic"}.')
  const entries = Object.entries(value)
  if (entries.length > listMax) throw badParameter(`settings.products: send at most ${listMax}.`)
  return new Map(
    entries.map(([word, product]) => [
      word.toUpperCase(),
      readProduct(`products.${word.slice(0, 100)}`, product),
    ]),
  )
}

function readWord<T extends string>(
  settings: IssuerSettings,
  member: string,
  words: readonly T[],
): T | undefined {
  const value = settings[member]
  if (value === undefined) return undefined
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  throw badParameter(`settings.${member}: send one of ${words.join(', ')}.`)
}

function readContact(value: unknown, index: number): { type: string; userId: number } {
  const { type, userId } = (value ?? {}) as Record<string, unknown>
  const known = contactTypes.find((word) => word === type)
  if (known === undefined)
    throw badParameter(`settings.contacts.${index}.type: send one of ${contactTypes.join(', ')}.`)
  return { type: known, userId: readWholeNumber(`contacts.${index}.userId`, userId, 1, idMax) }
}

function readCustomField(value: unknown, index: number): { id: number; value: string } {
  const { id, value: text } = (value ?? {}) as Record<string, unknown>
  return {
    id: readWholeNumber(`customFields.${index}.id`, id, 1, idMax),
    value: readText(`customFields.${index}.value`, text, 255),
  }
}
