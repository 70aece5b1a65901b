/** The part of `certkeep ca` that concerns what a CA issued: what there is, revoking it, and lifting holds. */
import type { IssuedCertificate, IssuedPlace } from '../vault/identity/administer.ts'
import { type CommandContext, commonOptions, readArguments, UsageError, withOperator } from './command.ts'
import { facts, json, table } from './output.ts'
import { readWish, revocationFacts, serialText, textOf, wishOptions } from './revocation-arguments.ts'

/** Part of the usage of `certkeep ca`. */
export const issuedUsage = `       certkeep ca issued NAME [--serial S | --after S]
       certkeep ca revoke NAME --serial S [--reason R] [--invalidity-date TIME]
       certkeep ca release NAME --serial S`
const usage = issuedUsage.replace('      ', 'usage:')

const options = { ...commonOptions, vault: { type: 'string' }, serial: { type: 'string' } } as const
const issuedOptions = { ...options, after: { type: 'string' } } as const
const revokeOptions = { ...options, ...wishOptions } as const

/** As many as people read. */
const pageSize = 1000

export async function issuedCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, issuedOptions, ['NAME'], usage)
  const { vault = 'default', serial, after, json: asJson } = values
  const name = positionals[0]!
  if (serial !== undefined && after !== undefined)
    throw new UsageError('--serial and --after cannot both be given', usage)
  return withOperator(context, values.data, async ({ administration }) => {
    if (serial !== undefined) {
      const issued = await administration.readIssued({ vault, authority: name, serialNumber: serial })
      return context.out(text(values, issued))
    }
    const page = { limit: pageSize, ...(after !== undefined && { after }) }
    const all = await administration.listIssued(vault, name, page)
    if (asJson) return context.out(json(all.map(shown)))
    const rows = all.map((issued) => [
      serialText(issued.serialNumber),
      issued.subject,
      textOf(issued.notAfter),
      stateOf(issued),
    ])
    context.out(table([['SERIAL', 'SUBJECT', 'ENDS', 'STATE'], ...rows]))
    if (all.length === pageSize)
      context.out(`More: certkeep ca issued ${name} --after ${serialText(all.at(-1)!.serialNumber)}\n`)
  })
}

export async function revokeIssuedCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, revokeOptions, ['NAME'], usage)
  const [place, wish] = [placeOf(positionals, values), readWish(values, usage)]
  return withOperator(context, values.data, async ({ administration }) =>
    context.out(text(values, await administration.revokeIssued(place, wish))),
  )
}

export async function releaseIssuedCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  const place = placeOf(positionals, values)
  return withOperator(context, values.data, async ({ administration }) =>
    context.out(text(values, await administration.releaseIssued(place))),
  )
}

function placeOf(
  [authority]: readonly string[],
  { vault = 'default', serial }: { readonly vault?: string; readonly serial?: string },
): IssuedPlace {
  if (serial === undefined) throw new UsageError('--serial is missing', usage)
  return { vault, authority: authority!, serialNumber: serial }
}

function stateOf({ certificate, revocation }: IssuedCertificate): string {
  if (!certificate) return 'not signed'
  if (!revocation) return 'not revoked'
  return revocation.reason === 'certificateHold' ? 'on hold' : 'revoked'
}

function text({ json: asJson }: { readonly json?: boolean }, issued: IssuedCertificate): string {
  if (asJson) return json(shown(issued))
  const lines = facts([
    ['subject', issued.subject],
    ['valid from', textOf(issued.notBefore)],
    ['valid until', textOf(issued.notAfter)],
    ['state', stateOf(issued)],
    ...revocationFacts(issued.revocation),
  ])
  return `${serialText(issued.serialNumber)}\n${lines}`
}

/** For programs. */
function shown(issued: IssuedCertificate) {
  const { authority, subject, notBefore, notAfter, recorded, revocation, certificate } = issued
  const { at: revoked, reason, invalidityDate } = revocation ?? {}
  return {
    authority,
    serialNumber: serialText(issued.serialNumber),
    subject,
    notBefore,
    notAfter,
    recorded,
    state: stateOf(issued),
    reason,
    revoked,
    invalidityDate,
    certificate: certificate && Buffer.from(certificate).toString('base64'),
  }
}
