/** The account of an issuer object at its CA: opened there if need be, kept here, and ready to sign. */
import type { AccountPlace, AcmeAccount } from '../../domain/acme-account.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { OpenHttpClient } from '../../network/http-client.ts'
import type { IssuerAccount } from '../issuer.ts'
import { accountCommand } from './account-command.ts'
import { changeContacts, openAccount } from './protocol/account.ts'
import { accountSigner, type Signer } from './protocol/jws.ts'
import { isRefusal } from './protocol/refusal.ts'
import { type AcmeServer, openAcmeServer } from './protocol/server.ts'
import type { AcmeRegister } from './register.ts'
import { settleKey } from './replace-key.ts'
import { type AcmeSettings, readSettings } from './settings.ts'

export interface Session {
  readonly place: AccountPlace
  readonly settings: AcmeSettings
  readonly server: AcmeServer
  readonly account: AcmeAccount & { readonly url: string }
  readonly signer: Signer
}

/** Servers that are known already: their directory need not be read, nor a nonce be asked for, each time. */
export type OpenServer = (settings: AcmeSettings) => AcmeServer

const serversMax = 100

export function rememberedServers(register: AcmeRegister, openHttp: OpenHttpClient): OpenServer {
  const known = new Map<string, AcmeServer>()
  return ({ directory, trustRoots }) => {
    const key = JSON.stringify([directory, trustRoots])
    const server = known.get(key) ?? openServer(register, openHttp, directory, trustRoots)
    known.delete(key)
    known.set(key, server)
    for (const oldest of known.keys()) if (known.size > serversMax) known.delete(oldest)
    return server
  }
}

function openServer(
  register: AcmeRegister,
  openHttp: OpenHttpClient,
  url: string,
  trustRoots: readonly string[],
): AcmeServer {
  const http = openHttp(trustRoots.length > 0 ? { trustRoots } : {})
  return openAcmeServer({ http, url, clock: register })
}

export function placeOf({ vault, name }: IssuerAccount, { directory }: AcmeSettings): AccountPlace {
  return { vault, issuer: name, directory }
}

/** @throws IssuerFailure when the CA has no account for us, and gives none. */
export async function openSession(
  register: AcmeRegister,
  servers: OpenServer,
  issuer: IssuerAccount,
): Promise<Session> {
  const settings = readSettings(issuer.settings)
  const place = placeOf(issuer, settings)
  const server = servers(settings)
  const known = await register.findAccount(place)
  if (known && known.status !== 'valid') throw closedAccount(issuer, known)
  const account = await withUrl(register, server, issuer, settings, known)
  await settleKey(register, server, { place, account })
  const signer = accountSigner(await register.accountKey(place), account.url)
  return {
    place,
    settings,
    server,
    account: await told(register, { server, signer, account, settings }),
    signer,
  }
}

/** Only a person may decide that another one takes its place. */
export function closedAccount(
  issuer: IssuerAccount,
  { url, status }: Pick<AcmeAccount, 'url' | 'status'>,
): IssuerFailure {
  return new IssuerFailure(
    'auth',
    `The account ${url} is ${status}: the CA takes no more orders from it. Start anew with another: ${accountCommand(issuer, 'start-anew')}.`,
  )
}

/** What the CA does not know any more is asked for anew: the key is the account. */
export async function forgetLostAccount(
  register: AcmeRegister,
  place: AccountPlace,
  error: unknown,
): Promise<void> {
  if (!isRefusal(error, 'accountDoesNotExist')) return
  const known = await register.findAccount(place)
  if (!known) return
  const { url: _lost, ...rest } = known
  await register.keepAccount({ ...rest, updated: register.now() })
}

async function withUrl(
  register: AcmeRegister,
  server: AcmeServer,
  issuer: IssuerAccount,
  settings: AcmeSettings,
  known: AcmeAccount | undefined,
): Promise<AcmeAccount & { readonly url: string }> {
  if (known?.url !== undefined) return { ...known, url: known.url }
  const place = placeOf(issuer, settings)
  const key = await register.accountKey(place)
  const externalAccount = await externalAccountOf(server, issuer, settings)
  const { contacts } = settings
  const { url, status } = await openAccount(server, key, {
    contacts,
    termsOfServiceAgreed: true,
    ...(externalAccount && { externalAccount }),
  })
  const now = register.now()
  const account = {
    ...place,
    url,
    status,
    contacts,
    ...(externalAccount && { externalAccount: externalAccount.keyIdentifier }),
    created: known?.created ?? now,
    updated: now,
  }
  await register.keepAccount(account)
  return account
}

/** @throws IssuerFailure `user-action` when the CA wants one and the issuer object has none. */
async function externalAccountOf(
  server: AcmeServer,
  { accountId, password }: IssuerAccount,
  { externalAccount }: AcmeSettings,
) {
  if (accountId !== undefined && password) return { keyIdentifier: accountId, macKey: password }
  if (!externalAccount && !(await server.directory()).externalAccountRequired) return undefined
  throw new IssuerFailure(
    'user-action',
    'The CA takes only accounts that are bound to one of its own: get a key identifier and a MAC key there, and set them as account_id and pwd of the credentials of the issuer.',
  )
}

/** The CA is told when the contacts have changed. */
async function told(
  register: AcmeRegister,
  session: Pick<Session, 'server' | 'signer' | 'account' | 'settings'>,
): Promise<Session['account']> {
  const { server, signer, account, settings } = session
  const { contacts } = settings
  if (contacts.join() === account.contacts.join()) return account
  await changeContacts(server, signer, contacts)
  const changed = { ...account, contacts, updated: register.now() }
  await register.keepAccount(changed)
  return changed
}
