/** Keys, as they are answered. */
import Type from 'typebox'
import { Attributes, listOf, Tags, Url } from './shared.ts'

export const Key = Type.Object({
  key: Type.Object({
    kid: Url,
    kty: Type.Enum(['RSA', 'EC']),
    key_ops: Type.Array(Type.String()),
    n: Type.Optional(Type.String()),
    e: Type.Optional(Type.String()),
    crv: Type.Optional(Type.String()),
    x: Type.Optional(Type.String()),
    y: Type.Optional(Type.String()),
  }),
  attributes: Attributes,
  tags: Tags,
  managed: Type.Literal(true),
})

export const KeyList = listOf(
  Type.Object({ kid: Url, attributes: Attributes, tags: Tags, managed: Type.Literal(true) }),
)
