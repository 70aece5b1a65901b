/** Reading members of an entry of `settings.challenges`. What is wrong is said in a sentence that begins with the member. */
import { badParameter } from '../domain/errors.ts'
import { isObjectName } from '../domain/names.ts'

type Members = Readonly<Record<string, unknown>>

const textLengthMax = 1024

/** @throws VaultError `BadParameter`, as all below: a member that nobody reads would be a wish that nobody hears. */
export function rejectUnknownMembers(members: Members, known: readonly string[]): void {
  const unknown = Object.keys(members).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw badParameter(`${unknown.slice(0, 100)}: not known; send ${known.join(', ')}.`)
}

export function readText(members: Members, name: string): string {
  const value = members[name]
  // Line ends and other controls have no place in names, addresses and keys.
  if (typeof value === 'string' && value !== '' && value.length <= textLengthMax && !/\p{Cc}/u.test(value))
    return value
  throw badParameter(`${name}: send a text of 1 to ${textLengthMax} characters in one line.`)
}

export function readOptionalText(members: Members, name: string): string | undefined {
  return members[name] === undefined ? undefined : readText(members, name)
}

/** The name of a secret of the vault. Secrets themselves never lie in settings. */
export function readSecretName(members: Members, name: string): string {
  const value = members[name]
  if (typeof value === 'string' && isObjectName(value)) return value
  throw badParameter(`${name}: send the name of a secret of this vault, not the secret itself.`)
}

export function readChoice<T extends string>(members: Members, name: string, choices: readonly T[]): T {
  const value = members[name]
  const choice = choices.find((known) => known === value)
  if (choice !== undefined) return choice
  throw badParameter(`${name}: send one of ${choices.join(', ')}.`)
}

export function readSwitch(members: Members, name: string, otherwise: boolean): boolean {
  const value = members[name] ?? otherwise
  if (typeof value === 'boolean') return value
  throw badParameter(`${name}: send true or false.`)
}

export function readWholeNumber(
  members: Members,
  name: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const value = members[name] ?? otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw badParameter(`${name}: send a whole number from ${least} to ${most}.`)
}

export function readTexts(members: Members, name: string, max: number): readonly string[] {
  const value = members[name] ?? []
  if (Array.isArray(value) && value.length <= max)
    return value.map((_, index) => readText({ [name]: value[index] }, name))
  throw badParameter(`${name}: send a list of at most ${max} texts.`)
}

/** A URL that begins with `https:`, without user name, query and fragment; without a slash at the end. */
export function readHttpsUrl(members: Members, name: string): string {
  const text = readText(members, name)
  const url = URL.parse(text)
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && !/[?#]/.test(text))
    return text.replace(/\/+$/, '')
  throw badParameter(`${name}: send an https URL without user name and query.`)
}

/** A DNS name in A-labels. @returns it in lower case, without a dot at the end. */
export function readDnsName(members: Members, name: string): string {
  const text = readText(members, name).toLowerCase().replace(/\.$/, '')
  if (text.length <= 253 && text.split('.').every((label) => dnsLabel.test(label))) return text
  throw badParameter(`${name}: send a DNS name such as example.org, in its xn-- form where it is not ASCII.`)
}

const dnsLabel = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
