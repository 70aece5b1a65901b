/** `certkeep issuer account`: how the account at an ACME CA stands, and what is done with it. */
import type { AccountView, AccountWish } from '../vault/identity/administer.ts'
import { type CommandContext, commonOptions, readArguments, UsageError, withOperator } from './command.ts'
import { facts, json } from './output.ts'

const usage = `usage: certkeep issuer account NAME show|open|replace-key|deactivate|start-anew [--vault V]

The account that an issuer of ACME has at its CA. show asks nobody. open opens it now, or sees that it is open, and tells
the CA the contacts. replace-key gives it another key. deactivate closes it for good. start-anew forgets an account that
the CA takes nothing from any more, so that the next order opens another.

  --even-if-valid   start-anew forgets an account that is valid, too
  --vault V         the vault that the issuer belongs to ('default')
  --json            a JSON object instead
  --data DIR        the folder of the vault's data
`

const options = {
  ...commonOptions,
  vault: { type: 'string' },
  'even-if-valid': { type: 'boolean' },
} as const

const acts = new Map<string, Exclude<AccountWish['act'], 'startAnew'>>([
  ['open', 'open'],
  ['replace-key', 'replaceKey'],
  ['deactivate', 'deactivate'],
])

export async function issuerAccountCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME', 'ACT'], usage)
  const { vault = 'default', 'even-if-valid': evenIfValid = false } = values
  const [name, act] = positionals as [string, string]
  const wish = wishOf(act, evenIfValid)
  return withOperator(context, values.data, async ({ administration }) => {
    const account = wish
      ? await administration.changeIssuerAccount(vault, name, wish)
      : await administration.readIssuerAccount(vault, name)
    context.out(values.json ? json(account) : shown(account))
  })
}

/** Undefined to look only. */
function wishOf(act: string, evenIfValid: boolean): AccountWish | undefined {
  if (act === 'start-anew') return { act: 'startAnew', evenIfValid }
  if (evenIfValid) throw new UsageError('--even-if-valid is for start-anew', usage)
  if (act === 'show') return undefined
  const known = acts.get(act)
  if (!known)
    throw new UsageError(`'${act}' is none of show, ${[...acts.keys()].join(', ')}, start-anew`, usage)
  return { act: known }
}

function shown(account: AccountView): string {
  const { issuer, details, status, directory, url, contacts, externalAccount, keyThumbprint, replacingKey } =
    account
  return `${details ?? `The account of the issuer '${issuer}'.`}\n${facts([
    ['state', status === 'none' ? 'none; the first order opens one' : status],
    ['directory', directory],
    ...(url === undefined ? [] : [['account', url] as const]),
    ...(contacts.length > 0 ? [['contacts', contacts.join(', ')] as const] : []),
    ...(externalAccount === undefined ? [] : [['external account', externalAccount] as const]),
    ...(keyThumbprint === undefined ? [] : [['key', keyThumbprint] as const]),
    ...(replacingKey ? [['replacement', 'begun; replace-key ends it'] as const] : []),
  ])}`
}
