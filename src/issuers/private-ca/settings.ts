/** What an issuer object of the private CA says: which authority signs, and under which profile. */
import type { IssuerSettings } from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import { isObjectName } from '../../domain/names.ts'
import { objectIdentifierPattern } from '../../domain/policy-rules.ts'
import { anyPolicy } from '../../x509/object-identifiers.ts'
import { readWholeNumber, rejectUnknownMembers } from '../settings-members.ts'
import { type ProfileName, profileNames } from './profiles.ts'

export interface PrivateCaSettings {
  /** The name of an authority of the same vault. */
  readonly authority: string
  readonly profile: ProfileName
  /** No certificate lives longer, in days; the authority has a bound of its own. */
  readonly validityDaysMax?: number
  /** How many CAs there may be below those of the profile `subordinate-ca`, unless a policy asks for fewer; 0 if absent. */
  readonly pathLength?: number
  /** Certificate policies that every certificate names (RFC 5280 4.2.1.4), dotted identifiers. */
  readonly policyOids: readonly string[]
  /** Certificates that live no longer, in days, say that nothing tells of their revocation (RFC 9608). */
  readonly shortLivedDays?: number
}

/** Fits the policies that Key Vault's clients make without being told. */
const usualProfile: ProfileName = 'tls-both'
const members = ['authority', 'profile', 'validityDaysMax', 'pathLength', 'policyOids', 'shortLivedDays']
const daysMax = 36_525
const pathLengthMax = 10
/** As TLS Baseline Requirements 1.6.1: what lives longer has to be revocable. */
const shortLivedDaysMax = 7
const policiesMax = 10
/** Those of the CA/Browser Forum promise what public CAs are audited for. */
const publicPolicies = '2.23.140.1.'

/** @throws VaultError `BadParameter` that names the member. */
export function readSettings(settings: IssuerSettings): PrivateCaSettings {
  rejectUnknownMembers(settings, members)
  const { authority, profile = usualProfile, validityDaysMax, pathLength, shortLivedDays } = settings
  if (typeof authority !== 'string' || !isObjectName(authority))
    throw badParameter('settings.authority: send the name of an authority of this vault.')
  const known = profileNames.find((name) => name === profile)
  if (!known) throw badParameter(`settings.profile: send one of ${profileNames.join(', ')}.`)
  if (pathLength !== undefined && known !== 'subordinate-ca')
    throw badParameter('settings.pathLength: only the profile subordinate-ca has one; leave it out.')
  if (shortLivedDays !== undefined && known === 'subordinate-ca')
    throw badParameter('settings.shortLivedDays: a CA has to be revocable (RFC 9608 2); leave it out.')
  return {
    authority,
    profile: known,
    ...(validityDaysMax !== undefined && {
      validityDaysMax: readWholeNumber('validityDaysMax', validityDaysMax, 1, daysMax),
    }),
    ...(pathLength !== undefined && {
      pathLength: readWholeNumber('pathLength', pathLength, 0, pathLengthMax),
    }),
    policyOids: policiesOf(settings.policyOids ?? []),
    ...(shortLivedDays !== undefined && {
      shortLivedDays: readWholeNumber('shortLivedDays', shortLivedDays, 1, shortLivedDaysMax),
    }),
  }
}

function policiesOf(value: unknown): readonly string[] {
  const refused = (what: string) => badParameter(`settings.policyOids: ${what}.`)
  const isPolicy = (item: unknown) => typeof item === 'string' && objectIdentifierPattern.test(item)
  if (!Array.isArray(value) || value.length > policiesMax || !value.every(isPolicy))
    throw refused(
      `send an array of ${policiesMax} object identifiers at most, such as ["1.3.6.1.4.1.32473.1"]`,
    )
  if (new Set(value).size < value.length) throw refused('send each object identifier once')
  if (value.includes(anyPolicy)) throw refused(`${anyPolicy} stands for every policy; send your own`)
  if (value.some((oid) => oid.startsWith(publicPolicies)))
    throw refused(`those below ${publicPolicies.slice(0, -1)} are of public CAs; send your own`)
  return value
}
