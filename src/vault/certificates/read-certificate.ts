/** The certificate, one of its versions, its policy, and the lists. */
import type { Certificate, VersionSummary } from '../../domain/certificate.ts'
import { certificateNotFound } from '../../domain/refusals.ts'
import type { CertificateItem, Page, Reader } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller, CertificateView, VersionView } from '../vault.ts'

export async function readCertificate(parts: Parts, caller: Caller, name: string): Promise<CertificateView> {
  const call = { caller, verb: 'CertificateGet', name } as const
  return parts.perform(call, async (reader) => viewOf(reader, await findLive(reader, caller, name)))
}

export async function readCertificateVersion(
  parts: Parts,
  caller: Caller,
  name: string,
  version: string,
): Promise<VersionView> {
  const call = { caller, verb: 'CertificateGet', name, version } as const
  return parts.perform(call, (reader) => findLiveVersion(reader, caller, name, version))
}

export async function listCertificates(
  parts: Parts,
  caller: Caller,
  page: Page,
  options: { includePending: boolean },
): Promise<CertificateItem[]> {
  const call = { caller, verb: 'CertificateList' } as const
  return parts.perform(call, (reader) => reader.certificates.list(caller.vault.name, page, options))
}

/** An unknown name gives an empty list. */
export async function listCertificateVersions(
  parts: Parts,
  caller: Caller,
  name: string,
  page: Page,
): Promise<VersionSummary[]> {
  const call = { caller, verb: 'CertificateListVersions', name } as const
  return parts.perform(call, (reader) => reader.certificates.listVersions(caller.vault.name, name, page))
}

export async function readPolicy(parts: Parts, caller: Caller, name: string): Promise<Certificate> {
  const call = { caller, verb: 'CertificatePolicyGet', name } as const
  return parts.perform(call, (reader) => findLive(reader, caller, name))
}

/** @throws VaultError `CertificateNotFound`, for a deleted one too. */
export async function findLive(reader: Reader, caller: Caller, name: string): Promise<Certificate> {
  const certificate = await reader.certificates.find(caller.vault.name, name)
  if (!certificate || certificate.deleted) throw certificateNotFound(name)
  return certificate
}

export async function findLiveVersion(
  reader: Reader,
  caller: Caller,
  name: string,
  version: string,
): Promise<VersionView> {
  const certificate = await reader.certificates.find(caller.vault.name, name)
  const found =
    certificate &&
    !certificate.deleted &&
    (await reader.certificates.findVersion(caller.vault.name, name, version))
  if (!found) throw certificateNotFound(name, version)
  return { name: certificate.name, version: found }
}

/** Live or deleted, with the current version if one was issued. */
export async function viewOf(reader: Reader, certificate: Certificate): Promise<CertificateView> {
  const { vault, name, current } = certificate
  return {
    certificate,
    version: current.issued ? await reader.certificates.findVersion(vault, name) : undefined,
  }
}
