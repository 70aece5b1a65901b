/** The certificate policy: JSON <-> domain. Members have Key Vault's names, `ipAddresses` in its camel case included. */
import Type, { type Static } from 'typebox'
import type { Certificate } from '../../domain/certificate.ts'
import type {
  CertificatePolicy,
  KeyProperties,
  LifetimeAction,
  X509Properties,
} from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { keyUsageWords } from '../../domain/key-spec.ts'
import type { PolicyInput } from '../../domain/policy-input.ts'
import type { SubjectAlternativeNames } from '../../domain/subject.ts'
import { defined } from './defined.ts'

const Names = Type.Optional(Type.Array(Type.String()))

/** `Type.Enum` keeps the literal types of what it is given. */
const KeyTypeWord = Type.Enum(['RSA', 'RSA-HSM', 'EC', 'EC-HSM', 'oct', 'oct-HSM'])
const CurveWord = Type.Enum(['P-256', 'P-384', 'P-521', 'P-256K'])
const ContentTypeWord = Type.Enum(['application/x-pkcs12', 'application/x-pem-file'])
const ActionWord = Type.Enum(['AutoRenew', 'EmailContacts'])

export const PolicyBody = Type.Object({
  attributes: Type.Optional(Type.Object({ enabled: Type.Optional(Type.Boolean()) })),
  key_props: Type.Optional(
    Type.Object({
      exportable: Type.Optional(Type.Boolean()),
      kty: Type.Optional(KeyTypeWord),
      key_size: Type.Optional(Type.Integer()),
      reuse_key: Type.Optional(Type.Boolean()),
      crv: Type.Optional(CurveWord),
    }),
  ),
  secret_props: Type.Optional(Type.Object({ contentType: Type.Optional(ContentTypeWord) })),
  x509_props: Type.Optional(
    Type.Object({
      subject: Type.Optional(Type.String()),
      sans: Type.Optional(
        Type.Object({ dns_names: Names, emails: Names, upns: Names, uris: Names, ipAddresses: Names }),
      ),
      ekus: Names,
      key_usage: Type.Optional(Type.Array(Type.Enum([...keyUsageWords]))),
      validity_months: Type.Optional(Type.Integer()),
      basic_constraints: Type.Optional(
        Type.Object({
          ca: Type.Optional(Type.Boolean()),
          path_len_constraint: Type.Optional(Type.Integer({ minimum: 0 })),
        }),
      ),
    }),
  ),
  lifetime_actions: Type.Optional(
    Type.Array(
      Type.Object({
        trigger: Type.Object({
          lifetime_percentage: Type.Optional(Type.Integer()),
          days_before_expiry: Type.Optional(Type.Integer()),
        }),
        action: Type.Object({ action_type: ActionWord }),
      }),
    ),
  ),
  issuer: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String()),
      cty: Type.Optional(Type.String({ maxLength: 100 })),
      cert_transparency: Type.Optional(Type.Boolean()),
    }),
  ),
})

type Body = Static<typeof PolicyBody>
type Section<Name extends keyof Body> = NonNullable<Body[Name]>

export function readPolicy(body: Body): PolicyInput {
  return defined({
    enabled: body.attributes?.enabled,
    key: body.key_props && readKey(body.key_props),
    secretContentType: body.secret_props?.contentType,
    x509: body.x509_props && readX509(body.x509_props),
    lifetimeActions: body.lifetime_actions?.map(readLifetimeAction),
    issuer: body.issuer && readIssuer(body.issuer),
  })
}

function readKey(body: Section<'key_props'>) {
  return defined({
    exportable: body.exportable,
    keyType: body.kty,
    keySize: body.key_size,
    curve: body.crv,
    reuseKey: body.reuse_key,
  })
}

function readX509(body: Section<'x509_props'>): NonNullable<PolicyInput['x509']> {
  const { basic_constraints: constraints } = body
  return defined({
    subject: body.subject,
    sans: body.sans && readNames(body.sans),
    ekus: body.ekus,
    keyUsage: body.key_usage,
    validityMonths: body.validity_months,
    basicConstraints:
      constraints && defined({ ca: constraints.ca ?? false, pathLength: constraints.path_len_constraint }),
  })
}

function readNames(body: NonNullable<Section<'x509_props'>['sans']>): Partial<SubjectAlternativeNames> {
  return defined({
    dnsNames: body.dns_names,
    emails: body.emails,
    upns: body.upns,
    uris: body.uris,
    ipAddresses: body.ipAddresses,
  })
}

function readLifetimeAction({ trigger, action }: Section<'lifetime_actions'>[number]): LifetimeAction {
  const { lifetime_percentage: lifetimePercentage, days_before_expiry: daysBeforeExpiry } = trigger
  if ((lifetimePercentage === undefined) === (daysBeforeExpiry === undefined))
    throw badParameter(
      'policy.lifetime_actions: each trigger has either lifetime_percentage or days_before_expiry.',
    )
  return {
    action: action.action_type,
    trigger:
      lifetimePercentage !== undefined ? { lifetimePercentage } : { daysBeforeExpiry: daysBeforeExpiry! },
  }
}

function readIssuer(body: Section<'issuer'>) {
  return defined({
    name: body.name,
    certificateType: body.cty,
    certificateTransparency: body.cert_transparency,
  })
}

/** The policy as part of the certificate at `id` (without `/policy`). */
export function writePolicy(certificate: Certificate, id: string) {
  const { policy, policyCreated: created, policyUpdated: updated } = certificate
  const { certificateType: cty, certificateTransparency } = policy.issuer
  return {
    id: `${id}/policy`,
    key_props: writeKey(policy.key),
    secret_props: { contentType: policy.secretContentType },
    x509_props: writeX509(policy.x509),
    lifetime_actions: policy.lifetimeActions.map(writeLifetimeAction),
    issuer: defined({ name: policy.issuer.name, cty, cert_transparency: certificateTransparency }),
    attributes: { enabled: policy.enabled, created, updated },
  }
}

function writeKey(key: KeyProperties) {
  return defined({
    exportable: key.exportable,
    kty: key.keyType,
    key_size: key.keySize,
    reuse_key: key.reuseKey,
    crv: key.curve,
  })
}

function writeX509(x509: X509Properties) {
  const { subject, sans, ekus, keyUsage, validityMonths, basicConstraints } = x509
  return {
    subject,
    ...(sans && { sans: writeNames(sans) }),
    ekus,
    key_usage: keyUsage,
    validity_months: validityMonths,
    basic_constraints: defined({ ca: basicConstraints.ca, path_len_constraint: basicConstraints.pathLength }),
  }
}

export function writeNames(sans: Partial<SubjectAlternativeNames>) {
  const { emails, dnsNames: dns_names, upns, uris, ipAddresses } = sans
  return defined({ emails, dns_names, upns, uris, ipAddresses })
}

function writeLifetimeAction({ action, trigger }: CertificatePolicy['lifetimeActions'][number]) {
  return {
    trigger:
      'lifetimePercentage' in trigger
        ? { lifetime_percentage: trigger.lifetimePercentage }
        : { days_before_expiry: trigger.daysBeforeExpiry },
    action: { action_type: action },
  }
}
