/** Issuer objects: what a vault knows of an account at a certification authority. Policies name them. */
import { checkEmail, checkPhone, checkText } from './contacts.ts'
import { badParameter } from './errors.ts'
import type { Secret } from './secret.ts'
import type { UnixSeconds } from './time.ts'

/** Who answers for the organisation at the CA. */
export interface Administrator {
  readonly firstName?: string
  readonly lastName?: string
  readonly email?: string
  readonly phone?: string
}

export interface IssuerOrganization {
  /** As the CA knows it. */
  readonly id?: string
  readonly administrators?: readonly Administrator[]
}

/** What a provider has to know beyond Key Vault's members: JSON that only the provider understands. It holds no secrets. */
export type IssuerSettings = Readonly<Record<string, unknown>>

/** Members that were never sent are absent; so are whole sections. */
export interface CertificateIssuer {
  readonly vault: string
  /** As first given; compared without regard to case. */
  readonly name: string
  /** The kind of CA, as it was sent. */
  readonly provider: string
  readonly enabled: boolean
  readonly credentials?: {
    readonly accountId?: string
    /** Sealed, bound to vault and name. It is given to the CA and to nobody else. */
    readonly sealedPassword?: Uint8Array
  }
  readonly organization?: IssuerOrganization
  readonly settings?: IssuerSettings
  /** Until then nothing is sent to the account: the CA, or a fault of the account, made it rest. */
  readonly restsUntil?: UnixSeconds
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
}

/** What a caller sends: any part may be missing. */
export interface CertificateIssuerInput {
  readonly provider?: string
  readonly enabled?: boolean
  readonly credentials?: { readonly accountId?: string; readonly password?: Secret<string> }
  readonly organization?: IssuerOrganization
  readonly settings?: IssuerSettings
}

/** The issuers that every policy can name without any object. */
const builtInNames = new Set(['self', 'unknown'])
const namePattern = /^[0-9a-zA-Z-]{1,127}$/
const administratorsMax = 25
export const passwordLengthMax = 4096
/** Of the settings as JSON, in octets. */
const settingsLengthMax = 16_384

/** 1–127 letters, digits and hyphens, and not a built-in one. @throws VaultError `BadParameter`. */
export function parseIssuerName(name: string): string {
  if (!namePattern.test(name))
    throw badParameter(
      'The issuer name is not allowed: it has 1 to 127 characters, only letters, digits and hyphens.',
    )
  if (builtInNames.has(name.toLowerCase()))
    throw badParameter(`The issuer ${name} is built in and takes no settings; choose another name.`)
  return name
}

/** @throws VaultError `BadParameter` that names the member at fault, never what it holds. */
export function checkIssuerInput({ credentials, organization, settings }: CertificateIssuerInput): void {
  checkText(credentials?.accountId, 'credentials.account_id')
  checkText(organization?.id, 'org_details.id')
  if (settings && Buffer.byteLength(JSON.stringify(settings)) > settingsLengthMax)
    throw badParameter(`settings: at most ${settingsLengthMax} octets of JSON are kept.`)
  const administrators = organization?.administrators ?? []
  if (administrators.length > administratorsMax)
    throw badParameter(`org_details.admin_details: at most ${administratorsMax} are allowed.`)
  for (const [index, { firstName, lastName, email, phone }] of administrators.entries()) {
    const member = `org_details.admin_details.${index}`
    checkText(firstName, `${member}.first_name`)
    checkText(lastName, `${member}.last_name`)
    checkEmail(email, `${member}.email`)
    checkPhone(phone, `${member}.phone`)
  }
}
