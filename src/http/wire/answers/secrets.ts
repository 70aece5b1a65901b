/** Secrets, as they are answered. */
import Type from 'typebox'
import { Attributes, listOf, Tags, Url } from './shared.ts'

export const Secret = Type.Object({
  value: Type.String({ description: 'PFX without password, base64; or PEM text' }),
  contentType: Type.String(),
  id: Url,
  managed: Type.Literal(true),
  attributes: Attributes,
  tags: Tags,
  kid: Url,
})

export const SecretList = listOf(
  Type.Object({
    contentType: Type.String(),
    id: Url,
    managed: Type.Literal(true),
    attributes: Attributes,
    tags: Tags,
  }),
)
