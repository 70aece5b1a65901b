/** Another key for an account (RFC 8555 7.3.5): the old one vouches for the new one, which signs inside. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { AccountKey } from '../account-key.ts'
import { urlOf } from './account.ts'
import { accountSigner, flattened, type Signer } from './jws.ts'
import type { AcmeServer } from './server.ts'

/**
 * From the moment that the CA agrees only the new key signs. When the answer is lost, `findAccount` with the new key tells
 * whether it was heard.
 * @throws IssuerFailure `ambiguous` then.
 */
export async function changeKey(server: AcmeServer, signer: Signer, next: AccountKey): Promise<void> {
  const { keyChange } = await server.directory()
  if (keyChange === undefined)
    throw new IssuerFailure('permanent', 'The CA does not let accounts change their keys.')
  const { key } = accountSigner(next)
  const header = { alg: key.algorithm, jwk: key.jwk, url: keyChange }
  const payload = { account: urlOf(signer), oldKey: signer.key.jwk }
  const inner = await flattened(header, payload, (data) => key.sign(data))
  await server.post(signer, keyChange, inner, 'create')
}
