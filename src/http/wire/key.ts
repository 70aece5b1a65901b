/** Keys: domain -> JSON. The order of members is Key Vault's. */
import type { VersionSummary } from '../../domain/certificate.ts'
import type { KeyView, ManagedItem } from '../../vault/vault.ts'
import { writeFullAttributes, writeTags } from './attributes.ts'
import type { Place } from './certificate.ts'

export function writeKey({ name, version, jwk }: KeyView, { baseUrl, settings }: Place) {
  const { kty, ...numbers } = jwk
  return {
    key: {
      kid: `${baseUrl}/keys/${name}/${version.version}`,
      kty,
      key_ops: version.keyOperations,
      ...numbers,
    },
    attributes: { ...writeFullAttributes(version, settings), hsmPlatform: keptInSoftware },
    ...writeTags(version),
    managed: true,
  }
}

export function writeKeyItem({ name, current }: ManagedItem, place: Place) {
  return keyItem(`${place.baseUrl}/keys/${name}`, current, place)
}

export function writeKeyVersionItem(summary: VersionSummary, place: Place, name: string) {
  return keyItem(`${place.baseUrl}/keys/${name}/${summary.version}`, summary, place)
}

function keyItem(kid: string, summary: VersionSummary, { settings }: Place) {
  return {
    kid,
    attributes: { ...writeFullAttributes(summary, settings), hsmPlatform: keptInSoftware },
    ...writeTags(summary),
    managed: true,
  }
}

/** `hsmPlatform` as Key Vault numbers it; `0` is software. */
const keptInSoftware = '0'
