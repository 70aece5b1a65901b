/** What the arguments of `certkeep ca` say. Limits are the vault's to know. */
import type { CurveName } from '../domain/certificate-policy.ts'
import { Secret } from '../domain/secret.ts'
import { seconds, type UnixSeconds } from '../domain/time.ts'
import type { AuthorityChange, AuthorityInput, ImportAuthorityInput } from '../vault/identity/administer.ts'
import { type CommandContext, UsageError } from './command.ts'
import { readPasswordFile, readTextFile } from './text-file.ts'

export const rulesOptions = {
  'validity-days-max': { type: 'string' },
  'base-url': { type: 'string' },
  'crl-hours': { type: 'string' },
  'delta-hours': { type: 'string' },
  partitions: { type: 'string' },
} as const

type Values<Name extends string> = { readonly [Key in Name]?: string }
type RulesValues = Values<keyof typeof rulesOptions>

export interface CreationValues
  extends RulesValues,
    Values<'subject' | 'parent' | 'key' | 'years' | 'path-length'> {
  readonly requested?: boolean
  readonly permit?: readonly string[]
  readonly exclude?: readonly string[]
  readonly eku?: readonly string[]
}

/** @throws UsageError. */
export function readCreation(values: CreationValues, usage: string): AuthorityInput {
  const { subject, parent, requested, key, years, permit = [], exclude = [], eku } = values
  if (subject === undefined) throw new UsageError('--subject is missing', usage)
  if (requested && parent !== undefined)
    throw new UsageError('--parent and --requested cannot both be given', usage)
  const otherwise = parent === undefined ? 'root' : 'intermediate'
  const pathLength = values['path-length']
  const constraints = { permitted: subtrees(permit, usage), excluded: subtrees(exclude, usage) }
  return {
    kind: requested ? 'requested' : otherwise,
    subject,
    ...(parent !== undefined && { parent }),
    ...(key !== undefined && { key: readKey(key, usage) }),
    ...(years !== undefined && { validityYears: number('years', years, usage) }),
    ...(pathLength !== undefined && { pathLength: number('path-length', pathLength, usage) }),
    ...(permit.length + exclude.length > 0 && { nameConstraints: constraints }),
    ...(eku && { ekus: eku }),
    ...readRules(values, usage),
  }
}

/** @throws UsageError, or Unusable when a file cannot be read. */
export function readImport(
  values: RulesValues & Values<'file' | 'password-file'>,
  context: CommandContext,
  usage: string,
): ImportAuthorityInput {
  const { file, 'password-file': passwordFile } = values
  return {
    value: new Secret(readText(file, '--file', context, usage)),
    ...(passwordFile !== undefined && { password: readPasswordFile(passwordFile, context) }),
    ...readRules(values, usage),
  }
}

/** @throws UsageError. */
export function readChange(
  values: RulesValues & Values<'successor' | 'from'> & { readonly retire?: boolean },
  usage: string,
): AuthorityChange {
  const { retire, successor, from } = values
  if (from !== undefined && successor === undefined)
    throw new UsageError('--from says when --successor takes over', usage)
  const change = {
    ...(retire && { retired: true as const }),
    ...(successor !== undefined && {
      successor: { name: successor, ...(from !== undefined && { from: readTime('from', from, usage) }) },
    }),
    ...readRules(values, usage),
  }
  if (Object.keys(change).length > 0) return change
  throw new UsageError('say what is to change: --retire, --successor, or one of the rules', usage)
}

/** @throws UsageError when no file is named, Unusable when it cannot be read. */
export function readText(
  file: string | undefined,
  option: string,
  context: CommandContext,
  usage: string,
): string {
  if (file === undefined) throw new UsageError(`${option} is missing`, usage)
  return readTextFile(file, option, context)
}

function readRules(values: RulesValues, usage: string): Pick<AuthorityInput, 'rules'> {
  const [days, url, crl] = [values['validity-days-max'], values['base-url'], values['crl-hours']]
  const [delta, partitions] = [values['delta-hours'], values.partitions]
  const rules = {
    ...(days !== undefined && { validityDaysMax: number('validity-days-max', days, usage) }),
    ...(url !== undefined && { baseUrl: url }),
    ...(crl !== undefined && { crlHours: number('crl-hours', crl, usage) }),
    ...(delta !== undefined && { deltaHours: number('delta-hours', delta, usage) }),
    ...(partitions !== undefined && { partitions: number('partitions', partitions, usage) }),
  }
  return Object.keys(rules).length > 0 ? { rules } : {}
}

const keys: Readonly<Record<string, NonNullable<AuthorityInput['key']>>> = {
  ...Object.fromEntries(
    (['P-256', 'P-384', 'P-521'] satisfies CurveName[]).map((curve) => [curve, { keyType: 'EC', curve }]),
  ),
  ...Object.fromEntries([2048, 3072, 4096].map((keySize) => [`RSA-${keySize}`, { keyType: 'RSA', keySize }])),
}

function readKey(text: string, usage: string): NonNullable<AuthorityInput['key']> {
  const key = Object.hasOwn(keys, text) ? keys[text] : undefined
  if (key) return key
  throw new UsageError(`--key ${text}: one of ${Object.keys(keys).join(', ')} is needed`, usage)
}

function subtrees(texts: readonly string[], usage: string) {
  const names = texts.map((text) => /^(dns|ip|email|uri):(.*)$/s.exec(text))
  const wrong = names.indexOf(null)
  if (wrong >= 0)
    throw new UsageError(`'${texts[wrong]}' is no name constraint such as dns:example.org`, usage)
  const of = (kind: string) => names.flatMap((match) => (match![1] === kind ? [match![2]!] : []))
  return {
    dnsNames: of('dns'),
    ipRanges: of('ip'),
    emails: of('email'),
    uriHosts: of('uri'),
    directoryNames: [],
  }
}

/** @param option that says it. @throws UsageError. */
export function readTime(option: string, text: string, usage: string): UnixSeconds {
  const milliseconds = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(milliseconds))
    throw new UsageError(`--${option} ${text}: a time such as 2027-01-31T00:00:00Z is needed`, usage)
  return seconds(milliseconds / 1000)
}

function number(option: string, text: string, usage: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UsageError(`--${option} ${text}: a whole number is needed`, usage)
}
