/** Whether an issuer object of ACME is in order, in words: the way to the CA, the account, and the proofs of control. */
import type { AccountPlace } from '../../domain/acme-account.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { AccountFinding, IssuerAccount } from '../issuer.ts'
import type { AcmeParts } from './acme-parts.ts'
import { type Account, findAccount, readAccount } from './protocol/account.ts'
import { accountSigner } from './protocol/jws.ts'
import type { AcmeServer } from './protocol/server.ts'
import type { AcmeRegister } from './register.ts'
import { isKeyOf } from './replace-key.ts'
import { closedAccount, type OpenServer, placeOf } from './session.ts'
import { readSettings } from './settings.ts'

/** Opens no account: that the first order does. */
export async function accountFindings(
  { register }: AcmeParts,
  servers: OpenServer,
  issuer: IssuerAccount,
): Promise<readonly AccountFinding[]> {
  const settings = readSettings(issuer.settings)
  const server = servers(settings)
  const { host } = new URL(settings.directory)
  const reached = await finding('network', async () => {
    const { profiles } = await server.directory()
    const offers = profiles.size > 0 ? `; it offers the profiles ${[...profiles.keys()].join(', ')}` : ''
    return `The CA at ${host} answers${offers}.`
  })
  if (!reached.inOrder) return [reached]
  const place = placeOf(issuer, settings)
  const account = await finding('account', async () => {
    const known = await register.findAccount(place)
    if (known && known.status !== 'valid') throw closedAccount(issuer, known)
    const found = await accountAtCa(register, server, place, known?.url)
    if (!found) return unopened((await server.directory()).externalAccountRequired, issuer)
    if (found.status === 'valid') return `The account ${found.url} is valid.`
    throw closedAccount(issuer, found)
  })
  return [reached, account]
}

async function accountAtCa(
  register: AcmeRegister,
  server: AcmeServer,
  place: AccountPlace,
  url: string | undefined,
): Promise<Account | undefined> {
  const { present, next } = await register.knownKeys(place)
  if (!present) return undefined
  if (url === undefined) return findAccount(server, present)
  const key = next && (await isKeyOf(server, next, url)) ? next : present
  return readAccount(server, accountSigner(key, url))
}

function unopened(externalAccountRequired: boolean, { accountId, password }: IssuerAccount): string {
  if (externalAccountRequired && !(accountId !== undefined && password))
    throw new IssuerFailure(
      'user-action',
      'The CA takes only accounts that are bound to one of its own; set account_id and pwd of the credentials.',
    )
  return 'There is no account yet; the first order opens one.'
}

async function finding(
  subject: AccountFinding['subject'],
  work: () => Promise<string>,
): Promise<AccountFinding> {
  try {
    return { subject, inOrder: true, details: await work() }
  } catch (error) {
    if (error instanceof IssuerFailure) return { subject, inOrder: false, details: error.message }
    throw error
  }
}
