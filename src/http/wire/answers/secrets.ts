/** Secrets, as they are answered: `managed` and `kid` only where they belong to a certificate. */
import Type from 'typebox'
import { DatedAttributes, deletion, listOf, Tags, Url } from './shared.ts'

const item = {
  contentType: Type.Optional(Type.String()),
  id: Url,
  managed: Type.Optional(Type.Literal(true)),
  attributes: DatedAttributes,
  tags: Tags,
}

/** A version without its value. */
export const SecretProperties = Type.Object({ ...item, kid: Type.Optional(Url) })

export const Secret = Type.Object({
  value: Type.String({
    description: 'As it was set; of a certificate, PFX without password, base64, or PEM',
  }),
  ...SecretProperties.properties,
})

export const DeletedSecret = Type.Object({ ...deletion, ...SecretProperties.properties })
export const SecretList = listOf(Type.Object(item))
export const DeletedSecretList = listOf(Type.Object({ ...deletion, ...item }))
