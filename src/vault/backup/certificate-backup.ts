/** Backup and restore of a certificate: all versions with their keys, the policy, and what its secret answers. */
import type { Certificate } from '../../domain/certificate.ts'
import { badParameter } from '../../domain/errors.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Reader, StoredCertificateVersion, Writer } from '../../storage/storage.ts'
import { findLive, viewOf } from '../certificates/read-certificate.ts'
import type { Parts } from '../parts.ts'
import type { Caller, CertificateView } from '../vault.ts'
import { checkVersionCount, countedVersions, openBackup, sealBackup } from './backup-content.ts'
import { type CertificateFacts, readVersionFacts, writeVersionFacts } from './certificate-facts.ts'
import { checkRestorable } from './restored-name.ts'

export async function backUpCertificate(parts: Parts, caller: Caller, name: string): Promise<Uint8Array> {
  const call = { caller, verb: 'CertificateBackup', name } as const
  return parts.perform.prepared(
    call,
    (reader) => readAll(reader, caller, name),
    async ({ certificate, versions }) => ({
      blob: await seal(parts, certificate, versions),
      count: versions.length,
    }),
    async (writer, { blob, count }, facts) => {
      await findLive(writer, caller, name)
      facts.versions = count
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
    async (writer, { restored, versions }, facts) => {
      await checkRestorable(writer, vault, 'certificate', restored.name)
      await store(writer, vault, restored, versions)
      facts.name = restored.name
      facts.versions = versions.length
      return viewOf(writer, await findLive(writer, caller, restored.name))
    },
  )
}

async function readAll(reader: Reader, caller: Caller, name: string) {
  const certificate = await findLive(reader, caller, name)
  if (!certificate.current.issued)
    throw badParameter('The certificate was never issued: there is nothing to back up yet.')
  const { vault } = certificate
  checkVersionCount(await reader.certificates.listVersions(vault, name, countedVersions))
  return { certificate, versions: await reader.certificates.allVersions(vault, name) }
}

/** Of each version the private key, and behind it the value of its secret. */
async function seal(
  { keys, sealer, backups }: Parts,
  certificate: Certificate,
  stored: readonly StoredCertificateVersion[],
): Promise<Uint8Array> {
  const { vault, name, policy, policyCreated, policyUpdated } = certificate
  const privateParts: Secret<Uint8Array>[] = []
  for (const { version, sealed } of stored) {
    const binding = { vault, name, version: version.version }
    privateParts.push(await keys.open(sealed.privateKey, binding))
    privateParts.push(sealer.openSealed(sealed.secretValue, binding))
  }
  const versions = stored.map(({ version }) => writeVersionFacts(version))
  const facts: CertificateFacts = { name, policy, policyCreated, policyUpdated, versions }
  return sealBackup(backups, 'certificate', { facts, privateParts })
}

interface Restored {
  readonly restored: CertificateFacts
  readonly versions: readonly StoredCertificateVersion[]
}

/** Keys and values are sealed anew, for this vault. */
async function open({ keys, sealer, backups }: Parts, vault: string, blob: Uint8Array): Promise<Restored> {
  return openBackup<CertificateFacts, Restored>(
    backups,
    'certificate',
    blob,
    async ({ facts, privateParts }) => {
      const versions: StoredCertificateVersion[] = []
      for (const [index, version] of facts.versions.map(readVersionFacts).entries()) {
        const binding = { vault, name: facts.name, version: version.version }
        const { stored } = await keys.import(privateParts[2 * index]!, binding)
        const secretValue = sealer.seal(privateParts[2 * index + 1]!, binding)
        versions.push({ version, sealed: { privateKey: stored, secretValue } })
      }
      return { restored: facts, versions }
    },
  )
}

async function store(
  writer: Writer,
  vault: string,
  { name, policy, policyCreated, policyUpdated }: CertificateFacts,
  versions: readonly StoredCertificateVersion[],
): Promise<void> {
  const { version, notBefore, notAfter, created, updated } = versions.at(-1)!.version
  const current = { version, issued: false, enabled: false, notBefore, notAfter, created, updated }
  const shell = { vault, name, policy, policyCreated, policyUpdated, current, hasOperation: false }
  await writer.certificates.insert(shell)
  for (const { version, sealed } of versions)
    await writer.certificates.addVersion(vault, name, version, sealed)
}
