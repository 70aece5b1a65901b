/** `certkeep ca`: the certification authorities that a vault keeps itself. */
import type { AuthorityView } from '../vault/identity/administer.ts'
import { readChange, readCreation, readImport, readText, rulesOptions } from './ca-arguments.ts'
import {
  issuedCommand,
  issuedUsage,
  releaseIssuedCommand,
  revokeIssuedCommand,
} from './ca-issued-commands.ts'
import {
  type CommandContext,
  commonOptions,
  readArguments,
  runSubcommand,
  UsageError,
  withOperator,
} from './command.ts'
import { facts, json, table } from './output.ts'
import { reasonsText } from './revocation-arguments.ts'

const usage = `usage: certkeep ca create NAME --subject S [--parent CA | --requested] [--key K] [--years N] [--path-length N]
                         [--permit KIND:NAME]… [--exclude KIND:NAME]… [--eku OID]… [RULES]
       certkeep ca import NAME --file FILE [--password-file FILE] [RULES]
       certkeep ca request NAME
       certkeep ca install NAME --file FILE
       certkeep ca list
       certkeep ca show NAME
       certkeep ca export NAME [--cross]
       certkeep ca cross NAME --by CA
       certkeep ca update NAME [--retire] [--successor CA [--from TIME]] [RULES]
${issuedUsage}

A CA signs certificates for issuers of the provider PrivateCA. create makes a root, below --parent an intermediate, or
with --requested one that an outside CA certifies: request prints what it signs, install takes what it answers, with
the chain up to its root. import takes a CA that exists, from PEM. export prints the certificate and its chain. cross
certifies the key of a CA with that of another, so that whoever trusts the other finds a way; --cross prints those. issued
lists what a CA signed, of others too; revoke revokes one of it for good, or with --reason certificateHold until release.
Certificates of the vault can be revoked by their names: certkeep certificate revoke.

  --key K                 P-256, P-384 (if absent), P-521, RSA-2048, RSA-3072 or RSA-4096
  --years N               how long it lives (a root 10, an intermediate 5), never longer than its parent
  --path-length N         how many CAs there may be below it
  --permit, --exclude     for which names it may issue: dns:example.org, ip:192.0.2.0/24, email:example.org,
                          uri:.example.org
  --retire                it signs nothing new; for good
  --successor CA          issuers that name this CA get their certificates from that one, from now or --from on
  --from TIME             such as 2027-01-31T00:00:00Z
  --serial S              in hexadecimal, as it stands in the certificate; --after S goes on behind it
${reasonsText}
  --validity-days-max N   RULES: no certificate lives longer (398)
  --base-url URL          RULES: http:// and the host where revocation lists, OCSP and certificates are served
  --crl-hours N           RULES: how long a revocation list is good for (168); --delta-hours N, --partitions N
  --vault V               the vault that it belongs to ('default')
  --json                  a JSON object or list instead
  --data DIR              the folder of the vault's data
`

const options = { ...commonOptions, vault: { type: 'string' } } as const
const createOptions = {
  ...options,
  ...rulesOptions,
  subject: { type: 'string' },
  parent: { type: 'string' },
  requested: { type: 'boolean' },
  key: { type: 'string' },
  years: { type: 'string' },
  'path-length': { type: 'string' },
  permit: { type: 'string', multiple: true },
  exclude: { type: 'string', multiple: true },
  eku: { type: 'string', multiple: true },
} as const
const fileOptions = { ...options, file: { type: 'string' } } as const
const importOptions = { ...fileOptions, ...rulesOptions, 'password-file': { type: 'string' } } as const
const exportOptions = { ...options, cross: { type: 'boolean' } } as const
const crossOptions = { ...options, by: { type: 'string' } } as const
const updateOptions = {
  ...options,
  ...rulesOptions,
  retire: { type: 'boolean' },
  successor: { type: 'string' },
  from: { type: 'string' },
} as const

const subcommands = new Map([
  ['create', create],
  ['import', importCa],
  ['request', request],
  ['install', install],
  ['list', list],
  ['show', show],
  ['export', exportCa],
  ['cross', cross],
  ['update', update],
  ['issued', issuedCommand],
  ['revoke', revokeIssuedCommand],
  ['release', releaseIssuedCommand],
])

export function caCommand(args: readonly string[], context: CommandContext): Promise<number> {
  return runSubcommand(subcommands, args, context, usage)
}

async function create(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, createOptions, ['NAME'], usage)
  const input = readCreation(values, usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const view = await administration.createAuthority(vaultOf(values), positionals[0]!, input)
    const next = `Next: certkeep ca request ${view.authority.name}, and then certkeep ca install.\n`
    print(context, values, view, `was created.\n${factsOf(view)}${view.certificate ? '' : next}`)
  })
}

