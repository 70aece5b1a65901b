/** Secrets: JSON <-> domain. The order of members is Key Vault's. */
import Type, { type Static } from 'typebox'
import { Secret } from '../../domain/secret.ts'
import type { SecretSummary, SecretView, SetSecretInput, UpdateSecretInput } from '../../vault/vault.ts'
import { DatedAttributesBody, readDated, TagsBody, writeDatedAttributes, writeTags } from './attributes.ts'
import type { Place } from './certificate.ts'

const changeable = {
  contentType: Type.Optional(Type.String()),
  attributes: Type.Optional(DatedAttributesBody),
  tags: Type.Optional(TagsBody),
}

export const SecretBody = Type.Object({ value: Type.String(), ...changeable })
export const SecretUpdateBody = Type.Object(changeable)

export function readSecretUpdate(body: Static<typeof SecretUpdateBody>): UpdateSecretInput {
  const { contentType } = body
  return { ...readDated(body), ...(contentType !== undefined && { contentType }) }
}

export function readSecret(body: Static<typeof SecretBody>): SetSecretInput {
  return { ...readSecretUpdate(body), value: new Secret(body.value) }
}

export function writeSecret(secret: SecretView, place: Place) {
  return { value: secret.value.reveal(), ...writeSecretProperties(secret, place) }
}

/** A version without its value. */
export function writeSecretProperties(secret: SecretSummary, place: Place) {
  const { name, version, managed } = secret
  return {
    ...writeContents(secret, `${name}/${version}`, place),
    ...(managed && { kid: `${place.baseUrl}/keys/${name}/${version}` }),
  }
}

export function writeDeletedSecret(secret: SecretSummary, place: Place) {
  return { ...writeDeletion(secret, place), ...writeSecretProperties(secret, place) }
}

export function writeSecretItem(secret: SecretSummary, place: Place) {
  return writeContents(secret, secret.name, place)
}

export function writeSecretVersionItem(secret: SecretSummary, place: Place, name: string) {
  return writeContents(secret, `${name}/${secret.version}`, place)
}

export function writeDeletedSecretItem(secret: SecretSummary, place: Place) {
  return { ...writeDeletion(secret, place), ...writeSecretItem(secret, place) }
}

/** @param path behind `/secrets/`. */
function writeContents(secret: SecretSummary, path: string, { baseUrl, settings }: Place) {
  const { contentType, managed } = secret
  return {
    ...(contentType !== undefined && { contentType }),
    id: `${baseUrl}/secrets/${path}`,
    ...(managed && { managed }),
    attributes: writeDatedAttributes(secret, settings),
    ...writeTags(secret),
  }
}

function writeDeletion({ name, deleted }: SecretSummary, { baseUrl }: Place) {
  return {
    recoveryId: `${baseUrl}/deletedsecrets/${name}`,
    deletedDate: deleted!.at,
    scheduledPurgeDate: deleted!.scheduledPurgeAt,
  }
}
