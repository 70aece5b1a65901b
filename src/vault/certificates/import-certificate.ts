/** Takes in a certificate with its private key, from a PFX or PEM, as a new version at once. */
import type { Certificate } from '../../domain/certificate.ts'
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { parseObjectName } from '../../domain/names.ts'
import { checkImportInput, derivePolicy } from '../../domain/policy-derivation.ts'
import { checkTags } from '../../domain/tags.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Writer } from '../../storage/storage.ts'
import type { CertificateFacts } from '../../x509/certificate.ts'
import { leafFor } from '../../x509/chain.ts'
import { checkPublicKey, describePublicKey } from '../../x509/public-key.ts'
import { checkIssuerExists } from '../issuers/find-issuer.ts'
import { newId, type Parts } from '../parts.ts'
import type { Caller, CertificateView, ImportCertificateInput } from '../vault.ts'
import { assembleVersion } from './assemble-version.ts'
import { findUsable } from './create-certificate.ts'
import { type ImportedContent, readImportedContent } from './imported-content.ts'
import { findLive, viewOf } from './read-certificate.ts'

export async function importCertificate(
  parts: Parts,
  caller: Caller,
  name: string,
  input: ImportCertificateInput,
): Promise<CertificateView> {
  parseObjectName(name)
  checkTags(input.tags)
  checkImportInput(input)
  const call = { caller, verb: 'CertificateImport', name } as const
  return parts.perform.prepared(
    call,
    (reader) => findUsable(reader, caller, name),
    () => prepareVersion(parts, caller, name, input),
    async (writer, { assembled, policy }, facts) => {
      const { version, sealed } = assembled
      await checkIssuerExists(parts, writer, caller.vault.name, policy.issuer.name)
      await recordPolicy(writer, caller, name, await findUsable(writer, caller, name), policy, version)
      await writer.certificates.addVersion(caller.vault.name, name, version, sealed)
      await writer.operations.remove(caller.vault.name, name)
      facts.thumbprint = Buffer.from(version.thumbprint).toString('hex')
      facts.version = version.version
      facts.notAfter = version.notAfter
      return viewOf(writer, await findLive(writer, caller, name))
    },
  )
}

async function prepareVersion(parts: Parts, caller: Caller, name: string, input: ImportCertificateInput) {
  const content = await readImportedContent(input)
  const leaf = leafOf(content)
  checkUsable(leaf, parts.clock.now())
  const policy = derivePolicy(describe(leaf), input.policy, content.format)
  const binding = { vault: caller.vault.name, name, version: newId(parts.random) }
  const key = await parts.keys.import(content.privateKey.pkcs8, binding)
  const assembled = await assembleVersion(parts, {
    binding,
    policy,
    key,
    certificates: content.certificates,
    preserveCertOrder: input.preserveCertOrder,
    enabled: input.enabled ?? true,
    tags: input.tags,
    now: parts.clock.now(),
  })
  return { assembled, policy }
}

function leafOf({ privateKey, certificates }: ImportedContent): CertificateFacts {
  const leaf = leafFor(privateKey.spki, certificates)
  if (!leaf)
    throw badParameter(
      'None of the certificates belongs to the private key; send the private key together with its own certificate.',
    )
  return leaf
}

function checkUsable(leaf: CertificateFacts, now: UnixSeconds): void {
  if (leaf.notAfter <= now)
    throw badParameter('The certificate has expired and cannot be imported; import a valid one.')
  checkPublicKey(describePublicKey(leaf.spki))
}

/** What `derivePolicy` goes by. */
function describe(leaf: CertificateFacts) {
  return {
    key: describePublicKey(leaf.spki),
    subject: leaf.subject,
    sans: leaf.sans,
    ekus: leaf.ekus,
    keyUsage: leaf.keyUsage,
    basicConstraints: leaf.basicConstraints,
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
  }
}

async function recordPolicy(
  writer: Writer,
  caller: Caller,
  name: string,
  existing: Certificate | undefined,
  policy: CertificatePolicy,
  version: { created: UnixSeconds; notBefore: UnixSeconds; notAfter: UnixSeconds; version: string },
): Promise<void> {
  const { created, notBefore, notAfter } = version
  if (existing) return writer.certificates.setPolicy(caller.vault.name, name, policy, created)
  await writer.certificates.insert({
    vault: caller.vault.name,
    name,
    policy,
    policyCreated: created,
    policyUpdated: created,
    current: {
      version: version.version,
      issued: false,
      enabled: false,
      notBefore,
      notAfter,
      created,
      updated: created,
    },
    hasOperation: false,
  })
}
