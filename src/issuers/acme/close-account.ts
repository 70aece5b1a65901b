/** The end of an account at a CA: deactivated for good (RFC 8555 7.3.6), and forgotten here so that another can be opened. */
import type { AcmeAccount } from '../../domain/acme-account.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { IssuerAccount } from '../issuer.ts'
import { accountCommand } from './account-command.ts'
import { deactivateAccount, findAccount, readAccount } from './protocol/account.ts'
import { accountSigner } from './protocol/jws.ts'
import { isRefusal } from './protocol/refusal.ts'
import type { AcmeServer } from './protocol/server.ts'
import type { AcmeRegister } from './register.ts'
import { settleKey } from './replace-key.ts'
import { type OpenServer, placeOf } from './session.ts'
import { readSettings } from './settings.ts'

export interface CareTools {
  readonly register: AcmeRegister
  readonly servers: OpenServer
  readonly issuer: IssuerAccount
}

type LocatedAccount = AcmeAccount & { readonly url: string }

export async function deactivate(tools: CareTools): Promise<string> {
  const { register, servers, issuer } = tools
  const account = await locate(tools)
  if (!account) return 'There is no account that could be deactivated.'
  const { url } = account
  const another = `For another one: ${accountCommand(issuer, 'start-anew')}.`
  if (account.status !== 'valid') return `The account ${url} is ${account.status} already. ${another}`
  const status = await close(register, servers(readSettings(issuer.settings)), account)
  await keepStatus(register, account, status)
  if (status === 'valid')
    throw new IssuerFailure(
      'permanent',
      `The CA was told to deactivate the account ${url}, and left it valid.`,
    )
  return `The account ${url} is ${status}: the CA takes nothing from it any more, and nothing is ordered. ${another}`
}

export async function startAnew(tools: CareTools, evenIfValid: boolean): Promise<string> {
  const { register, issuer } = tools
  const place = placeOf(issuer, readSettings(issuer.settings))
  const known = await register.findAccount(place)
  const { present } = await register.knownKeys(place)
  if (!known && !present) return 'There is no account here; the first order opens one.'
  if (!evenIfValid) await refuseIfValid(tools)
  await register.forgetAccount(place)
  const what = known?.url === undefined ? 'The key of the account' : `The account ${known.url} with its key`
  return `${what} is forgotten. The next order opens another account, or at once: ${accountCommand(issuer, 'open')}.`
}

/** @returns the account as it is on record now. */
export async function keepStatus<Account extends AcmeAccount>(
  register: AcmeRegister,
  account: Account,
  status: AcmeAccount['status'],
): Promise<Account> {
  const changed = { ...account, status, updated: register.now() }
  await register.keepAccount(changed)
  return changed
}

/** By the record; or by asking the CA, if the answer was lost that told where the account is. */
async function locate({ register, servers, issuer }: CareTools): Promise<LocatedAccount | undefined> {
  const settings = readSettings(issuer.settings)
  const place = placeOf(issuer, settings)
  const known = await register.findAccount(place)
  if (known?.url !== undefined) return { ...known, url: known.url }
  const { present } = await register.knownKeys(place)
  const found = present && (await findAccount(servers(settings), present))
  if (!found) return undefined
  const { url, status, contacts } = found
  const now = register.now()
  return { ...place, url, status, contacts, created: known?.created ?? now, updated: now }
}

/** A CA that takes nothing from the account was told before, or has closed it by itself. */
async function close(
  register: AcmeRegister,
  server: AcmeServer,
  account: LocatedAccount,
): Promise<AcmeAccount['status']> {
  try {
    const { status } = await deactivateAccount(server, await signerOf(register, server, account))
    return status
  } catch (error) {
    if (isClosed(error)) return 'deactivated'
    throw error
  }
}

async function refuseIfValid(tools: CareTools): Promise<void> {
  const { issuer } = tools
  const force = accountCommand(issuer, 'start-anew --even-if-valid')
  const url = await validAccount(tools).catch((error) => {
    if (!(error instanceof IssuerFailure)) throw error
    throw new IssuerFailure(
      error.failure,
      `Whether the account is still valid could not be found out. ${error.message} To forget it all the same: ${force}.`,
    )
  })
  if (url === undefined) return
  throw new IssuerFailure(
    'permanent',
    `The account ${url} is valid. Deactivate it first: ${accountCommand(issuer, 'deactivate')}. Or leave it open at the CA, with a key that nobody has any more: ${force}.`,
  )
}

/** The URL of the account, if the CA takes something from it. */
async function validAccount(tools: CareTools): Promise<string | undefined> {
  const { register, servers, issuer } = tools
  try {
    const account = await locate(tools)
    if (account?.status !== 'valid') return undefined
    const server = servers(readSettings(issuer.settings))
    const { status } = await readAccount(server, await signerOf(register, server, account))
    return status === 'valid' ? account.url : undefined
  } catch (error) {
    if (isClosed(error)) return undefined
    throw error
  }
}

async function signerOf(register: AcmeRegister, server: AcmeServer, account: LocatedAccount) {
  await settleKey(register, server, { place: account, account })
  return accountSigner(await register.accountKey(account), account.url)
}

/** RFC 8555 7.3.6: requests of an account that was deactivated are answered so. */
function isClosed(error: unknown): boolean {
  return isRefusal(error, 'unauthorized') || isRefusal(error, 'accountDoesNotExist')
}
