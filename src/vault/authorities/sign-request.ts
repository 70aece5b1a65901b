/**
 * Signs a request (PKCS#10, RFC 2986) of somebody outside under an issuer object of the private CA. What a policy says goes
 * before what the request asks for, and the profile judges both.
 */
import type { CertificateIssuer } from '../../domain/certificate-issuer.ts'
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import type { PolicyInput } from '../../domain/policy-input.ts'
import { completePolicy } from '../../domain/policy-rules.ts'
import { issuerIsDisabled } from '../../domain/refusals.ts'
import { printDistinguishedName } from '../../domain/subject.ts'
import type { OrderAnswer } from '../../issuers/issuer.ts'
import { privateCaProvider } from '../../issuers/private-ca/private-ca-provider.ts'
import { profiles } from '../../issuers/private-ca/profiles.ts'
import { readSettings } from '../../issuers/private-ca/settings.ts'
import { parseCertificate, thumbprint } from '../../x509/certificate.ts'
import { certificateNames } from '../../x509/certificate-names.ts'
import type { Der } from '../../x509/der.ts'
import { extensionOid } from '../../x509/object-identifiers.ts'
import { parsePem } from '../../x509/pem.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import { parseRequest, provesPossession, type RequestFacts } from '../../x509/request.ts'
import { newSerialNumber } from '../../x509/serial-number.ts'
import { decodeBase64 } from '../certificates/base64-text.ts'
import { findObject } from '../issuers/find-issuer.ts'
import { auditNameOf } from '../issuers/issuer-object.ts'
import { newId, type Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import { type SingleOrder, singleOrder } from './single-order.ts'

export interface SignRequestInput {
  /** Base64 of DER, or PEM. */
  readonly csr: string
  readonly policy?: PolicyInput
  readonly validityMonths?: number
  /** The same request under the same id is signed once. */
  readonly requestId?: string
}

export interface SignedRequest {
  /** DER, the certificate first and the root last. */
  readonly chain: readonly Der[]
  readonly serialNumber: Uint8Array
}

const provider = 'privateca'

/** @throws VaultError `BadParameter` for what is not to be signed, `Conflict` when the authority does not sign. */
export async function signRequest(
  parts: Parts,
  caller: Caller,
  issuerName: string,
  input: SignRequestInput,
): Promise<SignedRequest> {
  const call = { caller, verb: 'CertificateIssuerSign', name: auditNameOf(issuerName) } as const
  return parts.perform.prepared(
    call,
    async (reader) => checkSigns(await findObject(reader, caller.vault.name, issuerName)),
    (issuer) => sign(parts, caller, issuer, input),
    async (writer, { order, chain: signed }, facts) => {
      const chain = await order.settle(writer, signed)
      const { serialNumber } = parseCertificate(chain[0]!)
      facts.serialNumber = Buffer.from(serialNumber).toString('hex')
      return { chain, serialNumber }
    },
  )
}

function checkSigns(issuer: CertificateIssuer): CertificateIssuer {
  if (!issuer.enabled) throw issuerIsDisabled(issuer.name)
  if (issuer.provider.toLowerCase() === provider) return issuer
  throw badParameter(
    `The issuer ${issuer.name} is of the provider ${issuer.provider}; requests are signed by issuers of PrivateCA only.`,
  )
}

async function sign(
  parts: Parts,
  caller: Caller,
  issuer: CertificateIssuer,
  input: SignRequestInput,
): Promise<{ readonly order: SingleOrder; readonly chain: readonly Der[] }> {
  const request = await readRequest(input.csr)
  const policy = policyFor(issuer, request, input)
  const order = singleOrder(parts, input.requestId === undefined)
  const { vault, name, settings = {} } = issuer
  const answer = await privateCaProvider(order.register)
    .connect({ vault, name, settings })
    .order({
      orderKey: orderKeyOf(parts, caller, request, policy, input),
      request: request.der,
      publicKey: request.spki,
      policy,
      serialNumber: newSerialNumber(parts.random),
      created: parts.clock.now(),
      attempt: 0,
      sign: () => Promise.reject(new Error('the key of a foreign request is not here')),
    })
  return { order, chain: signedBy(answer) }
}

function signedBy(answer: OrderAnswer): readonly Der[] {
  if (answer.state === 'refused') throw badParameter(answer.reason)
  if (answer.state === 'unable') throw new VaultError('Conflict', answer.reason)
  if (answer.state === 'pending') throw new Error('the private CA leaves nothing pending')
  return answer.chain
}

/** @throws VaultError `BadParameter`. */
async function readRequest(csr: string): Promise<RequestFacts> {
  const request = parseRequest(derOf(csr))
  if (!(await provesPossession(request)))
    throw badParameter('csr: it is not signed by the key in it; make the request again with its own key.')
  const names = certificateNames(request)
  if ((names.directoryNames ?? []).length > 0 || (names.otherKinds ?? []).length > 0)
    throw badParameter('csr: it asks for alternative names of a kind that is not issued; leave them out.')
  checkBinding(request)
  return request
}

/** What would bind the certificate is not left out in silence: without it, the certificate could do more than was asked for. */
function checkBinding({ extensions }: RequestFacts): void {
  const lost = extensions.find(
    ({ oid, critical }) => !issuedExtensions.has(oid) && (critical || oid === extensionOid.nameConstraints),
  )
  if (lost)
    throw badParameter(
      `csr: it asks for the ${lost.critical ? 'critical ' : ''}extension ${lost.oid}, which requests cannot have here; leave it out.`,
    )
}

const issuedExtensions: ReadonlySet<string> = new Set([
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.extendedKeyUsage,
  extensionOid.subjectAltName,
])

function derOf(csr: string): Der {
  const isRequest = ({ label }: { label: string }) => /^(?:NEW )?CERTIFICATE REQUEST$/.test(label)
  const der = csr.includes('-----BEGIN ') ? parsePem(csr).find(isRequest)?.der : decodeBase64(csr)
  if (der) return der
  throw badParameter('csr: send the base64 of a PKCS#10 request, or PEM text (BEGIN CERTIFICATE REQUEST).')
}

/** The key is as the request has it, whatever the policy says of keys. */
function policyFor(
  issuer: CertificateIssuer,
  request: RequestFacts,
  { policy = {}, validityMonths }: SignRequestInput,
): CertificatePolicy {
  const profile = profiles[readSettings(issuer.settings ?? {}).profile]
  if (asksForAuthority(request) && !profile.ca)
    throw badParameter(
      'csr: it asks for the rights of a CA; only an issuer with the profile subordinate-ca gives them.',
    )
  const { sans, ekus, keyUsage, basicConstraints } = request
  return completePolicy({
    ...policy,
    key: keyOf(request),
    x509: {
      subject: printDistinguishedName(request.subject),
      ekus: ekus ?? profile.ekus.usual,
      keyUsage: keyUsage ?? profile.keyUsage.needed,
      ...(sans && { sans }),
      ...(basicConstraints && { basicConstraints }),
      ...policy.x509,
      ...(validityMonths !== undefined && { validityMonths }),
    },
    issuer: { name: issuer.name },
  })
}

function asksForAuthority({ basicConstraints, keyUsage = [] }: RequestFacts): boolean {
  return basicConstraints?.ca === true || keyUsage.includes('keyCertSign') || keyUsage.includes('cRLSign')
}

/** The sizes that the vault makes are all that a policy can say; the certificate has the key of the request in any case. */
function keyOf({ spki }: RequestFacts): NonNullable<PolicyInput['key']> {
  const key = describePublicKey(spki)
  return key.kty === 'EC' ? { keyType: 'EC', curve: key.curve } : { keyType: 'RSA' }
}

/** Without an id from the caller every call is a new order; the time in front keeps new ones together in the index. */
function orderKeyOf(
  { clock, random }: Parts,
  { principal }: Caller,
  request: RequestFacts,
  policy: CertificatePolicy,
  { requestId }: SignRequestInput,
): string {
  if (requestId === undefined) return `${clock.now()}-${newId(random)}`
  const asked = JSON.stringify([
    principal.objectId,
    requestId,
    Buffer.from(request.der).toString('base64'),
    policy,
  ])
  return Buffer.from(thumbprint(Buffer.from(asked), 'sha256')).toString('hex')
}
