/** Names of vaults, objects and versions: parsing and limits. */
import { badParameter } from './errors.ts'

const objectNamePattern = /^[0-9a-zA-Z-]{1,127}$/
const versionPattern = /^[0-9a-f]{32}$/i
const vaultNamePattern = /^[a-zA-Z](?!.*--)[0-9a-zA-Z-]{1,22}[0-9a-zA-Z]$/

/** What stands under `/certificates/` without being a certificate. */
const reservedCertificateNames = new Set(['contacts', 'issuers', 'restore'])

/** Whether an object can have this name. */
export function isObjectName(text: string): boolean {
  return objectNamePattern.test(text)
}

/** A certificate, key or secret name: 1–127 of letters, digits and hyphens. @throws VaultError `BadParameter`. */
export function parseObjectName(text: string): string {
  if (!objectNamePattern.test(text))
    throw badParameter(
      `The name '${shortened(text)}' is not allowed: a name has 1 to 127 characters, only letters, digits and hyphens.`,
    )
  if (reservedCertificateNames.has(text.toLowerCase()))
    throw badParameter(`The name '${text}' is reserved; choose another.`)
  return text
}

/** 32 hex digits, in lower case; undefined for anything else: no version can have such an id. */
export function parseVersion(text: string): string | undefined {
  return versionPattern.test(text) ? text.toLowerCase() : undefined
}

/** 3–24 of letters, digits and hyphens, beginning with a letter, no two hyphens in a row. @throws VaultError `BadParameter`. */
export function parseVaultName(text: string): string {
  if (!vaultNamePattern.test(text))
    throw badParameter(
      `The vault name '${shortened(text)}' is not allowed: 3 to 24 letters, digits and single hyphens, beginning with a letter and ending without a hyphen.`,
    )
  return text
}

function shortened(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?')
  return printable.length > 140 ? `${printable.slice(0, 140)}…` : printable
}
