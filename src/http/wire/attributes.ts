/** The management attributes and tags that every object carries. */
import Type, { type Static } from 'typebox'
import type { Tags, VaultSettings, VersionSummary } from '../../domain/certificate.ts'
import { recoveryLevel } from '../../domain/certificate.ts'
import type { AttributesInput, ObjectAttributes } from '../../domain/object-attributes.ts'
import { seconds } from '../../domain/time.ts'
import { defined } from './defined.ts'

/** `nbf` and `exp` are those of the certificate: a caller may repeat them, and changes nothing by it. */
export const AttributesBody = Type.Object({ enabled: Type.Optional(Type.Boolean()) })
export const TagsBody = Type.Record(Type.String(), Type.String())

/** Of keys and secrets that stand for themselves, which have the dates that a caller gives them. */
export const DatedAttributesBody = Type.Object({
  enabled: Type.Optional(Type.Boolean()),
  nbf: Type.Optional(Type.Integer()),
  exp: Type.Optional(Type.Integer()),
})

export function readDated(body: {
  attributes?: Static<typeof DatedAttributesBody>
  tags?: Static<typeof TagsBody>
}): AttributesInput {
  const { enabled, nbf, exp } = body.attributes ?? {}
  return defined({
    enabled,
    notBefore: nbf === undefined ? undefined : seconds(nbf),
    expires: exp === undefined ? undefined : seconds(exp),
    tags: body.tags && { ...body.tags },
  })
}

/** What create, import and update have in common. */
export function readCommon(body: {
  attributes?: Static<typeof AttributesBody>
  tags?: Static<typeof TagsBody>
}): { enabled?: boolean; tags?: Tags } {
  const { attributes, tags } = body
  return {
    ...(attributes?.enabled !== undefined && { enabled: attributes.enabled }),
    ...(tags && { tags: { ...tags } }),
  }
}

/** As in lists of live certificates: without the recovery level. */
export function writeAttributes({ enabled, notBefore, notAfter, created, updated }: VersionSummary) {
  return { enabled, nbf: notBefore, exp: notAfter, created, updated }
}

export function writeFullAttributes(summary: VersionSummary, settings: VaultSettings) {
  return {
    ...writeAttributes(summary),
    recoveryLevel: recoveryLevel(settings),
    recoverableDays: settings.retentionDays,
  }
}

/** Of keys and secrets: the dates only where there are any. */
export function writeDatedAttributes(
  { enabled, notBefore: nbf, expires: exp, created, updated }: ObjectAttributes,
  settings: VaultSettings,
) {
  return {
    ...defined({ enabled, nbf, exp, created, updated }),
    recoveryLevel: recoveryLevel(settings),
    recoverableDays: settings.retentionDays,
  }
}

/** Absent when there never were any; an empty map only where the caller sent one. */
export function writeTags({ tags }: { readonly tags?: Tags }) {
  return tags ? { tags } : {}
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}
