/** Another key for an account (RFC 8555 7.3.5): the old one vouches for the new one, which signs inside. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { AccountKey } from '../account-key.ts'
import { findAccount, urlOf } from './account.ts'
import { accountSigner, flattened, type Signer } from './jws.ts'
import type { AcmeServer } from './server.ts'

/**
 * From the moment that the CA agrees only the new key signs; so the CA is asked whose key it is before it is relied upon.
 * @throws IssuerFailure `ambiguous` when that is not to be found out now: `findAccount` with the new key tells later.
 */
export async function changeKey(server: AcmeServer, signer: Signer, next: AccountKey): Promise<void> {
  const { keyChange } = await server.directory()
  if (keyChange === undefined)
    throw new IssuerFailure('permanent', 'The CA does not let accounts change their keys.')
  const { key } = accountSigner(next)
  const account = urlOf(signer)
  const header = { alg: key.algorithm, jwk: key.jwk, url: keyChange }
  const payload = { account, oldKey: signer.key.jwk }
  const inner = await flattened(header, payload, (data) => key.sign(data))
  await server.post(signer, keyChange, inner, 'create')
  if ((await ownerOf(server, next)) !== account)
    throw new IssuerFailure(
      'permanent',
      'The CA did not take the new key for the account; the old one stays.',
    )
}

async function ownerOf(server: AcmeServer, key: AccountKey): Promise<string | undefined> {
  try {
    return (await findAccount(server, key))?.url
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new IssuerFailure('ambiguous', `Whether the CA took the new key is not known yet. ${message}`, {
      cause,
    })
  }
}
