/** What is known of DigiCert's products without asking, and how long certificates live that it issues now. */
import { addMonths, secondsPerDay, type UnixSeconds } from '../../domain/time.ts'

export const defaultBaseUrl = 'https://www.digicert.com/services/v2'

/**
 * What Key Vault's words for a kind of certificate (`policy.issuer.cty`) stand for. Which products Key Vault orders is not
 * documented; `settings.products` chooses others.
 */
export const productsByWord: Readonly<Record<string, string>> = {
  'OV-SSL': 'ssl_basic',
  'EV-SSL': 'ssl_ev_basic',
}

export const productPattern = /^[a-z][a-z0-9_]{1,60}$/

/** DigiCert vouches for an organisation; `undefined`: it takes a look into the catalogue to know. */
export function namesOrganization(product: string): boolean | undefined {
  if (/_dv_|^cloud_dv/.test(product)) return false
  return /^(?:ssl|private_ssl)_/.test(product) ? true : undefined
}

/** Control of each name is proved with each order, by a method that has to be named. */
export const isDomainValidated = (product: string) => namesOrganization(product) === false

export const isPrivate = (product: string) => product.startsWith('private_')

/** Other kinds of orders, for code, mail and people, need what no policy says. */
export const isForServers = (product: string) => /^(?:private_)?ssl_|_dv_/.test(product)

/** DigiCert's steps for public certificates of servers, ahead of those of the CA/Browser Forum. */
const steps: readonly { readonly from: number; readonly days: number }[] = [
  { from: Date.UTC(2029, 2, 15) / 1000, days: 46 },
  { from: Date.UTC(2027, 2, 15) / 1000, days: 99 },
]
const daysNow = 199
const privateDaysMax = 3 * 365

/** In days, for a certificate that is issued at that time. */
export function longestLife(product: string, now: UnixSeconds): number {
  if (isPrivate(product)) return privateDaysMax
  return steps.find(({ from }) => now >= from)?.days ?? daysNow
}

/** Calendar months in days, counted from now. */
export function daysOf(months: number, now: UnixSeconds): number {
  return Math.floor((addMonths(now, months) - now) / secondsPerDay)
}
