/** Turns what a caller sent into a sound policy: Key Vault's defaults filled in, its rules applied. */
import type {
  CertificatePolicy,
  IssuerParameters,
  KeyProperties,
  KeyUsageWord,
  LifetimeAction,
  X509Properties,
} from './certificate-policy.ts'
import { badParameter } from './errors.ts'
import { checkKeyUsage, curves, rsaSizes } from './key-spec.ts'
import type { PolicyInput } from './policy-input.ts'
import { checkSubjectAlternativeNames, hasNames, parseDistinguishedName } from './subject.ts'

const subjectLengthMax = 200
/** Beyond that the calendar of X.509 certificates (year 9999) would be in sight for no purpose. */
const validityMonthsMax = 1200
const daysPerMonthAtLeast = 27

/** What the built-in issuers make; others say for themselves whether they make CA certificates. */
const notCa = { basicConstraints: { ca: false } } as const
const serverAuthAndClientAuth = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']
/** X.660: below 0 and 1 the second arc is at most 39. */
export const objectIdentifierPattern =
  /^(?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9]\d{0,38}))(?:\.(?:0|[1-9]\d{0,38}))*$/
const issuerNamePattern = /^[0-9a-zA-Z-]{1,127}$/

/** The policy of a new certificate. @throws VaultError `BadParameter` that says what to send instead. */
export function completePolicy(input: PolicyInput): CertificatePolicy {
  const key = completeKey(input.key)
  const issuer = completeIssuer(input.issuer)
  const policy: CertificatePolicy = {
    enabled: input.enabled ?? true,
    key,
    secretContentType: input.secretContentType ?? 'application/x-pkcs12',
    x509: completeX509(input.x509, key, issuer),
    lifetimeActions: input.lifetimeActions ?? defaultLifetimeActions(issuer),
    issuer,
  }
  checkX509(policy.x509)
  checkKeyUsage(key.keyType === 'EC' ? 'EC' : 'RSA', policy.x509.keyUsage)
  checkLifetimeActions(policy)
  return policy
}

/**
 * A policy with changes: members that are sent replace, section by section; lists and `sans` are replaced as a whole. A
 * change of the key type brings the defaults of the new type.
 */
export function patchPolicy(policy: CertificatePolicy, input: PolicyInput): CertificatePolicy {
  const key = input.key ? completeKey(changedKey(policy.key, input.key)) : policy.key
  const issuer = input.issuer ? completeIssuer({ ...policy.issuer, ...input.issuer }) : policy.issuer
  const patched: CertificatePolicy = {
    enabled: input.enabled ?? policy.enabled,
    key,
    secretContentType: input.secretContentType ?? policy.secretContentType,
    x509: input.x509 ? completeX509(changedX509(policy, input.x509, issuer), key, issuer) : policy.x509,
    lifetimeActions: input.lifetimeActions ?? policy.lifetimeActions,
    issuer,
  }
  // What an import brought may break the rules for new certificates: it is judged once somebody changes it.
  if (input.x509) checkX509(patched.x509)
  if (input.x509 || input.key) checkKeyUsage(key.keyType === 'EC' ? 'EC' : 'RSA', patched.x509.keyUsage)
  checkLifetimeActions(patched)
  return patched
}

/** 80 % of the life: renewed by the vault where an issuer can be asked, otherwise a reminder. */
export function defaultLifetimeActions(issuer: IssuerParameters): LifetimeAction[] {
  const action = isUnknown(issuer) ? 'EmailContacts' : 'AutoRenew'
  return [{ action, trigger: { lifetimePercentage: 80 } }]
}

/** Size and curve of an EC key say the same: one that is sent alone removes the other where they differ. */
function changedKey(
  former: KeyProperties,
  change: NonNullable<PolicyInput['key']>,
): NonNullable<PolicyInput['key']> {
  const { exportable, keyType, keySize, reuseKey, curve } = former
  const common = { exportable, reuseKey }
  if (change.keyType !== undefined && change.keyType !== keyType) return { ...common, ...change }
  const curveFits = curve !== undefined && curves[curve].size === (change.keySize ?? curves[curve].size)
  const sizeFits = change.curve === undefined || curves[change.curve].size === keySize
  return {
    ...common,
    keyType,
    ...(curveFits && { curve }),
    ...(sizeFits && keySize !== undefined && { keySize }),
    ...change,
  }
}

function completeKey(input: PolicyInput['key']): KeyProperties {
  const keyType = input?.keyType ?? (input?.curve === undefined ? 'RSA' : 'EC')
  const exportable = input?.exportable ?? true
  const reuseKey = input?.reuseKey ?? false
  if (keyType === 'RSA') {
    if (input?.curve !== undefined)
      throw badParameter('policy.key_props.crv: a curve belongs to EC keys; leave it out or set kty to EC.')
    const keySize = input?.keySize ?? 2048
    if (!rsaSizes.some((size) => size === keySize))
      throw badParameter(`policy.key_props.key_size: an RSA key has 2048, 3072 or 4096 bits, not ${keySize}.`)
    return { exportable, keyType, keySize, reuseKey }
  }
  if (keyType === 'EC') return completeEcKey(exportable, reuseKey, input)
  throw badParameter(
    keyType === 'oct' || keyType === 'oct-HSM'
      ? `policy.key_props.kty: a certificate cannot have a key of type ${keyType}; use RSA or EC.`
      : `policy.key_props.kty: this vault keeps keys in software and has no HSM for ${keyType}; use ${keyType.replace('-HSM', '')}.`,
  )
}

