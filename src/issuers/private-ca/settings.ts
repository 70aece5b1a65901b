/** What an issuer object of the private CA says: which authority signs, and under which profile. */
import type { IssuerSettings } from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import { isObjectName } from '../../domain/names.ts'
import { type ProfileName, profileNames } from './profiles.ts'

export interface PrivateCaSettings {
  /** The name of an authority of the same vault. */
  readonly authority: string
  readonly profile: ProfileName
  /** No certificate lives longer, in days; the authority has a bound of its own. */
  readonly validityDaysMax?: number
  /** How many CAs there may be below those of the profile `subordinate-ca`, unless a policy asks for fewer; 0 if absent. */
  readonly pathLength?: number
}

/** Fits the policies that Key Vault's clients make without being told. */
const usualProfile: ProfileName = 'tls-both'
const members = ['authority', 'profile', 'validityDaysMax', 'pathLength']
const daysMax = 36_525
const pathLengthMax = 10

/** @throws VaultError `BadParameter` that names the member. */
export function readSettings(settings: IssuerSettings): PrivateCaSettings {
  const unknown = Object.keys(settings).find((name) => !members.includes(name))
  if (unknown !== undefined)
    throw badParameter(`settings.${unknown.slice(0, 100)}: not known; send ${members.join(', ')}.`)
  const { authority, profile = usualProfile, validityDaysMax, pathLength } = settings
  if (typeof authority !== 'string' || !isObjectName(authority))
    throw badParameter('settings.authority: send the name of an authority of this vault.')
  const known = profileNames.find((name) => name === profile)
  if (!known) throw badParameter(`settings.profile: send one of ${profileNames.join(', ')}.`)
  if (pathLength !== undefined && known !== 'subordinate-ca')
    throw badParameter('settings.pathLength: only the profile subordinate-ca has one; leave it out.')
  return {
    authority,
    profile: known,
    ...(validityDaysMax !== undefined && {
      validityDaysMax: wholeNumber('validityDaysMax', validityDaysMax, 1, daysMax),
    }),
    ...(pathLength !== undefined && { pathLength: wholeNumber('pathLength', pathLength, 0, pathLengthMax) }),
  }
}

function wholeNumber(member: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw badParameter(`settings.${member}: send a whole number from ${min} to ${max}.`)
}
