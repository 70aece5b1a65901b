/** Secrets: domain -> JSON. The order of members is Key Vault's. */
import type { VersionSummary } from '../../domain/certificate.ts'
import type { ManagedItem, SecretVersionItem, SecretView } from '../../vault/vault.ts'
import { writeFullAttributes, writeTags } from './attributes.ts'
import type { Place } from './certificate.ts'

export function writeSecret({ secret, contentType, value }: SecretView, { baseUrl, settings }: Place) {
  const { name, summary } = secret
  return {
    value: value.reveal(),
    contentType,
    id: `${baseUrl}/secrets/${name}/${summary.version}`,
    managed: true,
    attributes: writeFullAttributes(summary, settings),
    ...writeTags(summary),
    kid: `${baseUrl}/keys/${name}/${summary.version}`,
  }
}

export function writeSecretItem({ name, current, secretContentType }: ManagedItem, place: Place) {
  return secretItem(`${place.baseUrl}/secrets/${name}`, secretContentType, current, place)
}

export function writeSecretVersionItem(item: SecretVersionItem, place: Place, name: string) {
  return secretItem(`${place.baseUrl}/secrets/${name}/${item.version}`, item.secretContentType, item, place)
}

function secretItem(id: string, contentType: string, summary: VersionSummary, { settings }: Place) {
  return {
    contentType,
    id,
    managed: true,
    attributes: writeFullAttributes(summary, settings),
    ...writeTags(summary),
  }
}
