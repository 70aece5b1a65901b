/**
 * Issuer objects: JSON <-> domain. The password goes in and never comes out. `settings` is a member of our own, for what
 * Key Vault's members cannot say; it is answered only where it was sent.
 */
import Type, { type Static } from 'typebox'
import type {
  Administrator,
  CertificateIssuer,
  CertificateIssuerInput,
  IssuerOrganization,
} from '../../domain/certificate-issuer.ts'
import { badParameter } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { AccountFinding, AccountView, AccountWish } from '../../vault/vault.ts'
import { AttributesBody } from './attributes.ts'
import type { Place } from './certificate.ts'
import { defined } from './defined.ts'

export const AdministratorBody = Type.Object({
  first_name: Type.Optional(Type.String()),
  last_name: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
})

const details = {
  credentials: Type.Optional(
    Type.Object({ account_id: Type.Optional(Type.String()), pwd: Type.Optional(Type.String()) }),
  ),
  org_details: Type.Optional(
    Type.Object({
      id: Type.Optional(Type.String()),
      admin_details: Type.Optional(Type.Array(AdministratorBody)),
    }),
  ),
  attributes: Type.Optional(AttributesBody),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
}

export const IssuerBody = Type.Object({ provider: Type.String(), ...details })
export const IssuerUpdateBody = Type.Object({ provider: Type.Optional(Type.String()), ...details })

export function readIssuerUpdate(body: Static<typeof IssuerUpdateBody>): CertificateIssuerInput {
  const { provider, credentials, org_details: organization, attributes, settings } = body
  const password = credentials?.pwd
  return defined({
    provider,
    enabled: attributes?.enabled,
    settings,
    credentials:
      credentials &&
      defined({
        accountId: credentials.account_id,
        password: password === undefined ? undefined : new Secret(password),
      }),
    organization:
      organization &&
      defined({
        id: organization.id,
        administrators: organization.admin_details?.map(readAdministrator),
      }),
  })
}

export function readIssuer(body: Static<typeof IssuerBody>) {
  return { ...readIssuerUpdate(body), provider: body.provider }
}

export function writeIssuer(issuer: CertificateIssuer, place: Place) {
  const { provider, credentials, organization, settings, enabled, created, updated } = issuer
  return {
    id: idOf(issuer, place),
    provider,
    ...(credentials && { credentials: defined({ account_id: credentials.accountId }) }),
    ...(organization && { org_details: writeOrganization(organization) }),
    ...(settings && { settings }),
    attributes: { enabled, created, updated },
  }
}

export function writeIssuerItem(issuer: CertificateIssuer, place: Place) {
  return { id: idOf(issuer, place), provider: issuer.provider }
}

export const AccountActBody = Type.Object({
  act: Type.Enum(['open', 'replaceKey', 'deactivate', 'startAnew']),
  even_if_valid: Type.Optional(Type.Boolean({ description: 'Of startAnew alone.' })),
})

/** @throws VaultError `BadParameter`. */
export function readAccountAct({ act, even_if_valid }: Static<typeof AccountActBody>): AccountWish {
  if (act === 'startAnew') return { act, evenIfValid: even_if_valid ?? false }
  if (even_if_valid === undefined) return { act }
  throw badParameter('even_if_valid: only startAnew asks whether the account is valid; leave it out.')
}

export function writeAccount(account: AccountView, { baseUrl }: Place) {
  const { issuer, status, directory, url, contacts, externalAccount, keyThumbprint, replacingKey } = account
  const { created, updated, details } = account
  return {
    id: `${baseUrl}/certificates/issuers/${issuer}/account`,
    status,
    directory,
    contacts,
    replacing_key: replacingKey,
    ...defined({ url, external_account: externalAccount, key_thumbprint: keyThumbprint, details }),
    ...(created !== undefined && updated !== undefined && { attributes: { created, updated } }),
  }
}

export function writeFindings(findings: readonly AccountFinding[]) {
  return {
    in_order: findings.every(({ inOrder }) => inOrder),
    findings: findings.map(({ subject, inOrder, details }) => ({ subject, in_order: inOrder, details })),
  }
}

function idOf({ name }: CertificateIssuer, { baseUrl }: Place): string {
  return `${baseUrl}/certificates/issuers/${name}`
}

function readAdministrator(body: Static<typeof AdministratorBody>): Administrator {
  const { first_name: firstName, last_name: lastName, email, phone } = body
  return defined({ firstName, lastName, email, phone })
}

/** Key Vault adds a postal code that nobody can set. */
function writeOrganization({ id, administrators }: IssuerOrganization) {
  return defined({ id, zip: 0, admin_details: administrators?.map(writeAdministrator) })
}

function writeAdministrator({ firstName: first_name, lastName: last_name, email, phone }: Administrator) {
  return defined({ first_name, last_name, email, phone })
}
