/** What a certificate may be for: one table from the name of a profile to its usages, purposes and names (RFC 5280 4.2.1). */
import type { KeyUsageWord } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import type { SubjectAlternativeNames } from '../../domain/subject.ts'
import type { CertificateKind } from '../../x509/lint/lint.ts'
import { keyPurpose } from '../../x509/object-identifiers.ts'

export type NameKind = keyof SubjectAlternativeNames

export interface Profile {
  /** Key usages that have to be there, and those that may. The first list is what is given where nothing is asked for. */
  readonly keyUsage: { readonly needed: readonly KeyUsageWord[]; readonly allowed: readonly KeyUsageWord[] }
  /** Purposes; what is given where nothing is asked for, and what may be asked for. `any` binds to none. */
  readonly ekus: { readonly usual: readonly string[]; readonly allowed: readonly string[] | 'any' }
  readonly names: readonly NameKind[]
  /** Of these kinds there has to be a name. */
  readonly needsNameOf: readonly NameKind[]
  readonly ca: boolean
  readonly lintKind: CertificateKind
}

const { serverAuth, clientAuth, codeSigning, emailProtection } = keyPurpose
const tlsUsage = {
  needed: ['digitalSignature'],
  allowed: ['digitalSignature', 'keyEncipherment', 'keyAgreement'],
} as const
const clientNames: readonly NameKind[] = ['dnsNames', 'emails', 'upns', 'uris', 'ipAddresses']

export const profiles = {
  'tls-server': {
    keyUsage: tlsUsage,
    ekus: { usual: [serverAuth], allowed: [serverAuth] },
    names: ['dnsNames', 'ipAddresses'],
    needsNameOf: ['dnsNames', 'ipAddresses'],
    ca: false,
    lintKind: 'server',
  },
  'tls-client': {
    keyUsage: { needed: ['digitalSignature'], allowed: ['digitalSignature'] },
    ekus: { usual: [clientAuth], allowed: [clientAuth] },
    names: clientNames,
    needsNameOf: [],
    ca: false,
    lintKind: 'client',
  },
  'tls-both': {
    keyUsage: tlsUsage,
    ekus: { usual: [serverAuth, clientAuth], allowed: [serverAuth, clientAuth] },
    names: ['dnsNames', 'ipAddresses', 'uris'],
    needsNameOf: ['dnsNames', 'ipAddresses'],
    ca: false,
    lintKind: 'server',
  },
  'code-signing': {
    keyUsage: { needed: ['digitalSignature'], allowed: ['digitalSignature'] },
    ekus: { usual: [codeSigning], allowed: [codeSigning] },
    names: [],
    needsNameOf: [],
    ca: false,
    lintKind: 'other-leaf',
  },
  smime: {
    keyUsage: {
      needed: ['digitalSignature'],
      allowed: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement'],
    },
    ekus: { usual: [emailProtection], allowed: [emailProtection] },
    names: ['emails'],
    needsNameOf: ['emails'],
    ca: false,
    lintKind: 'other-leaf',
  },
  device: {
    keyUsage: tlsUsage,
    ekus: { usual: [clientAuth], allowed: [clientAuth, serverAuth] },
    names: ['dnsNames', 'ipAddresses', 'uris'],
    needsNameOf: [],
    ca: false,
    lintKind: 'other-leaf',
  },
  'subordinate-ca': {
    keyUsage: {
      needed: ['keyCertSign', 'cRLSign'],
      allowed: ['keyCertSign', 'cRLSign', 'digitalSignature'],
    },
    ekus: { usual: [], allowed: 'any' },
    names: [],
    needsNameOf: [],
    ca: true,
    lintKind: 'intermediate',
  },
} as const satisfies Readonly<Record<string, Profile>>

export type ProfileName = keyof typeof profiles
export const profileNames = Object.keys(profiles) as readonly ProfileName[]

/** What a certificate would say, as far as a profile judges it. */
export interface ProfiledContent {
  readonly keyUsage: readonly KeyUsageWord[]
  readonly ekus: readonly string[]
  readonly sans: SubjectAlternativeNames
  readonly basicConstraints: { readonly ca: boolean }
}

/** @throws VaultError `BadParameter` that names what does not fit the profile, and what would. */
export function checkProfile(name: ProfileName, content: ProfiledContent): void {
  const profile: Profile = profiles[name]
  checkKeyUsage(name, profile, content.keyUsage)
  checkPurposes(name, profile, content.ekus)
  checkNames(name, profile, content.sans)
  if (content.basicConstraints.ca && !profile.ca)
    throw misfit(name, 'basic_constraints', 'it makes no CA certificates; leave ca out')
}

function checkKeyUsage(
  name: ProfileName,
  { keyUsage: { needed, allowed } }: Profile,
  words: readonly KeyUsageWord[],
) {
  const foreign = words.find((word) => !allowed.includes(word))
  if (foreign) throw misfit(name, 'key_usage', `${foreign} is not among ${allowed.join(', ')}`)
  const missing = needed.find((word) => !words.includes(word))
  if (missing) throw misfit(name, 'key_usage', `${missing} is needed`)
}

function checkPurposes(name: ProfileName, { ekus: { allowed } }: Profile, purposes: readonly string[]): void {
  if (allowed === 'any') return
  const foreign = purposes.find((purpose) => !allowed.includes(purpose))
  if (foreign !== undefined) throw misfit(name, 'ekus', `${foreign} is not among ${allowed.join(', ')}`)
  if (purposes.length === 0) throw misfit(name, 'ekus', `send one or more of ${allowed.join(', ')}`)
}

function checkNames(name: ProfileName, { names, needsNameOf }: Profile, sans: SubjectAlternativeNames): void {
  const kinds = Object.keys(wireNames) as NameKind[]
  const foreign = kinds.find((kind) => sans[kind].length > 0 && !names.includes(kind))
  if (foreign) throw misfit(name, 'sans', `${wireNames[foreign]} cannot be in it`)
  if (needsNameOf.length > 0 && needsNameOf.every((kind) => sans[kind].length === 0))
    throw misfit(name, 'sans', `send ${needsNameOf.map((kind) => wireNames[kind]).join(' or ')}`)
}

const wireNames: Readonly<Record<NameKind, string>> = {
  dnsNames: 'dns_names',
  emails: 'emails',
  upns: 'upns',
  uris: 'uris',
  ipAddresses: 'ipAddresses',
}

function misfit(name: ProfileName, member: string, what: string) {
  return badParameter(`policy.x509_props.${member} does not fit the profile ${name}: ${what}.`)
}
