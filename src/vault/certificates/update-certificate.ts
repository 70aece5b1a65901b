/** Changes of attributes, tags and policy. Only what is sent changes; no version is made. */
import type { Certificate, Tags, VersionSummary } from '../../domain/certificate.ts'
import type { PolicyInput } from '../../domain/policy-input.ts'
import { patchPolicy } from '../../domain/policy-rules.ts'
import { checkTags } from '../../domain/tags.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Writer } from '../../storage/storage.ts'
import { checkIssuerExists, checkMakesAuthorities } from '../issuers/find-issuer.ts'
import type { Parts } from '../parts.ts'
import type { Caller, CertificateView, UpdateCertificateInput, VersionView } from '../vault.ts'
import { findLive, findLiveVersion, viewOf } from './read-certificate.ts'

export async function updateCertificate(
  parts: Parts,
  caller: Caller,
  name: string,
  input: UpdateCertificateInput,
): Promise<CertificateView> {
  checkTags(input.tags)
  const call = { caller, verb: 'CertificateUpdate', name } as const
  return parts.perform(call, async (writer, facts) => {
    const certificate = await findLive(writer, caller, name)
    await changePolicy(parts, writer, certificate, input.policy)
    await changeSummary(parts, writer, certificate, certificate.current, input)
    noteChanges(facts, input)
    return viewOf(writer, await findLive(writer, caller, name))
  })
}

export async function updateCertificateVersion(
  parts: Parts,
  caller: Caller,
  name: string,
  version: string,
  input: UpdateCertificateInput,
): Promise<VersionView> {
  checkTags(input.tags)
  const call = { caller, verb: 'CertificateUpdate', name, version } as const
  return parts.perform(call, async (writer, facts) => {
    const certificate = await findLive(writer, caller, name)
    const found = await findLiveVersion(writer, caller, name, version)
    await changePolicy(parts, writer, certificate, input.policy)
    await changeSummary(parts, writer, certificate, found.version, input)
    noteChanges(facts, input)
    return findLiveVersion(writer, caller, name, version)
  })
}

export async function updatePolicy(
  parts: Parts,
  caller: Caller,
  name: string,
  input: PolicyInput,
): Promise<Certificate> {
  const call = { caller, verb: 'CertificatePolicyUpdate', name } as const
  return parts.perform(call, async (writer) => {
    await changePolicy(parts, writer, await findLive(writer, caller, name), input)
    return findLive(writer, caller, name)
  })
}

async function changePolicy(
  parts: Parts,
  writer: Writer,
  certificate: Certificate,
  input: PolicyInput | undefined,
): Promise<void> {
  if (!input) return
  const policy = patchPolicy(certificate.policy, input)
  await checkIssuerExists(parts, writer, certificate.vault, policy.issuer.name)
  if (input.x509?.basicConstraints?.ca)
    await checkMakesAuthorities(parts, writer, certificate.vault, policy.issuer.name)
  await writer.certificates.setPolicy(certificate.vault, certificate.name, policy, parts.clock.now())
}

async function changeSummary(
  parts: Parts,
  writer: Writer,
  { vault, name }: Certificate,
  summary: VersionSummary,
  input: UpdateCertificateInput,
): Promise<void> {
  if (input.enabled === undefined && input.tags === undefined) return
  const change = changed(summary, input, parts.clock.now())
  if (summary.issued) return writer.certificates.updateVersion(vault, name, summary.version, change)
  const { tags: _former, ...rest } = summary
  // A certificate that was never issued cannot be enabled: there is nothing to enable.
  const shell = { ...rest, updated: change.updated, ...(change.tags && { tags: change.tags }) }
  await writer.certificates.updateShell(vault, name, shell)
}

function changed(summary: VersionSummary, input: UpdateCertificateInput, now: UnixSeconds) {
  const tags: Tags | undefined = input.tags ?? summary.tags
  return { enabled: input.enabled ?? summary.enabled, tags, updated: now }
}

function noteChanges(facts: Record<string, string | number | boolean>, input: UpdateCertificateInput): void {
  if (input.enabled !== undefined) facts.enabled = input.enabled
  const sections = (['policy', 'tags'] as const).filter((section) => input[section] !== undefined)
  if (sections.length > 0) facts.changed = sections.join(' ')
}
