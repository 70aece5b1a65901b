/** Care for the account of an issuer object of ACME (RFC 8555 7.3): opened now, given another key, closed, or begun anew. */
import type { AcmeAccount } from '../../domain/acme-account.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { AccountCare, AccountState } from '../issuer.ts'
import { accountCommand } from './account-command.ts'
import { type CareTools, deactivate, keepStatus, startAnew } from './close-account.ts'
import { readAccount } from './protocol/account.ts'
import { jwkThumbprint } from './protocol/key-authorization.ts'
import { isRefusal } from './protocol/refusal.ts'
import { replaceKey } from './replace-key.ts'
import { closedAccount, forgetLostAccount, openSession, placeOf, type Session } from './session.ts'
import { readSettings } from './settings.ts'

export function accountCare(tools: CareTools): AccountCare {
  return {
    read: () => read(tools),
    open: () => open(tools),
    replaceKey: () => replace(tools),
    deactivate: () => deactivate(tools),
    startAnew: ({ evenIfValid }) => startAnew(tools, evenIfValid),
  }
}

async function read({ register, issuer }: CareTools): Promise<AccountState> {
  const place = placeOf(issuer, readSettings(issuer.settings))
  const known = await register.findAccount(place)
  const { present, next } = await register.knownKeys(place)
  const shared = {
    directory: place.directory,
    ...(present && { keyThumbprint: jwkThumbprint({ ...present.jwk }) }),
    replacingKey: next !== undefined,
  }
  // An account without a URL was lost at the CA, or never came to be.
  if (known?.url === undefined) return { ...shared, status: 'none', contacts: [] }
  const { status, url, contacts, externalAccount, created, updated } = known
  return {
    ...shared,
    status,
    url,
    contacts,
    ...(externalAccount !== undefined && { externalAccount }),
    created,
    updated,
  }
}

async function open(tools: CareTools): Promise<string> {
  const { register, issuer } = tools
  const place = placeOf(issuer, readSettings(issuer.settings))
  const before = await register.findAccount(place)
  const { account, status } = await seen(tools)
  if (status !== 'valid') throw closedAccount(issuer, await keepStatus(register, account, status))
  const what = before?.url === account.url ? 'is valid' : 'was opened'
  return [
    `The account ${account.url} ${what}.`,
    ...contactWords(account),
    ...bindingWords(tools, account),
  ].join(' ')
}

/** The account as the CA has it; opened anew with the same key if the CA lost it. */
async function seen(tools: CareTools, again = true): Promise<Session & { status: AcmeAccount['status'] }> {
  const { register, servers, issuer } = tools
  const session = await openSession(register, servers, issuer)
  try {
    const { status } = await readAccount(session.server, session.signer)
    return { ...session, status }
  } catch (error) {
    await forgetLostAccount(register, session.place, error)
    if (again && isRefusal(error, 'accountDoesNotExist')) return seen(tools, false)
    throw error
  }
}

function contactWords({ contacts }: AcmeAccount): string[] {
  if (contacts.length === 0) return []
  return [`The CA may write to ${contacts.map((contact) => contact.replace(/^mailto:/, '')).join(', ')}.`]
}

/** A CA ignores a binding that comes later (RFC 8555 7.3.1). */
function bindingWords({ issuer }: CareTools, { externalAccount }: AcmeAccount): string[] {
  const { accountId, password } = issuer
  if (accountId === externalAccount)
    return externalAccount === undefined ? [] : [`It is bound to ${externalAccount}.`]
  if (accountId === undefined || !password) return []
  const bound = externalAccount === undefined ? 'is bound to none' : `stays bound to ${externalAccount}`
  return [
    `It ${bound}, though the credentials name ${accountId}: CAs bind accounts only when they are opened. Another one is bound after ${accountCommand(issuer, 'start-anew')}.`,
  ]
}

async function replace({ register, servers, issuer }: CareTools): Promise<string> {
  const place = placeOf(issuer, readSettings(issuer.settings))
  const known = await register.findAccount(place)
  if (known?.url === undefined)
    throw new IssuerFailure(
      'permanent',
      `There is no account yet whose key could be replaced. Open one: ${accountCommand(issuer, 'open')}.`,
    )
  const { next: begun } = await register.knownKeys(place)
  const session = await openSession(register, servers, issuer)
  // What an earlier try began may have come to its end without anybody hearing of it.
  const settled = begun !== undefined && (await register.accountKey(place)).jwk.x === begun.jwk.x
  if (!settled) await replaceKey(register, session)
  const { present } = await register.knownKeys(place)
  return `The account ${session.account.url} has a new key, with the thumbprint ${jwkThumbprint({ ...present!.jwk })}. The former one is destroyed.`
}
