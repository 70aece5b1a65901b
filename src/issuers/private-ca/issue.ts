/**
 * Issuing under an authority: judge, put the serial number on record, sign, keep. Every step can be repeated after a crash:
 * an order that is on record keeps its serial number and dates, and one that is signed its certificate.
 */
import type { Authority, IssuedCertificate } from '../../domain/authority.ts'
import { authorityUrls } from '../../domain/authority-urls.ts'
import type { CurveName } from '../../domain/certificate-policy.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { printDistinguishedName } from '../../domain/subject.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Validity } from '../../domain/validity.ts'
import { assembleSigned, type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { type CertificateKind, checkBeforeSigning } from '../../x509/lint/lint.ts'
import { checkPublicKey, describePublicKey } from '../../x509/public-key.ts'
import { type SignatureAlgorithm, signatureAlgorithm } from '../../x509/signature-algorithm.ts'
import { verifyNewCertificate } from '../../x509/verified-certificates.ts'
import { checkPathRules } from './path-rules.ts'
import type { AuthorityRegister } from './register.ts'
import { certificateFor, type Wish } from './wish.ts'

export interface Commission {
  /** The same for every attempt. */
  readonly orderKey: string
  readonly wish: Wish
  /** What was asked for; the authority's own end cuts it short. */
  readonly validity: Validity
  readonly kind: CertificateKind
}

/**
 * The certificate, and behind it that of the authority and its chain with the root.
 * @throws VaultError `BadParameter` for what is not to be signed, `Conflict` when the authority does not sign.
 */
export async function issueUnder(
  register: AuthorityRegister,
  authority: Authority,
  commission: Commission,
): Promise<readonly Der[]> {
  const chain = [signingCertificate(authority), ...authority.chain]
  const known = await register.findOrdered(authority, commission.orderKey)
  if (known?.certificate) return [known.certificate, ...chain]
  const path = chain.map(parseCertificate)
  checkSigns(authority, path, register.now(), commission.kind)
  await checkKey(register, commission.wish)
  const signing = prepare(authority, path, commission, register.now())
  const { issued, tbs } = known
    ? { issued: known, tbs: signing.build(known) }
    : await recordFirst(register, authority, commission, signing)
  if (issued.certificate) return [issued.certificate, ...chain]
  const certificate = await sign(register, authority, signing, tbs)
  return [await register.keep(authority, issued.serialNumber, certificate), ...chain]
}

/** Everything about the certificate but what stands on record. */
interface Signing {
  readonly algorithm: SignatureAlgorithm
  readonly issuer: CertificateFacts
  readonly validity: Validity
  /** @throws VaultError `BadParameter`: nothing may be signed then. */
  readonly build: (issued: Pick<IssuedCertificate, 'serialNumber' | 'partition'> & Validity) => Der
}

function prepare(
  authority: Authority,
  path: readonly CertificateFacts[],
  { wish, validity, kind }: Commission,
  at: UnixSeconds,
): Signing {
  const issuer = path[0]!
  const algorithm = algorithmOf(issuer.spki)
  return {
    algorithm,
    issuer,
    validity: within(path, validity, at),
    build({ serialNumber, notBefore, notAfter, partition }) {
      const urls = authorityUrls(authority, partition)
      const grant = { serialNumber, notBefore, notAfter, signatureAlgorithm: algorithm.identifier, issuer }
      const tbs = certificateFor(wish, urls ? { ...grant, urls } : grant)
      checkBeforeSigning(tbs, algorithm.identifier, { kind, at, issuer })
      checkPathRules(unsigned(tbs, algorithm), path)
      return tbs
    },
  }
}

/** Judged before it is on record, so that what is refused leaves no trace. */
async function recordFirst(
  register: AuthorityRegister,
  authority: Authority,
  { orderKey, wish, kind }: Commission,
  { validity, build }: Signing,
): Promise<{ readonly issued: IssuedCertificate; readonly tbs: Der }> {
  const serialNumber = register.newSerialNumber()
  const partition = partitionOf(serialNumber, authority.rules.partitions)
  const tbs = build({ serialNumber, partition, ...validity })
  const record: IssuedCertificate = {
    vault: authority.vault,
    authority: authority.name,
    serialNumber,
    orderKey,
    partition,
    recorded: register.now(),
    ...validity,
    subject: printDistinguishedName(wish.subject),
  }
  const issued = await register.record(record, kind)
  // Somebody else may have recorded the same order first; then that record says what is signed.
  const isOwn = Buffer.compare(issued.serialNumber, serialNumber) === 0
  return { issued, tbs: isOwn ? tbs : build(issued) }
}

async function sign(
  register: AuthorityRegister,
  authority: Authority,
  { algorithm, issuer }: Signing,
  tbs: Der,
): Promise<Der> {
  const signature = await register.sign(authority, { hash: algorithm.hash }, tbs)
  const certificate = assembleSigned(tbs, algorithm.identifier, signature)
  // A signature that a fault spoiled could tell the key (Boneh, DeMillo, Lipton): it goes nowhere.
  if (!(await verifyNewCertificate(parseCertificate(certificate), issuer.spki)))
    throw new Error('a signature of an authority does not verify')
  return certificate
}

/** @throws VaultError `Conflict` while there is none. */
function signingCertificate({ name, certificate }: Authority): Der {
  if (certificate) return certificate
  throw new VaultError('Conflict', `The authority ${name} waits for its certificate; install it first.`)
}

/** @throws VaultError `Conflict`. */
function checkSigns(
  { name, state }: Authority,
  path: readonly CertificateFacts[],
  now: UnixSeconds,
  kind: CertificateKind,
): void {
  if (!maySign(state, kind))
    throw new VaultError('Conflict', `The authority ${name} is retired and signs no more certificates.`)
  if (path.some(({ notAfter }) => notAfter <= now))
    throw new VaultError(
      'Conflict',
      `The authority ${name} is past its end, or a CA above it is; name another authority.`,
    )
}

/** What is retired still says what became of its certificates, so it certifies those who say it; nobody else. */
export function maySign(state: Authority['state'], kind: CertificateKind): boolean {
  return state === 'active' || (state === 'retired' && kind === 'ocsp-responder')
}

/** Those whose signatures every verifier knows. */
const curvesOfCas: readonly CurveName[] = ['P-256', 'P-384', 'P-521']

/** Weak keys, and keys of CAs: their certificates would be CA certificates of another name. @throws VaultError. */
async function checkKey(register: AuthorityRegister, { publicKey, basicConstraints }: Wish): Promise<void> {
  const key = describePublicKey(publicKey)
  checkPublicKey(key)
  if (basicConstraints.ca && key.kty === 'EC' && !curvesOfCas.includes(key.curve))
    throw badParameter(
      `The certificate is not signed: curve: a CA has a key on ${curvesOfCas.join(', ')}, not on ${key.curve}.`,
    )
  if (!basicConstraints.ca && (await register.isAuthorityKey(publicKey)))
    throw badParameter(
      'The certificate is not signed: ca-key-reused: the key is that of an authority; make a new key.',
    )
}

/** Nobody outlives or precedes a CA above. */
function within(
  path: readonly CertificateFacts[],
  { notBefore, notAfter }: Validity,
  at: UnixSeconds,
): Validity {
  const life = {
    notBefore: seconds(Math.max(notBefore, ...path.map((authority) => authority.notBefore))),
    notAfter: seconds(Math.min(notAfter, ...path.map((authority) => authority.notAfter))),
  }
  if (life.notAfter <= at || life.notBefore >= life.notAfter)
    throw badParameter('The certificate is not signed: validity-positive: it would be past its end already.')
  return life
}

export function algorithmOf(spki: Der): SignatureAlgorithm {
  const key = describePublicKey(spki)
  return signatureAlgorithm(key.kty === 'RSA' ? { kty: 'RSA' } : { kty: 'EC', curve: key.curve })
}

/** Serial numbers are random, so the partitions fill alike. */
function partitionOf(serialNumber: Uint8Array, partitions: number): number {
  return Buffer.from(serialNumber.subarray(-4)).readUInt32BE() % partitions
}

function unsigned(tbs: Der, { identifier }: SignatureAlgorithm): CertificateFacts {
  return parseCertificate(assembleSigned(tbs, identifier, new Uint8Array(1)))
}
