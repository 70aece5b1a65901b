/** What an issuer object of ACME says: which CA, on whose behalf, and what certificates are asked for. */

import type { Budget } from '../../domain/acme-account.ts'
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
import { customPreset, type Limit, type Limits, presetNames, presets } from './presets.ts'

export interface AcmeSettings {
  /** URL of the directory. */
  readonly directory: string
  /** The CA takes accounts only that are bound to one of its own. */
  readonly externalAccount: boolean
  /** `mailto:` URLs. */
  readonly contacts: readonly string[]
  /** The CA's profiles (`meta.profiles`) in order of preference; empty: whatever the CA makes if nothing is said. */
  readonly profiles: readonly string[]
  /** The common name of the topmost certificate of the chain that is preferred, if the CA offers several. */
  readonly preferredChain?: string
  /** PEM certificates that are trusted in place of the public CAs when the CA is asked. */
  readonly trustRoots: readonly string[]
  /** Whether CAA records are looked at before the CA is asked (RFC 8659). */
  readonly checkCaa: boolean
  /** Asks for a validity; most public CAs refuse to be asked. */
  readonly requestValidity: boolean
  readonly limits: Limits
  /** How control of names is proved; what it says is up to the solvers. */
  readonly challenges: unknown
}

const members = [
  'ca',
  'directory',
  'termsOfServiceAgreed',
  'contacts',
  'profiles',
  'preferredChain',
  'trustRoots',
  'checkCaa',
  'requestValidity',
  'limits',
  'challenges',
] as const

const contactsMax = 10
const profilesMax = 10
const trustRootsMax = 20
const textLengthMax = 255
const budgetKinds: readonly Budget['kind'][] = [
  'orders',
  'certificates-of-domain',
  'certificates-of-names',
  'failures',
]
const limitMost = 1_000_000
const windowSecondsMax = 31 * 86_400

/** @throws VaultError `BadParameter` that names the member. */
export function readSettings(settings: IssuerSettings): AcmeSettings {
  rejectUnknownMembers(settings, members)
  if (settings.termsOfServiceAgreed !== true)
    throw badParameter(
      'settings.termsOfServiceAgreed: read the terms of service of the CA, and send true if you agree to them.',
    )
  const preset = readCa(settings)
  const { preferredChain, challenges } = settings
  return {
    directory: preset.directory,
    externalAccount: preset.externalAccount,
    contacts: readTexts(settings, 'contacts', contactsMax).map(readContact),
    profiles: readTexts(settings, 'profiles', profilesMax),
    ...(preferredChain !== undefined && {
      preferredChain: readText('preferredChain', preferredChain, textLengthMax),
    }),
    trustRoots: readTexts(settings, 'trustRoots', trustRootsMax, 16_384).map(readTrustRoot),
    checkCaa: readSwitch('checkCaa', settings.checkCaa ?? true),
    requestValidity: readSwitch('requestValidity', settings.requestValidity ?? false),
    limits: { ...preset.limits, ...readLimits(settings.limits) },
    challenges,
  }
}

function readCa({ ca, directory }: IssuerSettings) {
  if (directory !== undefined && (ca === undefined || ca === 'custom'))
    return customPreset(readUrl('directory', directory))
  const name = presetNames.find((known) => known === ca)
  if (!name)
    throw badParameter(
      `settings.ca: send one of ${presetNames.join(', ')}, or custom with the URL of the CA's directory in settings.directory.`,
    )
  if (directory === undefined) return presets[name]
  return { ...presets[name], directory: readUrl('directory', directory) }
}

/** TLS is mandatory (RFC 8555 6.1). */
function readUrl(member: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= textLengthMax && URL.canParse(value)) {
    const { protocol, username, hash } = new URL(value)
    if (protocol === 'https:' && username === '' && hash === '') return value
  }
  throw badParameter(`settings.${member}: send an https URL without a user name.`)
}

function readTexts(
  settings: IssuerSettings,
  member: string,
  max: number,
  lengthMax = textLengthMax,
): string[] {
  return readList(member, settings[member] ?? [], max).map((text, index) =>
    readText(`${member}.${index}`, text, lengthMax),
  )
}

function readContact(contact: string): string {
  const address = contact.replace(/^mailto:/i, '')
  if (/^[^\s@?,]+@[^\s@?,]+$/.test(address)) return `mailto:${address}`
  throw badParameter('settings.contacts: send e-mail addresses.')
}

function readLimits(value: unknown): Limits {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badParameter('settings.limits: send an object.')
  const limits: Partial<Record<Budget['kind'], Limit>> = {}
  for (const [kind, limit] of Object.entries(value as Record<string, unknown>)) {
    const known = budgetKinds.find((name) => name === kind)
    if (!known)
      throw badParameter(`settings.limits.${kind.slice(0, 100)}: send one of ${budgetKinds.join(', ')}.`)
    limits[known] = readLimit(`limits.${kind}`, limit)
  }
  return limits
}

function readLimit(member: string, value: unknown): Limit {
  const { most, windowSeconds } = (value ?? {}) as Record<string, unknown>
  return {
    most: readWholeNumber(`${member}.most`, most, 1, limitMost),
    windowSeconds: readWholeNumber(`${member}.windowSeconds`, windowSeconds, 1, windowSecondsMax),
  }
}