function completeEcKey(exportable: boolean, reuseKey: boolean, input: PolicyInput['key']): KeyProperties {
  const { keySize } = input ?? {}
  const bySize = { 256: 'P-256', 384: 'P-384', 521: 'P-521' } as const
  const curve = input?.curve ?? (keySize === undefined ? 'P-256' : bySize[keySize as keyof typeof bySize])
  if (curve === undefined)
    throw badParameter(`policy.key_props.key_size: an EC key has 256, 384 or 521 bits, not ${keySize}.`)
  if (keySize !== undefined && keySize !== curves[curve].size)
    throw badParameter(
      `policy.key_props: the curve ${curve} has ${curves[curve].size} bits, not ${keySize}; send one of the two.`,
    )
  return { exportable, keyType: 'EC', ...(keySize !== undefined && { keySize }), reuseKey, curve }
}

/** Nobody gets a CA certificate from a built-in issuer, not even as the next version of one. */
function changedX509(
  { x509 }: CertificatePolicy,
  change: NonNullable<PolicyInput['x509']>,
  issuer: IssuerParameters,
): NonNullable<PolicyInput['x509']> {
  return { ...x509, ...(isBuiltIn(issuer) && notCa), ...change }
}

function completeX509(
  input: PolicyInput['x509'],
  key: KeyProperties,
  issuer: IssuerParameters,
): X509Properties {
  const constraints = input?.basicConstraints
  if (constraints?.ca && isBuiltIn(issuer))
    throw badParameter(
      'policy.x509_props.basic_constraints: CA certificates cannot be made this way; leave it out.',
    )
  const keyUsage = input?.keyUsage ?? defaultKeyUsage(key)
  return {
    subject: input?.subject ?? '',
    ...(input?.sans && { sans: input.sans }),
    ekus: input?.ekus ?? serverAuthAndClientAuth,
    keyUsage: [...new Set(keyUsage)].sort(),
    validityMonths: input?.validityMonths ?? 12,
    ...(constraints?.ca ? { basicConstraints: constraints } : notCa),
  }
}

/** `keyEncipherment` is for RSA: an EC key cannot, and Key Vault's own default makes its creation fail. */
function defaultKeyUsage(key: KeyProperties): KeyUsageWord[] {
  return key.keyType === 'EC' ? ['digitalSignature'] : ['digitalSignature', 'keyEncipherment']
}

/** Without a name it is `Unknown`. @throws VaultError `BadParameter`. */
export function completeIssuer(input: PolicyInput['issuer']): IssuerParameters {
  const { name = 'Unknown', certificateType, certificateTransparency } = input ?? {}
  if (!issuerNamePattern.test(name))
    throw badParameter(
      'policy.issuer.name: an issuer name has 1 to 127 letters, digits and hyphens; Self and Unknown are built in.',
    )
  return {
    name,
    ...(certificateType !== undefined && { certificateType }),
    ...(certificateTransparency !== undefined && { certificateTransparency }),
  }
}

function checkX509({ subject, sans, ekus, validityMonths }: X509Properties): void {
  checkSubject(subject)
  if (sans) checkSubjectAlternativeNames(sans)
  if (subject === '' && !hasNames(sans ?? {}))
    throw badParameter('policy.x509_props: a subject or at least one subject alternative name is required.')
  const refusedEku = ekus.find((eku) => !objectIdentifierPattern.test(eku))
  if (refusedEku !== undefined)
    throw badParameter(
      `policy.x509_props.ekus: '${refusedEku.slice(0, 80)}' is not an object identifier such as 1.3.6.1.5.5.7.3.1.`,
    )
  if (!Number.isInteger(validityMonths) || validityMonths < 1 || validityMonths > validityMonthsMax)
    throw badParameter(
      `policy.x509_props.validity_months: send a whole number from 1 to ${validityMonthsMax}.`,
    )
}

function checkSubject(subject: string): void {
  if (subject.length > subjectLengthMax)
    throw badParameter(
      `policy.x509_props.subject: at most ${subjectLengthMax} characters are allowed, ${subject.length} were sent.`,
    )
  parseDistinguishedName(subject)
}

/** @throws VaultError `BadParameter` for actions that cannot be taken. */
export function checkLifetimeActions({ lifetimeActions, issuer, x509 }: CertificatePolicy): void {
  const actions = lifetimeActions.map(({ action }) => action)
  if (new Set(actions).size !== actions.length)
    throw badParameter('policy.lifetime_actions: each action_type may occur once.')
  if (actions.includes('AutoRenew') && isUnknown(issuer))
    throw badParameter(
      'policy.lifetime_actions: AutoRenew needs an issuer that can be asked; with issuer Unknown use EmailContacts.',
    )
  for (const { trigger } of lifetimeActions) checkTrigger(trigger, x509.validityMonths)
}

function checkTrigger(trigger: LifetimeAction['trigger'], validityMonths: number): void {
  if ('lifetimePercentage' in trigger) {
    const { lifetimePercentage } = trigger
    if (!Number.isInteger(lifetimePercentage) || lifetimePercentage < 1 || lifetimePercentage > 99)
      throw badParameter('policy.lifetime_actions: lifetime_percentage is a whole number from 1 to 99.')
    return
  }
  const daysMax = validityMonths * daysPerMonthAtLeast
  const { daysBeforeExpiry } = trigger
  if (!Number.isInteger(daysBeforeExpiry) || daysBeforeExpiry < 1 || daysBeforeExpiry > daysMax)
    throw badParameter(
      `policy.lifetime_actions: days_before_expiry is a whole number from 1 to ${daysMax} (27 days per month of validity).`,
    )
}

function isBuiltIn(issuer: IssuerParameters): boolean {
  return isUnknown(issuer) || issuer.name.toLowerCase() === 'self'
}

function isUnknown(issuer: IssuerParameters): boolean {
  return issuer.name.toLowerCase() === 'unknown'
}
