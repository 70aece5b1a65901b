/** What comes of using a key, as it is answered. */
import Type from 'typebox'
import { Url } from './shared.ts'

const Octets = Type.String({ description: 'Octets as base64url without padding' })

export const KeyOperationResult = Type.Object({
  kid: Url,
  value: Octets,
  iv: Type.Optional(Octets),
  tag: Type.Optional(Octets),
  aad: Type.Optional(Octets),
})

export const KeyVerifyResult = Type.Object({ value: Type.Boolean() })
