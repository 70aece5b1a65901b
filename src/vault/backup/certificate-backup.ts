/** Backup and restore of a certificate: all versions with their keys, the policy, and what its secret answers. */
import type { Certificate, CertificateVersion, SealedVersion } from '../../domain/certificate.ts'
import { badParameter } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { Reader, Writer } from '../../storage/storage.ts'
import { findLive, viewOf } from '../certificates/read-certificate.ts'
import type { Parts } from '../parts.ts'
import type { Caller, CertificateView } from '../vault.ts'
import { type CertificateBackup, checkVersionCount, decodeBackup, encodeBackup } from './backup-content.ts'
import { checkRestorable } from './restored-name.ts'

interface StoredVersions {
  readonly certificate: Certificate
  readonly versions: readonly { readonly version: CertificateVersion; readonly sealed: SealedVersion }[]
}

export async function backUpCertificate(parts: Parts, caller: Caller, name: string): Promise<Uint8Array> {
  const call = { caller, verb: 'CertificateBackup', name } as const
  return parts.perform.prepared(
    call,
    (reader) => readAll(reader, caller, name),
    (stored) => seal(parts, stored),
    async (writer, { blob, versions }, facts) => {
      await findLive(writer, caller, name)
      facts.versions = versions
      return blob
    },
  )
}

/** The pending operation is not part of a backup. */
export async function restoreCertificate(
  parts: Parts,
  caller: Caller,
  blob: Uint8Array,
): Promise<CertificateView> {
  const call = { caller, verb: 'CertificateRestore' } as const
  const vault = caller.vault.name
  return parts.perform.prepared(
    call,
    async () => undefined,
    () => open(parts, vault, blob),
    async (writer, { backup, versions }, facts) => {
      await checkRestorable(writer, vault, 'certificate', backup.name)
      await store(writer, vault, backup, versions)
      facts.name = backup.name
      facts.versions = versions.length
      return viewOf(writer, await findLive(writer, caller, backup.name))
    },
  )
}

async function readAll(reader: Reader, caller: Caller, name: string): Promise<StoredVersions> {
  const certificate = await findLive(reader, caller, name)
  const { vault, current } = certificate
  if (!current.issued)
    throw badParameter('The certificate was never issued: there is nothing to back up yet.')
  const summaries = await reader.certificates.listVersions(vault, name, { limit: 501 })
  checkVersionCount(summaries.length)
  const ids = summaries.toSorted((left, right) => left.created - right.created).map(({ version }) => version)
  const inOrder = [...ids.filter((id) => id !== current.version), current.version]
  const versions = []
  for (const id of inOrder) {
    const version = (await reader.certificates.findVersion(vault, name, id))!
    versions.push({ version, sealed: (await reader.certificates.findSealed(vault, name, id))! })
  }
  return { certificate, versions }
}

async function seal(parts: Parts, { certificate, versions: stored }: StoredVersions) {
  const { vault, name, policy, policyCreated, policyUpdated } = certificate
  const versions = []
  for (const { version, sealed } of stored) {
    const binding = { vault, name, version: version.version }
    const privateKey = (await parts.keys.open(sealed.privateKey, binding)).reveal()
    const secretValue = parts.sealer.openSealed(sealed.secretValue, binding).reveal()
    versions.push({ version, privateKey, secretValue })
  }
  const content = encodeBackup({ name, policy, policyCreated, policyUpdated, versions })
  for (const { privateKey, secretValue } of versions) {
    privateKey.fill(0)
    secretValue.fill(0)
  }
  const blob = parts.backups.seal('certificate', content)
  content.reveal().fill(0)
  return { blob, versions: versions.length }
}

/** Keys and values are sealed anew, for this vault. */
async function open(parts: Parts, vault: string, blob: Uint8Array) {
  const backup = decodeBackup<CertificateBackup>(parts.backups.open('certificate', blob))
  const versions: { version: CertificateVersion; sealed: SealedVersion }[] = []
  for (const { version, privateKey, secretValue } of backup.versions) {
    const binding = { vault, name: backup.name, version: version.version }
    const { stored } = await parts.keys.import(new Secret(privateKey), binding)
    const sealed = { privateKey: stored, secretValue: parts.sealer.seal(new Secret(secretValue), binding) }
    privateKey.fill(0)
    secretValue.fill(0)
    versions.push({ version, sealed })
  }
  return { backup, versions }
}

async function store(
  writer: Writer,
  vault: string,
  { name, policy, policyCreated, policyUpdated }: CertificateBackup,
  versions: readonly { version: CertificateVersion; sealed: SealedVersion }[],
): Promise<void> {
  const { version, notBefore, notAfter, created, updated } = versions.at(-1)!.version
  const current = { version, issued: false, enabled: false, notBefore, notAfter, created, updated }
  await writer.certificates.insert({
    vault,
    name,
    policy,
    policyCreated,
    policyUpdated,
    current,
    hasOperation: false,
  })
  for (const { version, sealed } of versions)
    await writer.certificates.addVersion(vault, name, version, sealed)
}
