/**
 * Certifies the key of one authority with that of another (RFC 4210 4.4). Whoever trusts one of two roots then finds a way to
 * what the other issues: new roots are taken up while old ones are still trusted.
 */
import type { Authority } from '../../domain/authority.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { emptyNames } from '../../domain/subject.ts'
import { validityFrom } from '../../domain/validity.ts'
import { issueUnder } from '../../issuers/private-ca/issue.ts'
import type { Wish } from '../../issuers/private-ca/wish.ts'
import { type CertificateFacts, parseCertificate, thumbprint } from '../../x509/certificate.ts'
import { certificatePolicies } from '../../x509/certificate-policies.ts'
import type { Der } from '../../x509/der.ts'
import { nameConstraints } from '../../x509/name-constraints.ts'
import { anyPolicy } from '../../x509/object-identifiers.ts'
import type { PreparedAct } from '../prepared-act.ts'
import { authorityRegister } from './authority-register.ts'
import type { Makings } from './create-authority.ts'
import { type AuthorityView, viewOf } from './describe-authority.ts'
import { findAuthority } from './find-authority.ts'

interface Pair {
  readonly certified: Authority
  readonly signer: Authority
}

/**
 * The same certificate is certified once by the same authority.
 * @param by the authority that signs.
 */
export function crossCertification(
  makings: Makings,
  vault: string,
  name: string,
  by: string,
): PreparedAct<Pair, Der, AuthorityView> {
  return {
    verb: 'AuthorityCrossCertify',
    name,
    async check(reader) {
      const certified = await findAuthority(reader, vault, name)
      const signer = await findAuthority(reader, vault, by)
      if (certified.name === signer.name)
        throw badParameter('by: an authority does not certify itself; name another one.')
      return { certified, signer }
    },
    prepare: (pair) => certify(makings, pair),
    async work(writer, certificate, facts) {
      const former = await findAuthority(writer, vault, name)
      const others = former.crossCertificates.filter((each) => Buffer.compare(each, certificate) !== 0)
      const authority = {
        ...former,
        updated: makings.clock.now(),
        crossCertificates: [...others, certificate],
      }
      await writer.authorities.update(authority)
      facts.by = by
      return viewOf(writer, authority, makings.clock.now())
    },
  }
}

async function certify(makings: Makings, { certified, signer }: Pair): Promise<Der> {
  if (!certified.certificate)
    throw new VaultError('Conflict', `The authority ${certified.name} waits for its certificate.`)
  const own = parseCertificate(certified.certificate)
  const { notBefore } = validityFrom(makings.clock.now(), 0)
  const digest = Buffer.from(thumbprint(own.der, 'sha256')).toString('hex')
  const [certificate] = await issueUnder(authorityRegister(makings), signer, {
    orderKey: `cross/${digest}`,
    wish: sameAs(own),
    validity: { notBefore, notAfter: own.notAfter },
    kind: 'intermediate',
  })
  return certificate!
}

/** Name, key and rights as the authority has them: what it issued has to fit either certificate. */
function sameAs(own: CertificateFacts): Wish {
  const constraints = nameConstraints(own)
  if (constraints && constraints.otherKinds.length > 0)
    throw badParameter('The authority has name constraints of a kind that is not understood.')
  return {
    subject: own.subject,
    sans: emptyNames,
    publicKey: own.spki,
    keyUsage: own.keyUsage ?? ['keyCertSign', 'cRLSign'],
    ekus: own.ekus ?? [],
    basicConstraints: own.basicConstraints ?? { ca: true },
    ...(constraints && { nameConstraints: constraints }),
    policies: policiesOf(own),
    repeats: own,
  }
}

/** A root names no policies and is bound to none. In the middle of a path it has to say so. */
function policiesOf(own: CertificateFacts): readonly string[] {
  const named = certificatePolicies(own).map(({ oid }) => oid)
  return named.length > 0 ? named : [anyPolicy]
}
