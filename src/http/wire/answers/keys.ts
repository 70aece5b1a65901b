/** Keys, as they are answered: `managed` only where they belong to a certificate, `exportable` only where they do not. */
import Type from 'typebox'
import { DatedAttributes, deletion, listOf, Tags, Time, Url } from './shared.ts'

const properties = {
  attributes: Type.Object({
    ...DatedAttributes.properties,
    exportable: Type.Optional(Type.Literal(false)),
    key_size: Type.Optional(Type.Integer({ description: 'Bits of a symmetric key' })),
    hsmPlatform: Type.Literal('0', { description: 'Kept in software' }),
  }),
  tags: Tags,
  managed: Type.Optional(Type.Literal(true)),
}

/** The public half only. */
export const Key = Type.Object({
  key: Type.Object(
    {
      kid: Url,
      kty: Type.Enum(['RSA', 'EC', 'oct']),
      key_ops: Type.Array(Type.String()),
      n: Type.Optional(Type.String()),
      e: Type.Optional(Type.String()),
      crv: Type.Optional(Type.String()),
      x: Type.Optional(Type.String()),
      y: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  ...properties,
})

export const DeletedKey = Type.Object({ ...deletion, ...Key.properties })
export const KeyList = listOf(Type.Object({ kid: Url, ...properties }))
export const DeletedKeyList = listOf(Type.Object({ ...deletion, kid: Url, ...properties }))

/** `created` and `updated` only where a policy was set. */
export const RotationPolicy = Type.Object({
  id: Url,
  lifetimeActions: Type.Array(
    Type.Object({
      trigger: Type.Object({
        timeAfterCreate: Type.Optional(Type.String()),
        timeBeforeExpiry: Type.Optional(Type.String()),
      }),
      action: Type.Object({ type: Type.Enum(['Rotate', 'Notify']) }),
    }),
  ),
  attributes: Type.Object({
    expiryTime: Type.Optional(Type.String()),
    created: Type.Optional(Time),
    updated: Type.Optional(Time),
  }),
})

export const RandomBytes = Type.Object({ value: Type.String({ description: 'Octets, base64url' }) })
