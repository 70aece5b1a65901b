/** Certificates, their policies and operations, as they are answered. */
import Type from 'typebox'
import { PolicyBody } from '../policy.ts'
import { Attributes, deletion, itemAttributes, listOf, Tags, Time, Url } from './shared.ts'

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
  preserveCertOrder: Type.Optional(Type.Boolean()),
}

const unversioned = {
  ...contents,
  policy: Policy,
  pending: Type.Optional(Type.Object({ id: Url })),
}

/** The unversioned view. */
export const Certificate = Type.Object(unversioned)
/** With the last four under version 7.2 of the API alone. */
export const CertificateVersion = Type.Object({
  ...contents,
  subject: Type.Optional(Type.String()),
  issuer: Type.Optional(Type.String()),
  sans: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
  serialnumber: Type.Optional(Type.String({ description: 'Hexadecimal' })),
})
/** A path without a version answers the first, one with a version the second. */
export const CertificateOrVersion = Type.Union([Certificate, CertificateVersion])
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
