/** Keys: JSON <-> domain. The order of members is Key Vault's. */
import Type, { type Static } from 'typebox'
import { badParameter } from '../../domain/errors.ts'
import { softwareKeyType } from '../../domain/key-rules.ts'
import { curves } from '../../domain/key-spec.ts'
import { Secret } from '../../domain/secret.ts'
import type {
  CreateKeyInput,
  ImportKeyInput,
  KeySummary,
  KeyView,
  UpdateKeyInput,
} from '../../vault/vault.ts'
import {
  base64url,
  DatedAttributesBody,
  readDated,
  TagsBody,
  writeDatedAttributes,
  writeTags,
} from './attributes.ts'
import type { Place } from './certificate.ts'
import { defined } from './defined.ts'

const operationsMax = 16
/** Characters: more than the longest number of a key that is taken in. */
const numberMax = 1024

const CurveWord = Type.Enum(Object.keys(curves) as (keyof typeof curves)[])
const KeyTypeWord = Type.String({ description: 'RSA, EC or oct' })
const OperationWords = Type.Array(Type.String(), { maxItems: operationsMax })
const KeyNumber = Type.Optional(Type.String({ maxLength: numberMax, description: 'base64url' }))

const changeable = {
  attributes: Type.Optional(
    Type.Object({ ...DatedAttributesBody.properties, exportable: Type.Optional(Type.Boolean()) }),
  ),
  tags: Type.Optional(TagsBody),
  release_policy: Type.Optional(Type.Object({})),
}

export const CreateKeyBody = Type.Object({
  kty: KeyTypeWord,
  key_size: Type.Optional(Type.Integer()),
  public_exponent: Type.Optional(Type.Integer()),
  crv: Type.Optional(CurveWord),
  key_ops: Type.Optional(OperationWords),
  ...changeable,
})

/** The private key is a JSON Web Key (RFC 7517). */
export const ImportKeyBody = Type.Object({
  Hsm: Type.Optional(Type.Boolean()),
  key: Type.Object({
    kty: KeyTypeWord,
    key_ops: Type.Optional(OperationWords),
    key_hsm: Type.Optional(Type.String()),
    crv: Type.Optional(CurveWord),
    n: KeyNumber,
    e: KeyNumber,
    d: KeyNumber,
    p: KeyNumber,
    q: KeyNumber,
    dp: KeyNumber,
    dq: KeyNumber,
    qi: KeyNumber,
    x: KeyNumber,
    y: KeyNumber,
    k: KeyNumber,
  }),
  ...changeable,
})

export const UpdateKeyBody = Type.Object({ key_ops: Type.Optional(OperationWords), ...changeable })

export const RandomBytesBody = Type.Object({ count: Type.Integer({ minimum: 1, maximum: 128 }) })

export function readCreateKey(body: Static<typeof CreateKeyBody>): CreateKeyInput {
  const { kty, key_size, public_exponent, crv } = body
  return {
    keyType: softwareKeyType(kty, 'kty'),
    ...defined({ keySize: key_size, publicExponent: public_exponent, curve: crv }),
    ...readUpdateKey(body),
  }
}

export function readImportKey({ Hsm, key, ...body }: Static<typeof ImportKeyBody>): ImportKeyInput {
  const { key_ops, key_hsm, kty, ...numbers } = key
  if (Hsm) throw badParameter('Hsm: keys are kept in software here; send false, or leave it out.')
  if (key_hsm !== undefined)
    throw badParameter('key.key_hsm: a key that was wrapped for a hardware module cannot be opened here.')
  const keyType = softwareKeyType(kty, 'key.kty')
  return {
    keyType,
    key: new Secret({ kty: keyType, ...numbers }),
    ...readUpdateKey({ ...body, ...(key_ops && { key_ops }) }),
  }
}

export function readUpdateKey(body: Static<typeof UpdateKeyBody>): UpdateKeyInput {
  return {
    ...readDated(body),
    ...defined({ keyOperations: body.key_ops, exportable: body.attributes?.exportable }),
    ...(body.release_policy && { hasReleasePolicy: true }),
  }
}

export function writeKey(key: KeyView, place: Place) {
  const { kty, ...numbers } = key.jwk
  const kid = `${place.baseUrl}/keys/${key.name}/${key.version}`
  return { key: { kid, kty, key_ops: key.keyOperations, ...numbers }, ...writeProperties(key, place) }
}

export function writeDeletedKey(key: KeyView, place: Place) {
  return { ...writeDeletion(key, place), ...writeKey(key, place) }
}

export function writeKeyItem(key: KeySummary, place: Place) {
  return { kid: `${place.baseUrl}/keys/${key.name}`, ...writeProperties(key, place) }
}

export function writeKeyVersionItem(key: KeySummary, place: Place, name: string) {
  return { kid: `${place.baseUrl}/keys/${name}/${key.version}`, ...writeProperties(key, place) }
}

export function writeDeletedKeyItem(key: KeySummary, place: Place) {
  return { ...writeDeletion(key, place), ...writeKeyItem(key, place) }
}

export function writeRandomBytes(octets: Secret<Uint8Array>) {
  return { value: base64url(octets.reveal()) }
}

/** `hsmPlatform` as Key Vault numbers it; `0` is software. */
const keptInSoftware = '0'

function writeProperties(key: KeySummary, { settings }: Place) {
  return {
    attributes: {
      ...writeDatedAttributes(key, settings),
      ...defined({ exportable: key.exportable, key_size: key.secretSize }),
      hsmPlatform: keptInSoftware,
    },
    ...writeTags(key),
    ...(key.managed && { managed: true }),
  }
}

function writeDeletion({ name, deleted }: KeySummary, { baseUrl }: Place) {
  return {
    recoveryId: `${baseUrl}/deletedkeys/${name}`,
    deletedDate: deleted!.at,
    scheduledPurgeDate: deleted!.scheduledPurgeAt,
  }
}
