/** `certkeep certificate`: what the operator does with a certificate when there is no time for a client. */
import type { RevocationView, VersionPlace } from '../vault/identity/administer.ts'
import { type CommandContext, commonOptions, readArguments, runSubcommand, withOperator } from './command.ts'
import { facts, json } from './output.ts'
import { readWish, reasonsText, revocationFacts, serialText, wishOptions } from './revocation-arguments.ts'

const usage = `usage: certkeep certificate revoke NAME [--version V] [--reason R] [--invalidity-date TIME]
       certkeep certificate hold NAME [--version V]
       certkeep certificate release NAME [--version V]
       certkeep certificate status NAME [--version V]

revoke has a version revoked by the CA that signed it, for good. hold does so until release lifts it. status tells what is
on record. Certificates of others, of deleted names, and of CAs are revoked by their serial number: certkeep ca revoke.

  --version V             the version (the current one)
${reasonsText}
  --vault V               the vault that it belongs to ('default')
  --json                  a JSON object instead
  --data DIR              the folder of the vault's data
`

const options = { ...commonOptions, vault: { type: 'string' }, version: { type: 'string' } } as const
const revokeOptions = { ...options, ...wishOptions } as const

const subcommands = new Map([
  ['revoke', revoke],
  ['hold', hold],
  ['release', release],
  ['status', status],
])

export function certificateCommand(args: readonly string[], context: CommandContext): Promise<number> {
  return runSubcommand(subcommands, args, context, usage)
}

async function revoke(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, revokeOptions, ['NAME'], usage)
  const wish = readWish(values, usage)
  return withOperator(context, values.data, async ({ administration }) =>
    context.out(text(values, await administration.revokeCertificate(placeOf(positionals, values), wish))),
  )
}

async function hold(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  const wish = { reason: 'certificateHold' } as const
  return withOperator(context, values.data, async ({ administration }) =>
    context.out(text(values, await administration.revokeCertificate(placeOf(positionals, values), wish))),
  )
}

async function release(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) =>
    context.out(text(values, await administration.releaseCertificate(placeOf(positionals, values)))),
  )
}

async function status(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) =>
    context.out(text(values, await administration.readRevocation(placeOf(positionals, values)))),
  )
}

function placeOf(
  [name]: readonly string[],
  { vault = 'default', version }: { readonly vault?: string; readonly version?: string },
): VersionPlace {
  return { vault, name: name!, ...(version !== undefined && { version }) }
}

const sentences: Readonly<Record<RevocationView['state'], string>> = {
  notRevoked: 'is not revoked.',
  onHold: 'is on hold.',
  revoked: 'is revoked.',
  pending: 'is to be revoked: its CA was asked, and has not done it yet. Ask again later.',
  unknown: 'was not revoked from here. If a CA outside signed it, that CA knows how it stands.',
}

function text({ json: asJson }: { readonly json?: boolean }, view: RevocationView): string {
  if (asJson) return json(shown(view))
  const { name, version, serialNumber, authority, issuer, details } = view
  const lines: (readonly [string, string])[] = [
    ['version', version],
    ['serial number', serialText(serialNumber)],
    ...revocationFacts(view.revocation),
    ...(authority === undefined ? [] : [['authority', authority] as const]),
    ...(issuer === undefined ? [] : [['issuer', issuer] as const]),
    ...(details === undefined ? [] : [['the CA says', details] as const]),
  ]
  return `The certificate '${name}' ${sentences[view.state]}\n${facts(lines)}`
}

/** For programs. */
function shown({ serialNumber, revocation, ...rest }: RevocationView) {
  const { at: revoked, reason, invalidityDate } = revocation ?? {}
  return { ...rest, serialNumber: serialText(serialNumber), reason, revoked, invalidityDate }
}
