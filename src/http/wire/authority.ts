/** Authorities, and requests signed under them: JSON <-> domain. Key Vault has none; the members are named as its own are. */
import Type, { type Static } from 'typebox'
import type { AuthorityRules } from '../../domain/authority.ts'
import { Secret } from '../../domain/secret.ts'
import { parseDistinguishedName } from '../../domain/subject.ts'
import { seconds } from '../../domain/time.ts'
import type {
  AuthorityChange,
  AuthorityInput,
  AuthorityView,
  ImportAuthorityInput,
  SignedRequest,
  SignRequestInput,
} from '../../vault/vault.ts'
import { base64 } from './attributes.ts'
import type { Place } from './certificate.ts'
import { defined } from './defined.ts'
import { PolicyBody, readPolicy } from './policy.ts'

/** The end of the year 9999, where the calendar of certificates ends. */
const endOfTime = 253_402_300_799

const Names = Type.Optional(Type.Array(Type.String()))

const SubtreesBody = Type.Object({
  dns_names: Names,
  ip_ranges: Names,
  emails: Names,
  uri_hosts: Names,
  directory_names: Names,
})

export const AuthorityRulesBody = Type.Object({
  validity_days_max: Type.Optional(Type.Integer()),
  crl_hours: Type.Optional(Type.Integer()),
  delta_hours: Type.Optional(Type.Integer()),
  partitions: Type.Optional(Type.Integer()),
  base_url: Type.Optional(Type.String()),
})

export const AuthorityBody = Type.Object({
  kind: Type.Optional(Type.Enum(['root', 'intermediate', 'requested'])),
  subject: Type.String(),
  key_props: Type.Optional(
    Type.Object({
      kty: Type.Optional(Type.Enum(['RSA', 'EC'])),
      key_size: Type.Optional(Type.Integer()),
      crv: Type.Optional(Type.Enum(['P-256', 'P-384', 'P-521'])),
    }),
  ),
  validity_years: Type.Optional(Type.Integer()),
  path_len_constraint: Type.Optional(Type.Integer()),
  ekus: Names,
  name_constraints: Type.Optional(
    Type.Object({ permitted: Type.Optional(SubtreesBody), excluded: Type.Optional(SubtreesBody) }),
  ),
  parent: Type.Optional(Type.String()),
  rules: Type.Optional(AuthorityRulesBody),
})

/** Retiring is for good, so it can only be asked for. */
export const AuthorityUpdateBody = Type.Object({
  rules: Type.Optional(AuthorityRulesBody),
  state: Type.Optional(Type.Literal('retired')),
  successor: Type.Optional(
    Type.Object({
      name: Type.String(),
      from: Type.Optional(Type.Integer({ minimum: 0, maximum: endOfTime })),
    }),
  ),
})

export const ImportAuthorityBody = Type.Object({
  value: Type.String(),
  pwd: Type.Optional(Type.String()),
  rules: Type.Optional(AuthorityRulesBody),
})

export const InstallAuthorityBody = Type.Object({ x5c: Type.Array(Type.String(), { minItems: 1 }) })

export const CrossCertifyBody = Type.Object({ by: Type.String() })

export const SignRequestBody = Type.Object({
  csr: Type.String(),
  policy: Type.Optional(PolicyBody),
  validity_months: Type.Optional(Type.Integer()),
  request_id: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
})

export function readAuthority(body: Static<typeof AuthorityBody>): AuthorityInput {
  const { kind = 'root', subject, key_props: key, ekus, parent, name_constraints: constraints } = body
  return defined({
    kind,
    subject,
    key: key && defined({ keyType: key.kty, keySize: key.key_size, curve: key.crv }),
    validityYears: body.validity_years,
    pathLength: body.path_len_constraint,
    ekus,
    nameConstraints: constraints && {
      permitted: readSubtrees(constraints.permitted ?? {}),
      excluded: readSubtrees(constraints.excluded ?? {}),
    },
    parent,
    rules: body.rules && readRules(body.rules),
  })
}

/** The private key comes in the clear, as in the import of certificates. */
export function readImportedAuthority(body: Static<typeof ImportAuthorityBody>): ImportAuthorityInput {
  const { value, pwd, rules } = body
  return defined({
    value: new Secret(value),
    password: pwd === undefined ? undefined : new Secret(pwd),
    rules: rules && readRules(rules),
  })
}

export function readAuthorityUpdate(body: Static<typeof AuthorityUpdateBody>): AuthorityChange {
  const { rules, state, successor } = body
  return defined({
    rules: rules && readRules(rules),
    retired: state && (true as const),
    successor:
      successor &&
      defined({
        name: successor.name,
        from: successor.from === undefined ? undefined : seconds(successor.from),
      }),
  })
}

export function readSignRequest(body: Static<typeof SignRequestBody>): SignRequestInput {
  const { csr, policy, validity_months: validityMonths, request_id: requestId } = body
  return defined({ csr, policy: policy && readPolicy(policy), validityMonths, requestId })
}

export function writeAuthority(view: AuthorityView, place: Place) {
  const { authority, key, certificate, outstanding } = view
  const { chain, crossCertificates, parent, successor, rules, created, updated } = authority
  const { certificate: cer } = authority
  return {
    ...writeAuthorityItem(view, place),
    key_props: defined({ kty: key.keyType, key_size: key.size, crv: key.curve }),
    ...(parent !== undefined && { parent }),
    ...(successor && { successor }),
    ...(cer && { cer: base64(cer), x5c: [cer, ...chain].map(base64) }),
    ...(crossCertificates.length > 0 && { cross: crossCertificates.map(base64) }),
    ...(certificate && {
      pem: certificate.pem,
      issuer: certificate.issuer,
      serialnumber: hex(certificate.serialNumber),
      ...defined({ path_len_constraint: certificate.pathLength }),
    }),
    rules: writeRules(rules),
    outstanding: defined({ count: outstanding.count, last_ends: outstanding.lastEnds }),
    attributes: { ...datesOf(view), created, updated },
  }
}

export function writeAuthorityItem(view: AuthorityView, { baseUrl }: Place) {
  const { name, state } = view.authority
  return { id: `${baseUrl}/authorities/${name}`, state, subject: view.subject, attributes: datesOf(view) }
}

export function writeSigned({ chain, serialNumber }: SignedRequest) {
  return { cer: base64(chain[0]!), x5c: chain.map(base64), serialnumber: hex(serialNumber) }
}

function datesOf({ certificate }: AuthorityView) {
  return certificate ? { nbf: certificate.notBefore, exp: certificate.notAfter } : {}
}

function readSubtrees(body: Static<typeof SubtreesBody>) {
  const { dns_names, ip_ranges, emails, uri_hosts, directory_names } = body
  return {
    dnsNames: dns_names ?? [],
    ipRanges: ip_ranges ?? [],
    emails: emails ?? [],
    uriHosts: uri_hosts ?? [],
    directoryNames: (directory_names ?? []).map(parseDistinguishedName),
  }
}

function readRules(body: Static<typeof AuthorityRulesBody>): Partial<AuthorityRules> {
  return defined({
    validityDaysMax: body.validity_days_max,
    crlHours: body.crl_hours,
    deltaHours: body.delta_hours,
    partitions: body.partitions,
    baseUrl: body.base_url,
  })
}

function writeRules(rules: AuthorityRules) {
  return defined({
    validity_days_max: rules.validityDaysMax,
    crl_hours: rules.crlHours,
    delta_hours: rules.deltaHours,
    partitions: rules.partitions,
    base_url: rules.baseUrl,
  })
}

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex').toUpperCase()
