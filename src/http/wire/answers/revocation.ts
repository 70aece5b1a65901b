/** How certificates stand, as it is answered. */
import Type from 'typebox'
import { revocationReasons } from '../../../domain/authority.ts'
import { listOf, Time, Url } from './shared.ts'

const facts = {
  reason: Type.Optional(Type.Enum(Object.keys(revocationReasons))),
  revoked: Type.Optional(Time),
  invalidity_date: Type.Optional(Time),
}
const serialnumber = Type.String({ description: 'Hexadecimal' })

/** `unknown`: the CA that signed it keeps its own record, and was not asked from here. `pending`: it was asked, and will do it. */
export const Revocation = Type.Object({
  id: Url,
  serialnumber,
  state: Type.Enum(['notRevoked', 'onHold', 'revoked', 'pending', 'unknown']),
  ...facts,
  authority: Type.Optional(Type.String()),
  issuer: Type.Optional(Type.String()),
  details: Type.Optional(Type.String()),
})

/** `notSigned`: the number was given out, and nothing is known to be signed with it. */
const item = {
  id: Url,
  serialnumber,
  subject: Type.String(),
  state: Type.Enum(['notSigned', 'notRevoked', 'onHold', 'revoked']),
  ...facts,
  released: Type.Optional(Time),
  attributes: Type.Object({ nbf: Time, exp: Time, created: Time }),
}

export const Issued = Type.Object({
  ...item,
  cer: Type.Optional(Type.String({ description: 'DER in base64' })),
})

export const IssuedList = listOf(Type.Object(item))
