/** Accounts at a CA (RFC 8555 7.3). The key is the account: whoever has it finds the account again. */

import type { AccountKey } from '../account-key.ts'
import type { AcmeAnswer } from './answer.ts'
import { readJson, unusable } from './answer.ts'
import { bindExternalAccount, type ExternalAccount } from './external-account.ts'
import { accountSigner, type Signer } from './jws.ts'
import { isRefusal } from './refusal.ts'
import type { AcmeServer } from './server.ts'

export interface Account {
  readonly url: string
  readonly status: 'valid' | 'deactivated' | 'revoked'
  /** Not every CA says. */
  readonly contacts: readonly string[]
  /** Where its orders are listed; not every CA has it. */
  readonly orders?: string
}

export interface AccountWish {
  /** `mailto:` URLs. */
  readonly contacts: readonly string[]
  readonly termsOfServiceAgreed: boolean
  readonly externalAccount?: ExternalAccount
}

const statuses = ['valid', 'deactivated', 'revoked'] as const
const contactsMax = 20

/** Repeatable: the same key is given the account that it has. */
export async function openAccount(server: AcmeServer, key: AccountKey, wish: AccountWish): Promise<Account> {
  const { newAccount } = await server.directory()
  const { contacts, termsOfServiceAgreed, externalAccount } = wish
  const payload = {
    termsOfServiceAgreed,
    ...(contacts.length > 0 && { contact: contacts }),
    ...(externalAccount && {
      externalAccountBinding: await bindExternalAccount(externalAccount, newAccount, key.jwk),
    }),
  }
  return readAccountIn(await server.post(accountSigner(key), newAccount, payload, 'change'))
}

/** The account of a key, if the CA knows one (`onlyReturnExisting`, RFC 8555 7.3.1). */
export async function findAccount(server: AcmeServer, key: AccountKey): Promise<Account | undefined> {
  const { newAccount } = await server.directory()
  try {
    const payload = { onlyReturnExisting: true }
    return readAccountIn(await server.post(accountSigner(key), newAccount, payload, 'change'))
  } catch (error) {
    if (isRefusal(error, 'accountDoesNotExist')) return undefined
    throw error
  }
}

/** @param signer with the URL of the account, here and below. */
export async function readAccount(server: AcmeServer, signer: Signer): Promise<Account> {
  const url = urlOf(signer)
  return readAccountIn(await server.read(signer, url), url)
}

/** Replaces what the CA was told before. */
export async function changeContacts(
  server: AcmeServer,
  signer: Signer,
  contacts: readonly string[],
): Promise<Account> {
  const url = urlOf(signer)
  return readAccountIn(await server.post(signer, url, { contact: contacts }, 'change'), url)
}

/** Never to be undone: the CA refuses everything that the account asks for from now on (RFC 8555 7.3.6). */
export async function deactivateAccount(server: AcmeServer, signer: Signer): Promise<Account> {
  const url = urlOf(signer)
  return readAccountIn(await server.post(signer, url, { status: 'deactivated' }, 'change'), url)
}

export function urlOf({ account }: Signer): string {
  if (account === undefined) throw new Error('the account has no URL yet')
  return account
}

function readAccountIn(answer: AcmeAnswer, known?: string): Account {
  const members = readJson(answer)
  const url = known ?? answer.location
  if (url === undefined) throw unusable(answer, 'it does not say where the account is')
  const orders = members.optionalUrl('orders')
  return {
    url,
    status: members.word('status', statuses),
    contacts: members.texts('contact', contactsMax),
    ...(orders !== undefined && { orders }),
  }
}
