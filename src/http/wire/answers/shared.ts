/** What the shapes of answers have in common. */
import Type from 'typebox'

export const Time = Type.Integer({ description: 'Unix seconds, UTC' })
export const Url = Type.String({ format: 'uri' })
export const Tags = Type.Optional(Type.Record(Type.String(), Type.String()))

export const itemAttributes = {
  enabled: Type.Boolean(),
  nbf: Time,
  exp: Time,
  created: Time,
  updated: Time,
}

/** Of what belongs to a certificate: it always has dates. */
export const Attributes = Type.Object({
  ...itemAttributes,
  recoveryLevel: Type.String(),
  recoverableDays: Type.Optional(Type.Integer()),
  hsmPlatform: Type.Optional(Type.String()),
})

/** Of keys and secrets: dates only where a caller or a certificate gives them. */
export const DatedAttributes = Type.Object({
  ...itemAttributes,
  nbf: Type.Optional(Time),
  exp: Type.Optional(Time),
  recoveryLevel: Type.String(),
  recoverableDays: Type.Optional(Type.Integer()),
})

export const deletion = { recoveryId: Url, deletedDate: Time, scheduledPurgeDate: Time }

export const listOf = (item: ReturnType<typeof Type.Object>) =>
  Type.Object({ value: Type.Array(item), nextLink: Type.Union([Url, Type.Null()]) })
