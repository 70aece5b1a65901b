/** Issuer objects and contacts, as they are answered. */
import Type from 'typebox'
import { ContactsBody } from '../contacts.ts'
import { AdministratorBody } from '../issuer.ts'
import { listOf, Time, Url } from './shared.ts'

/** `pwd` is never answered. */
export const Issuer = Type.Object({
  id: Url,
  provider: Type.String(),
  credentials: Type.Optional(
    Type.Object({ account_id: Type.Optional(Type.String()) }, { additionalProperties: false }),
  ),
  org_details: Type.Optional(
    Type.Object({
      id: Type.Optional(Type.String()),
      zip: Type.Literal(0),
      admin_details: Type.Optional(Type.Array(AdministratorBody)),
    }),
  ),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  attributes: Type.Object({ enabled: Type.Boolean(), created: Time, updated: Time }),
})

/** As far as it is on record; `none`: the first order opens one. `details` says what came of what was done. */
export const IssuerAccount = Type.Object({
  id: Url,
  status: Type.Enum(['none', 'valid', 'deactivated', 'revoked']),
  directory: Url,
  url: Type.Optional(Url),
  contacts: Type.Array(Type.String()),
  external_account: Type.Optional(Type.String()),
  key_thumbprint: Type.Optional(Type.String({ description: 'SHA-256 in base64url (RFC 7638)' })),
  replacing_key: Type.Boolean(),
  details: Type.Optional(Type.String()),
  attributes: Type.Optional(Type.Object({ created: Time, updated: Time })),
})

/** What has to be in order before certificates can be had, one after the other. */
export const Findings = Type.Object({
  in_order: Type.Boolean(),
  findings: Type.Array(
    Type.Object({
      subject: Type.Enum(['credentials', 'network', 'account']),
      in_order: Type.Boolean(),
      details: Type.String(),
    }),
  ),
})

export const IssuerList = listOf(Type.Object({ id: Url, provider: Type.String() }))

export const Contacts = Type.Object({ id: Url, ...ContactsBody.properties })
