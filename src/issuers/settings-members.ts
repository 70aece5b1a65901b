/** Reading members of the `settings` of an issuer object. Each refusal names the member, and says what to send. */
import type { IssuerSettings } from '../domain/certificate-issuer.ts'
import { badParameter } from '../domain/errors.ts'

const pemLengthMax = 16_384

/** @throws VaultError `BadParameter`, as all below: a member that nobody reads would be a wish that nobody hears. */
export function rejectUnknownMembers(settings: IssuerSettings, known: readonly string[]): void {
  const unknown = Object.keys(settings).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw badParameter(`settings.${unknown.slice(0, 100)}: not known; send ${known.join(', ')}.`)
}

export function readText(member: string, value: unknown, lengthMax: number): string {
  if (typeof value === 'string' && value !== '' && value.length <= lengthMax) return value
  throw badParameter(`settings.${member}: send a text of 1 to ${lengthMax} characters.`)
}

export function readWholeNumber(member: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw badParameter(`settings.${member}: send a whole number from ${least} to ${most}.`)
}

export function readSwitch(member: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw badParameter(`settings.${member}: send true or false.`)
}

export function readList(member: string, value: unknown, max: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= max) return value
  throw badParameter(`settings.${member}: send a list of at most ${max}.`)
}

/** One certificate, of those under `settings.trustRoots`. */
export function readTrustRoot(text: unknown): string {
  if (
    typeof text === 'string' &&
    text.length <= pemLengthMax &&
    /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/.test(text)
  )
    return text
  throw badParameter('settings.trustRoots: send certificates as PEM text.')
}
