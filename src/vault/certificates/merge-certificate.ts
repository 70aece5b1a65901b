/** Ends an operation with a certificate that a person brings: one that a CA made from its request. */
import { type CertificateOperation, waitsForPerson } from '../../domain/certificate-operation.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { checkTags } from '../../domain/tags.ts'
import type { Reader, Writer } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller, CertificateView, MergeCertificateInput } from '../vault.ts'
import { type AssembledVersion, assembleVersion } from './assemble-version.ts'
import { readMergedChain } from './merged-chain.ts'
import { findOperation } from './pending-operation.ts'
import { findLive, viewOf } from './read-certificate.ts'

/**
 * What the certificate says of names and life is not compared with the policy, as Key Vault does it: the CA decides.
 * @throws VaultError `Forbidden` while an issuer is at work, and once the operation is completed; `BadParameter` for a chain
 * that cannot be read or has no certificate for the key.
 */
export async function mergeCertificate(
  parts: Parts,
  caller: Caller,
  name: string,
  input: MergeCertificateInput,
): Promise<CertificateView> {
  checkTags(input.tags)
  const call = { caller, verb: 'CertificatePendingMerge', name } as const
  return parts.perform.prepared(
    call,
    (reader) => findMergeable(reader, caller, name),
    async (operation) => ({ operation, assembled: await prepareVersion(parts, operation, input) }),
    async (writer, { operation, assembled }, facts) => {
      const present = await findMergeable(writer, caller, name)
      if (present.requestId !== operation.requestId)
        throw new VaultError(
          'Conflict',
          'The pending certificate was replaced by another one meanwhile; merge into that.',
        )
      await recordVersion(writer, present, assembled)
      const { version } = assembled
      facts.requestId = operation.requestId
      facts.issuer = operation.policy.issuer.name
      facts.thumbprint = Buffer.from(version.thumbprint).toString('hex')
      facts.version = version.version
      facts.notAfter = version.notAfter
      return viewOf(writer, await findLive(writer, caller, name))
    },
  )
}

/** The operation, if it waits for somebody to bring a certificate. */
async function findMergeable(reader: Reader, caller: Caller, name: string): Promise<CertificateOperation> {
  const operation = await findOperation(reader, caller, name)
  if (operation.status === 'completed')
    throw new VaultError(
      'Forbidden',
      'The pending certificate is completed already; create the next version to merge another certificate.',
    )
  if (operation.status === 'inProgress' && !waitsForPerson(operation))
    throw new VaultError(
      'Forbidden',
      `A certificate cannot be merged while the issuer '${operation.policy.issuer.name}' works on the pending certificate. Wait for it, or cancel the operation first.`,
    )
  return operation
}

async function prepareVersion(parts: Parts, operation: CertificateOperation, input: MergeCertificateInput) {
  const { vault, name, version, policy, privateKey: stored, publicKey } = operation
  const tags = input.tags ?? operation.tags
  const now = parts.clock.now()
  const certificates = readMergedChain(input.chain, publicKey)
  const assembled = await assembleVersion(parts, {
    binding: { vault, name, version },
    policy,
    key: { stored, publicKey },
    certificates,
    preserveCertOrder: operation.preserveCertOrder,
    enabled: input.enabled ?? operation.enabled,
    tags,
    now,
  })
  if (assembled.leaf.notAfter <= now)
    throw badParameter('The certificate has expired and cannot be merged; ask the CA for a valid one.')
  return assembled
}

async function recordVersion(
  writer: Writer,
  operation: CertificateOperation,
  { version, sealed }: AssembledVersion,
): Promise<void> {
  const { vault, name } = operation
  const { dueAt: _due, statusDetails: _details, error: _error, ...rest } = operation
  await writer.certificates.addVersion(vault, name, version, sealed)
  await writer.operations.put({ ...rest, status: 'completed' })
}