async function importCa(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, importOptions, ['NAME'], usage)
  const input = readImport(values, context, usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const view = await administration.importAuthority(vaultOf(values), positionals[0]!, input)
    print(context, values, view, `was taken in.\n${factsOf(view)}`)
  })
}

async function request(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const csr = await administration.readAuthorityRequest(vaultOf(values), positionals[0]!)
    context.out(values.json ? json({ csr: Buffer.from(csr).toString('base64') }) : pemOf(csr))
  })
}

async function install(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, fileOptions, ['NAME'], usage)
  const x5c = [readText(values.file, '--file', context, usage)]
  return withOperator(context, values.data, async ({ administration }) => {
    const view = await administration.installAuthority(vaultOf(values), positionals[0]!, x5c)
    print(context, values, view, `has its certificate.\n${factsOf(view)}`)
  })
}

async function list(args: readonly string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, options, [], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const views = await administration.listAuthorities(vaultOf(values))
    if (values.json) return context.out(json(views.map(shown)))
    const rows = views.map(({ authority, subject, certificate, outstanding }) => [
      authority.name,
      authority.state,
      subject,
      authority.parent ?? '-',
      certificate ? textOf(certificate.notAfter) : '-',
      String(outstanding.count),
    ])
    context.out(table([['NAME', 'STATE', 'SUBJECT', 'PARENT', 'ENDS', 'OUTSTANDING'], ...rows]))
  })
}

async function show(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const view = await administration.readAuthority(vaultOf(values), positionals[0]!)
    context.out(values.json ? json(shown(view)) : `${view.authority.name}\n${factsOf(view)}`)
  })
}

async function exportCa(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, exportOptions, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const view = await administration.readAuthority(vaultOf(values), positionals[0]!)
    if (values.json) return context.out(json(shown(view)))
    context.out((values.cross ? view.certificate?.crossPem : view.certificate?.pem) ?? '')
  })
}

async function cross(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, crossOptions, ['NAME'], usage)
  const { by } = values
  if (by === undefined) throw new UsageError('--by is missing', usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const view = await administration.crossCertifyAuthority(vaultOf(values), positionals[0]!, by)
    print(context, values, view, `was certified by '${by}'.\n${factsOf(view)}`)
  })
}

async function update(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, updateOptions, ['NAME'], usage)
  const change = readChange(values, usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const view = await administration.updateAuthority(vaultOf(values), positionals[0]!, change)
    print(context, values, view, `was changed.\n${factsOf(view)}`)
  })
}

const vaultOf = ({ vault = 'default' }: { readonly vault?: string }) => vault
const textOf = (time: number) => new Date(time * 1000).toISOString().replace('.000', '')

function print(
  context: CommandContext,
  { json: asJson }: { readonly json?: boolean },
  view: AuthorityView,
  text: string,
): void {
  context.out(asJson ? json(shown(view)) : `The CA '${view.authority.name}' ${text}`)
}

function factsOf({ authority, subject, key, certificate, outstanding }: AuthorityView): string {
  const { state, parent, successor, rules } = authority
  const { count, lastEnds } = outstanding
  return facts([
    ['state', state],
    ['subject', subject],
    ['key', key.curve ?? `${key.keyType}-${key.size}`],
    ...(parent === undefined ? [] : [['parent', parent] as const]),
    ...(certificate
      ? ([
          ['valid from', textOf(certificate.notBefore)],
          ['valid until', textOf(certificate.notAfter)],
          ['path length', certificate.pathLength?.toString() ?? 'no bound'],
        ] as const)
      : []),
    ['outstanding', lastEnds === undefined ? String(count) : `${count}, the last until ${textOf(lastEnds)}`],
    ...(successor ? [['successor', `${successor.name} from ${textOf(successor.from)}`] as const] : []),
    ['validity at most', `${rules.validityDaysMax} days`],
    ['base URL', rules.baseUrl ?? 'none'],
  ])
}

/** For programs. */
function shown({ authority, subject, key, certificate, outstanding }: AuthorityView) {
  const { vault, name, state, parent, successor, rules } = authority
  const { serialNumber, ...rest } = certificate ?? {}
  return {
    vault,
    name,
    state,
    subject,
    key,
    parent,
    successor,
    certificate: certificate && {
      serialNumber: Buffer.from(serialNumber!).toString('hex').toUpperCase(),
      ...rest,
    },
    outstanding,
    rules,
  }
}

function pemOf(csr: Uint8Array): string {
  const lines = Buffer.from(csr)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`
}
