/** Authorities and what is signed under them, as they are answered. */
import Type from 'typebox'
import { AuthorityRulesBody } from '../authority.ts'
import { listOf, Time, Url } from './shared.ts'

const Base64 = Type.String({ description: 'DER in base64' })
const dates = { nbf: Type.Optional(Time), exp: Type.Optional(Time) }
const item = {
  id: Url,
  state: Type.Enum(['requested', 'active', 'retired']),
  subject: Type.String(),
}

/** `cer` and what is read from it are absent while the authority waits for its certificate. */
export const Authority = Type.Object({
  ...item,
  key_props: Type.Object({
    kty: Type.Enum(['RSA', 'EC']),
    key_size: Type.Integer(),
    crv: Type.Optional(Type.String()),
  }),
  parent: Type.Optional(Type.String()),
  successor: Type.Optional(Type.Object({ name: Type.String(), from: Time })),
  cer: Type.Optional(Base64),
  x5c: Type.Optional(Type.Array(Base64)),
  cross: Type.Optional(Type.Array(Base64)),
  pem: Type.Optional(Type.String()),
  issuer: Type.Optional(Type.String()),
  serialnumber: Type.Optional(Type.String()),
  path_len_constraint: Type.Optional(Type.Integer()),
  rules: AuthorityRulesBody,
  outstanding: Type.Object({ count: Type.Integer(), last_ends: Type.Optional(Time) }),
  attributes: Type.Object({ ...dates, created: Time, updated: Time }),
})

export const AuthorityList = listOf(Type.Object({ ...item, attributes: Type.Object(dates) }))

export const AuthorityRequest = Type.Object({ csr: Base64 })

export const SignedRequest = Type.Object({
  cer: Base64,
  x5c: Type.Array(Base64),
  serialnumber: Type.String(),
})
