/**
 * `acme-dns`: a name server for proofs alone (github.com/joohoi/acme-dns). Each account has one name; `_acme-challenge` of what is to be
 * certified is made an alias of it, once. It shows the two newest values and forgets older ones, so nothing is taken away.
 */
import { badParameter } from '../../../domain/errors.ts'
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { DnsFailure } from '../../../network/dns-client.ts'
import { readDnsName, readHttpsUrl, readSecretName, rejectUnknownMembers } from '../../settings-members.ts'
import type { DnsProviderKind, DnsProviderSettings, DnsProviderTools, TxtRecord } from '../dns-provider.ts'
import { ask, readTrustRoots, refusal } from '../http-api.ts'

interface Account {
  readonly fulldomain: string
  /** Name of the secret that holds what `/register` answered. */
  readonly secret: string
}

interface Settings {
  readonly url: string
  readonly accounts: readonly Account[]
  readonly peer: { readonly trustRoots?: readonly string[] }
}

interface Credentials {
  readonly username: string
  readonly password: string
  readonly subdomain: string
}

const accountsMax = 100
const limits = { octetsMax: 65_536, secondsMax: 30 }

export const acmeDns: DnsProviderKind = {
  name: 'acme-dns',
  checkSettings: readSettings,
  connect(tools, given) {
    const settings = readSettings(given)
    return {
      async add(record) {
        await add(tools, settings, record)
        return undefined
      },
      async remove() {},
    }
  },
}

function readSettings(settings: DnsProviderSettings): Settings {
  rejectUnknownMembers(settings, ['url', 'accounts', 'trustRoots'])
  const { accounts } = settings
  if (!Array.isArray(accounts) || accounts.length === 0 || accounts.length > accountsMax)
    throw badParameter(
      `accounts: send a list of 1 to ${accountsMax} objects with fulldomain, as /register answered it, and secret.`,
    )
  return {
    url: readHttpsUrl(settings, 'url'),
    accounts: accounts.map(readAccount),
    peer: readTrustRoots(settings) ?? {},
  }
}

function readAccount(account: unknown, index: number): Account {
  const path = `accounts.${index}`
  if (typeof account !== 'object' || account === null)
    throw badParameter(`${path}: send an object with fulldomain and secret.`)
  const { fulldomain, secret, ...rest } = account as Record<string, unknown>
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined)
    throw badParameter(`${path}.${unknown.slice(0, 100)}: not known; send fulldomain and secret.`)
  const members = { [`${path}.fulldomain`]: fulldomain, [`${path}.secret`]: secret }
  return {
    fulldomain: readDnsName(members, `${path}.fulldomain`),
    secret: readSecretName(members, `${path}.secret`),
  }
}

async function add(tools: DnsProviderTools, settings: Settings, { name, value }: TxtRecord): Promise<void> {
  const account = settings.accounts.find(({ fulldomain }) => fulldomain === name)
  if (!account)
    throw new IssuerFailure(
      'user-action',
      `${name} is the name of no account in settings.challenges; make it an alias of one: ${name}. CNAME ${settings.accounts[0]!.fulldomain}.`,
    )
  // A value that is sent again would push out the one beside it.
  if (await isShown(tools, name, value)) return
  const { username, password, subdomain } = await credentials(tools, account)
  const answer = await ask(tools.openHttp({ ...settings.peer, ...limits }), {
    method: 'POST',
    url: `${settings.url}/update`,
    headers: { 'content-type': 'application/json', 'x-api-user': username, 'x-api-key': password },
    body: JSON.stringify({ subdomain, txt: value }),
  })
  if (answer.status !== 200)
    throw refusal(answer, `acme-dns at ${new URL(settings.url).host}`, `the secret ${account.secret}`)
}

async function isShown({ dns }: DnsProviderTools, name: string, value: string): Promise<boolean> {
  try {
    return (await dns.txt(name)).includes(value)
  } catch (error) {
    if (error instanceof DnsFailure) return false
    throw error
  }
}

async function credentials(tools: DnsProviderTools, { fulldomain, secret }: Account): Promise<Credentials> {
  const members = readJson((await tools.secret(secret)).reveal())
  const { username, password, subdomain = fulldomain.split('.')[0] } = members
  if ([username, password, subdomain].every(isHeaderText))
    return { username, password, subdomain } as Credentials
  throw new IssuerFailure(
    'user-action',
    `The secret ${secret} is no account of acme-dns; store what /register answered, as JSON with username and password.`,
  )
}

/** @returns no members for what is no object; the text is repeated nowhere. */
function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value)
}
