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

export const IssuerList = listOf(Type.Object({ id: Url, provider: Type.String() }))

export const Contacts = Type.Object({ id: Url, ...ContactsBody.properties })
