/** Gives an authority the certificate that was made outside for its request. */
import type { Authority } from '../../domain/authority.ts'
import { VaultError } from '../../domain/errors.ts'
import { readMergedChain } from '../certificates/merged-chain.ts'
import type { PreparedAct } from '../prepared-act.ts'
import type { Makings } from './create-authority.ts'
import { type AuthorityView, viewOf } from './describe-authority.ts'
import { findAuthority } from './find-authority.ts'
import { type CertifiedAuthority, judgeAuthority } from './judge-authority.ts'

/**
 * Also a second time: a CA outside may renew the certificate of the same key.
 * @param x5c the certificate and its chain up to the root, in any order: base64 of DER or PKCS#7, or PEM.
 */
export function installation(
  { clock }: Pick<Makings, 'clock'>,
  vault: string,
  name: string,
  x5c: readonly string[],
): PreparedAct<Authority, CertifiedAuthority, AuthorityView> {
  return {
    verb: 'AuthorityInstall',
    name,
    async check(reader) {
      return checkAwaits(await findAuthority(reader, vault, name))
    },
    async prepare({ publicKey }) {
      return judgeAuthority(publicKey, readMergedChain(x5c, publicKey), clock.now())
    },
    async work(writer, { certificate, chain }, facts) {
      const former = checkAwaits(await findAuthority(writer, vault, name))
      const authority: Authority = {
        ...former,
        state: 'active',
        updated: clock.now(),
        certificate: certificate.der,
        chain: chain.map(({ der }) => der),
      }
      await writer.authorities.update(authority)
      facts.notAfter = certificate.notAfter
      return viewOf(writer, authority, clock.now())
    },
  }
}

function checkAwaits(authority: Authority): Authority {
  if (!authority.request)
    throw new VaultError(
      'Conflict',
      `The authority ${authority.name} has no request that was certified outside; nothing can be installed.`,
    )
  if (authority.state === 'retired')
    throw new VaultError('Conflict', `The authority ${authority.name} is retired.`)
  return authority
}
