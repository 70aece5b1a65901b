/** The policy of an imported certificate: what the certificate says overrules what the caller sent. */
import type {
  CertificatePolicy,
  CurveName,
  KeyUsageWord,
  SecretContentType,
  X509Properties,
} from './certificate-policy.ts'
import { badParameter } from './errors.ts'
import type { PolicyInput } from './policy-input.ts'
import { checkLifetimeActions, completeIssuer, defaultLifetimeActions } from './policy-rules.ts'
import type { Secret } from './secret.ts'
import {
  type DistinguishedName,
  hasNames,
  printDistinguishedName,
  type SubjectAlternativeNames,
} from './subject.ts'
import { monthsBetween, type UnixSeconds } from './time.ts'

const passwordLengthMax = 200
/** The base64 of a certificate, its key and a long chain is far below. */
const valueLengthMax = 512 * 1024

/** What is known of the leaf. */
export interface ImportedFacts {
  readonly key:
    | { readonly kty: 'RSA'; readonly size: number }
    | { readonly kty: 'EC'; readonly curve: CurveName; readonly size: number }
  readonly subject: DistinguishedName
  readonly sans: SubjectAlternativeNames | undefined
  readonly ekus: readonly string[] | undefined
  readonly keyUsage: readonly KeyUsageWord[] | undefined
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number } | undefined
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
}

export function checkImportInput(input: { value: Secret<string>; password?: Secret<string> }): void {
  const length = input.value.reveal().length
  if (length === 0) throw badParameter('value: send the base64 of a PFX or of PEM text, or PEM text itself.')
  if (length > valueLengthMax)
    throw badParameter(
      `value: the certificate is too long (${length} characters, at most ${valueLengthMax}).`,
    )
  if (input.password && input.password.reveal().length > passwordLengthMax)
    throw badParameter(`pwd: a password has at most ${passwordLengthMax} characters.`)
}

/** @throws VaultError `BadParameter` when the caller wants what this certificate cannot be. */
export function derivePolicy(
  facts: ImportedFacts,
  input: PolicyInput | undefined,
  format: SecretContentType,
): CertificatePolicy {
  checkWishes(facts, input)
  const issuer = completeIssuer(input?.issuer)
  const policy: CertificatePolicy = {
    enabled: input?.enabled ?? true,
    key: {
      exportable: input?.key?.exportable ?? true,
      keyType: facts.key.kty,
      keySize: facts.key.size,
      reuseKey: input?.key?.reuseKey ?? false,
      ...(facts.key.kty === 'EC' && { curve: facts.key.curve }),
    },
    secretContentType: input?.secretContentType ?? format,
    x509: derivedX509(facts),
    lifetimeActions: input?.lifetimeActions ?? defaultLifetimeActions(issuer),
    issuer,
  }
  checkLifetimeActions(policy)
  return policy
}

function derivedX509(facts: ImportedFacts): X509Properties {
  return {
    subject: printDistinguishedName(facts.subject),
    ...(facts.sans && hasNames(facts.sans) && { sans: listed(facts.sans) }),
    ekus: facts.ekus ?? [],
    keyUsage: [...(facts.keyUsage ?? [])].sort(),
    validityMonths: monthsBetween(facts.notBefore, facts.notAfter),
    basicConstraints: facts.basicConstraints ?? { ca: false },
  }
}

/** Key Vault's three old kinds are listed even when empty, the newer ones when there are any. */
function listed({
  dnsNames,
  emails,
  upns,
  uris,
  ipAddresses,
}: SubjectAlternativeNames): Partial<SubjectAlternativeNames> {
  return {
    dnsNames,
    emails,
    upns,
    ...(uris.length > 0 && { uris }),
    ...(ipAddresses.length > 0 && { ipAddresses }),
  }
}

function checkWishes({ key }: ImportedFacts, input: PolicyInput | undefined): void {
  const wanted = input?.key?.keyType
  if (wanted !== undefined && wanted !== key.kty)
    throw badParameter(
      wanted.endsWith('-HSM')
        ? `policy.key_props.kty: this vault keeps keys in software and has no HSM for ${wanted}; use ${key.kty}.`
        : `policy.key_props.kty: the certificate has an ${key.kty} key, not ${wanted}; leave kty out or correct it.`,
    )
}
