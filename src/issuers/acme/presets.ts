/** ACME CAs that are known by name: where their directory is, and what they let an account do in a time. */
import type { Budget } from '../../domain/acme-account.ts'

/** So many within the window of the budget; a CA that counts less strictly is asked no more often for it. */
export type Limits = Partial<Readonly<Record<Budget['kind'], Limit>>>

export interface Limit {
  readonly most: number
  readonly windowSeconds: number
}

export interface Preset {
  readonly directory: string
  /** Accounts are bound to one that exists at the CA already (RFC 8555 7.3.4). */
  readonly externalAccount: boolean
  readonly limits: Limits
}

const hour = 3600
const week = 7 * 24 * hour

/** As Let's Encrypt publishes them; renewals that name what they replace (RFC 9773) are not counted. */
const letsEncryptLimits: Limits = {
  orders: { most: 300, windowSeconds: 3 * hour },
  'certificates-of-domain': { most: 50, windowSeconds: week },
  'certificates-of-names': { most: 5, windowSeconds: week },
  failures: { most: 5, windowSeconds: hour },
}

const letsEncryptStagingLimits: Limits = {
  orders: { most: 1500, windowSeconds: 3 * hour },
  'certificates-of-domain': { most: 30_000, windowSeconds: week },
  failures: { most: 200, windowSeconds: hour },
}

/** A CA that says nothing of limits is not tried more often than this with names that it cannot validate. */
const cautious: Limits = { failures: { most: 5, windowSeconds: hour } }

const bound = (directory: string): Preset => ({ directory, externalAccount: true, limits: cautious })

export const presets = {
  letsencrypt: {
    directory: 'https://acme-v02.api.letsencrypt.org/directory',
    externalAccount: false,
    limits: letsEncryptLimits,
  },
  'letsencrypt-staging': {
    directory: 'https://acme-staging-v02.api.letsencrypt.org/directory',
    externalAccount: false,
    limits: letsEncryptStagingLimits,
  },
  zerossl: bound('https://acme.zerossl.com/v2/DV90'),
  google: bound('https://dv.acme-v02.api.pki.goog/directory'),
  'google-staging': bound('https://dv.acme-v02.test-api.pki.goog/directory'),
  'sslcom-rsa': bound('https://acme.ssl.com/sslcom-dv-rsa'),
  'sslcom-ecc': bound('https://acme.ssl.com/sslcom-dv-ecc'),
  digicert: bound('https://acme.digicert.com/v2/acme/directory/'),
  globalsign: bound('https://emea.acme.atlas.globalsign.com/directory'),
  actalis: bound('https://acme-api.actalis.com/acme/directory'),
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as PresetName[]

/** Any other CA: nothing is known of its limits. */
export function customPreset(directory: string): Preset {
  return { directory, externalAccount: false, limits: cautious }
}
