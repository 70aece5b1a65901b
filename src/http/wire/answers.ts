/** The shapes of answers, for `openapi.json`; a test holds real answers against them. */
import Type from 'typebox'
import { PolicyBody } from './policy.ts'

const Time = Type.Integer({ description: 'Unix seconds, UTC' })
const Url = Type.String({ format: 'uri' })
const Tags = Type.Optional(Type.Record(Type.String(), Type.String()))

const itemAttributes = {
  enabled: Type.Boolean(),
  nbf: Time,
  exp: Time,
  created: Time,
  updated: Time,
}

const Attributes = Type.Object({
  ...itemAttributes,
  recoveryLevel: Type.String(),
  recoverableDays: Type.Integer(),
  hsmPlatform: Type.Optional(Type.String()),
})

export const Policy = Type.Object({
  ...PolicyBody.properties,
  id: Url,
  attributes: Type.Object({ enabled: Type.Boolean(), created: Time, updated: Time }),
})

const contents = {
  id: Url,
  kid: Type.Optional(Url),
  sid: Type.Optional(Url),
  x5t: Type.Optional(Type.String({ description: 'SHA-1 of the certificate, base64url' })),
  cer: Type.Optional(Type.String({ description: 'DER, base64' })),
  attributes: Attributes,
  tags: Tags,
}

const unversioned = {
  ...contents,
  policy: Policy,
  pending: Type.Optional(Type.Object({ id: Url })),
}

const deletion = { recoveryId: Url, deletedDate: Time, scheduledPurgeDate: Time }

/** The unversioned view. */
export const Certificate = Type.Object(unversioned)
export const CertificateVersion = Type.Object(contents)
export const DeletedCertificate = Type.Object({ ...deletion, ...unversioned })

export const Operation = Type.Object({
  id: Url,
  issuer: Type.Object({ name: Type.String() }),
  csr: Type.String({ description: 'PKCS#10, base64' }),
  cancellation_requested: Type.Boolean(),
  status: Type.Enum(['inProgress', 'completed', 'cancelled', 'failed']),
  status_details: Type.Optional(Type.String()),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  target: Type.Optional(Url),
  preserveCertOrder: Type.Optional(Type.Boolean()),
  request_id: Type.String(),
})

export const Secret = Type.Object({
  value: Type.String({ description: 'PFX without password, base64; or PEM text' }),
  contentType: Type.String(),
  id: Url,
  managed: Type.Literal(true),
  attributes: Attributes,
  tags: Tags,
  kid: Url,
})

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

const listOf = (item: ReturnType<typeof Type.Object>) =>
  Type.Object({ value: Type.Array(item), nextLink: Type.Union([Url, Type.Null()]) })

export const CertificateList = listOf(
  Type.Object({
    id: Url,
    x5t: Type.Optional(Type.String()),
    attributes: Type.Object(itemAttributes),
    tags: Tags,
    subject: Type.String(),
  }),
)

export const DeletedCertificateList = listOf(
  Type.Object({
    ...deletion,
    id: Url,
    x5t: Type.Optional(Type.String()),
    attributes: Attributes,
    tags: Tags,
  }),
)

export const SecretList = listOf(
  Type.Object({
    contentType: Type.String(),
    id: Url,
    managed: Type.Literal(true),
    attributes: Attributes,
    tags: Tags,
  }),
)

export const KeyList = listOf(
  Type.Object({ kid: Url, attributes: Attributes, tags: Tags, managed: Type.Literal(true) }),
)
