/** Opens an operation that will make the next version: key pair and request now, the certificate when the issuer answers. */

import type { Certificate, CertificateVersion, StoredKey, VersionSummary } from '../../domain/certificate.ts'
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { keySpecOf } from '../../domain/key-spec.ts'
import { parseObjectName } from '../../domain/names.ts'
import { completePolicy } from '../../domain/policy-rules.ts'
import { nameIsDeleted, operationInProgress } from '../../domain/refusals.ts'
import { checkTags } from '../../domain/tags.ts'
import { seconds } from '../../domain/time.ts'
import { validityFrom } from '../../domain/validity.ts'
import type { Reader, Writer } from '../../storage/storage.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import { newSerialNumber } from '../../x509/serial-number.ts'
import { checkIssuerReady, checkMakesAuthorities } from '../issuers/find-issuer.ts'
import { checkFreeForCertificate } from '../name-rules.ts'
import { newId, type Parts } from '../parts.ts'
import type { Caller, CreateCertificateInput } from '../vault.ts'
import { claimSeconds } from './advance-due.ts'
import { buildRequest } from './certificate-request.ts'

/** What the checks before the key generation found. */
interface Ground {
  /** As the certificate was first called. */
  readonly name: string
  readonly policy: CertificatePolicy
  /** The version whose key is used again, if the policy says so and the key fits. */
  readonly reuse?: { readonly version: CertificateVersion; readonly key: StoredKey }
}

export async function createCertificate(
  parts: Parts,
  caller: Caller,
  name: string,
  input: CreateCertificateInput,
): Promise<CertificateOperation> {
  parseObjectName(name)
  checkTags(input.tags)
  const sent = input.policy && completePolicy(input.policy)
  const call = { caller, verb: 'CertificateCreate', name } as const
  return parts.perform.prepared(
    call,
    (reader) => survey(parts, reader, caller, name, sent),
    (ground) => prepareOperation(parts, caller, input, ground),
    async (writer, operation, facts) => {
      const certificate = await findUsable(writer, caller, name)
      await recordOperation(writer, certificate, operation, sent, caller)
      facts.requestId = operation.requestId
      facts.issuer = operation.policy.issuer.name
      return operation
    },
  )
}

/** The certificate that gets a new version, if it exists and is free for one. */
export async function findUsable(
  reader: Reader,
  caller: Caller,
  name: string,
): Promise<Certificate | undefined> {
  const certificate = await reader.certificates.find(caller.vault.name, name)
  if (certificate?.deleted) throw nameIsDeleted('Certificate', certificate.name)
  if (certificate?.hasOperation) {
    const operation = await reader.operations.find(caller.vault.name, name)
    if (operation?.status === 'inProgress') throw operationInProgress(certificate.name)
  }
  if (!certificate) await checkFreeForCertificate(reader, caller.vault.name, name)
  return certificate
}

async function survey(
  parts: Parts,
  reader: Reader,
  caller: Caller,
  name: string,
  sent: CertificatePolicy | undefined,
): Promise<Ground> {
  const certificate = await findUsable(reader, caller, name)
  const policy = sent ?? certificate?.policy
  if (!policy)
    throw badParameter(
      'policy: a certificate policy is required to create the first version of a certificate.',
    )
  await checkIssuerReady(parts, reader, caller.vault.name, policy.issuer.name)
  if (sent?.x509.basicConstraints.ca)
    await checkMakesAuthorities(parts, reader, caller.vault.name, policy.issuer.name)
  const ground = { name: certificate?.name ?? name, policy }
  if (!certificate?.current.issued || !policy.key.reuseKey) return ground
  const version = await reader.certificates.findVersion(caller.vault.name, name)
  const sealed = version && (await reader.certificates.findSealed(caller.vault.name, name, version.version))
  return version && sealed ? { ...ground, reuse: { version, key: sealed.privateKey } } : ground
}

async function prepareOperation(
  parts: Parts,
  caller: Caller,
  input: CreateCertificateInput,
  ground: Ground,
): Promise<CertificateOperation> {
  const { name, policy } = ground
  const binding = { vault: caller.vault.name, name, version: newId(parts.random) }
  const { stored, publicKey } = await keyFor(parts, binding, ground)
  const request = await buildRequest(policy, publicKey, (scheme, data) =>
    parts.keys.sign(stored, binding, scheme, data),
  )
  const now = parts.clock.now()
  return {
    vault: binding.vault,
    name,
    requestId: newId(parts.random),
    status: 'inProgress',
    cancellationRequested: false,
    created: now,
    policy,
    version: binding.version,
    enabled: input.enabled ?? true,
    ...(input.tags && { tags: input.tags }),
    ...(input.preserveCertOrder !== undefined && { preserveCertOrder: input.preserveCertOrder }),
    request,
    privateKey: stored,
    publicKey,
    serialNumber: newSerialNumber(parts.random),
    dueAt: seconds(now + claimSeconds),
    failedSteps: 0,
  }
}

async function keyFor(
  parts: Parts,
  binding: { vault: string; name: string; version: string },
  { policy, reuse }: Ground,
) {
  if (reuse && fits(policy, reuse.version)) {
    const stored = await parts.keys.rebind(reuse.key, { ...binding, version: reuse.version.version }, binding)
    return { stored, publicKey: reuse.version.publicKey }
  }
  return parts.keys.create(keySpecOf(policy.key), binding)
}

/** A key of another type or size than the policy now asks for is not used again. */
function fits(policy: CertificatePolicy, version: CertificateVersion): boolean {
  const wanted = keySpecOf(policy.key)
  const key = describePublicKey(version.publicKey)
  return wanted.kty === 'RSA'
    ? key.kty === 'RSA' && key.size === wanted.size
    : key.kty === 'EC' && key.curve === wanted.curve
}

async function recordOperation(
  writer: Writer,
  certificate: Certificate | undefined,
  operation: CertificateOperation,
  sent: CertificatePolicy | undefined,
  caller: Caller,
): Promise<void> {
  const { vault, name, created, policy } = operation
  const shell = shellOf(operation)
  if (!certificate) {
    await writer.certificates.insert({
      vault: caller.vault.name,
      name,
      policy,
      policyCreated: created,
      policyUpdated: created,
      current: shell,
      hasOperation: true,
    })
  } else {
    if (sent) await writer.certificates.setPolicy(vault, name, sent, created)
    if (!certificate.current.issued) await writer.certificates.updateShell(vault, name, shell)
  }
  await writer.operations.put(operation)
}

/** What stands for the first version while nothing has been issued: an id of its own, disabled, with the dates expected. */
function shellOf(operation: CertificateOperation): VersionSummary {
  const { created, policy, requestId, tags } = operation
  return {
    version: requestId,
    issued: false,
    enabled: false,
    ...validityFrom(created, policy.x509.validityMonths),
    created,
    updated: created,
    ...(tags && { tags }),
  }
}
