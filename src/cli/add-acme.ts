/** `certkeep issuer add acme`: an issuer of ACME in one line, and what is still to be done for it. */
import { VaultError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import type { Administration, CertificateIssuer, NewIssuerInput } from '../vault/identity/administer.ts'
import { type CommandContext, commonOptions, readArguments, UsageError, withOperator } from './command.ts'
import { facts, json } from './output.ts'
import { shown } from './show-issuer.ts'
import { readTextFile } from './text-file.ts'

export const addAcmeUsage = `usage: certkeep issuer add acme NAME --ca CA --agree-tos [--vault V]
           [--directory URL] [--trust-root FILE]… [--contact MAIL]… [--profile P]… [--preferred-chain CN]
           [--http-01] [--tls-alpn-01] [--dns-01 PROVIDER [--dns-secret NAME] [--dns-setting KEY=VALUE]…]
           [--eab-kid KID --eab-mac-file FILE | --eab-mac-env VARIABLE]

  --ca CA            letsencrypt, letsencrypt-staging, zerossl, google, google-staging, sslcom-rsa, sslcom-ecc, digicert,
                     globalsign, actalis; or custom, with --directory
  --agree-tos        you have read the terms of service of the CA and agree to them; without it they are shown
  --directory URL    the directory of a CA of one's own; --trust-root FILE its root as PEM
  --contact MAIL     whom the CA may write to
  --profile P        a profile of the CA; the first that it offers is asked for
  --preferred-chain  common name of the root that the chain is to lead to
  --http-01, --tls-alpn-01, --dns-01 PROVIDER   how control of names is proved, in this order; none: the first two, as
                     far as their listeners run
  --dns-secret NAME  the secret of the vault that has the credentials of the DNS provider
  --dns-setting      what else the provider has to know; KEY:=JSON for what is no text
  --eab-kid KID      the external account that the CA binds accounts to, and its MAC key in a file or a variable
`

const list = { type: 'string', multiple: true } as const
const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  ...commonOptions,
  vault: text,
  ca: text,
  'agree-tos': flag,
  directory: text,
  'trust-root': list,
  contact: list,
  profile: list,
  'preferred-chain': text,
  'http-01': flag,
  'tls-alpn-01': flag,
  'dns-01': text,
  'dns-secret': text,
  'dns-setting': list,
  'eab-kid': text,
  'eab-mac-file': text,
  'eab-mac-env': text,
} as const

type Values = ReturnType<typeof readArguments<typeof options>>['values']

export async function addAcme(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], addAcmeUsage)
  const { vault = 'default' } = values
  const settings = settingsOf(values, context)
  const credentials = credentialsOf(values, context)
  const input: NewIssuerInput = { provider: 'ACME', settings, ...(credentials && { credentials }) }
  const agreed = values['agree-tos'] ?? false
  await withOperator(context, values.data, async ({ administration }) => {
    if (!agreed) return context.out(await termsOf(administration, vault, settings))
    const issuer = await administration.addIssuer(vault, positionals[0]!, input)
    if (values.json) return context.out(json(shown(issuer)))
    context.out(
      `The issuer '${issuer.name}' was added to the vault '${issuer.vault}'.\n${nextSteps(values, issuer)}`,
    )
  })
  return agreed ? 0 : 1
}

/** What is to be read before anybody can agree; the CA itself says where. */
async function termsOf(
  administration: Administration,
  vault: string,
  settings: Record<string, unknown>,
): Promise<string> {
  const next = 'Read them, and add --agree-tos if you agree to them. Nothing was added.\n'
  try {
    const described = await administration.describeCa(vault, 'ACME', settings)
    const { host, termsOfService, externalAccountRequired, profiles } = described
    return [
      `The terms of service of ${host}: ${termsOfService ?? 'its directory names none; ask the CA'}\n`,
      ...(externalAccountRequired
        ? ['It binds accounts to its own: --eab-kid and a MAC key are needed.\n']
        : []),
      ...(profiles.length > 0 ? [`Its profiles: ${profiles.join(', ')}\n`] : []),
      next,
    ].join('')
  } catch (error) {
    if (!(error instanceof VaultError && error.code === 'ServiceUnavailable')) throw error
    return `Where the terms of service are cannot be found out: ${error.message} They are on the pages of the CA.\n${next}`
  }
}

function settingsOf(values: Values, context: CommandContext): Record<string, unknown> {
  const { ca, directory, contact, profile } = values
  if (ca === undefined && directory === undefined)
    throw new UsageError('--ca is missing, or --directory for a CA of your own', addAcmeUsage)
  const trustRoots = values['trust-root']?.map((path) => readTextFile(path, '--trust-root', context))
  const challenges = challengesOf(values)
  return {
    ca: ca ?? 'custom',
    ...(directory !== undefined && { directory }),
    ...(values['agree-tos'] && { termsOfServiceAgreed: true }),
    ...(contact && { contacts: contact }),
    ...(profile && { profiles: profile }),
    ...(values['preferred-chain'] !== undefined && { preferredChain: values['preferred-chain'] }),
    ...(trustRoots && { trustRoots }),
    ...(challenges.length > 0 && { challenges }),
  }
}

function challengesOf(values: Values): object[] {
  const provider = values['dns-01']
  const secret = values['dns-secret']
  const more = values['dns-setting']
  if (provider === undefined && (secret !== undefined || more))
    throw new UsageError('--dns-secret and --dns-setting belong to --dns-01', addAcmeUsage)
  return [
    ...(values['http-01'] ? [{ type: 'http-01' }] : []),
    ...(values['tls-alpn-01'] ? [{ type: 'tls-alpn-01' }] : []),
    ...(provider === undefined
      ? []
      : [
          {
            type: 'dns-01',
            provider,
            ...(secret !== undefined && { secret }),
            ...Object.fromEntries(
              (more ?? []).map((setting) => readSetting('--dns-setting', setting, addAcmeUsage)),
            ),
          },
        ]),
  ]
}

function credentialsOf(values: Values, context: CommandContext): NewIssuerInput['credentials'] | undefined {
  const { 'eab-kid': accountId, 'eab-mac-file': file, 'eab-mac-env': variable } = values
  if (file !== undefined && variable !== undefined)
    throw new UsageError('--eab-mac-file and --eab-mac-env cannot both be given', addAcmeUsage)
  const given = variable === undefined ? undefined : context.environment[variable]
  if (variable !== undefined && !given)
    throw new UsageError(`--eab-mac-env ${variable}: the variable is not set`, addAcmeUsage)
  const text = file === undefined ? given : readTextFile(file, '--eab-mac-file', context).trim()
  const password = text === undefined ? undefined : new Secret(text)
  if ((accountId === undefined) !== (password === undefined))
    throw new UsageError('--eab-kid and its MAC key belong together', addAcmeUsage)
  return accountId !== undefined && password ? { accountId, password } : undefined
}

/** `key=text`, or `key:=json` for what is no text. @throws UsageError that names the flag. */
export function readSetting(flagName: string, setting: string, usage: string): [string, unknown] {
  const [, key, operator, value] = /^([\w.-]+?)(:?=)(.*)$/s.exec(setting) ?? []
  if (key === undefined)
    throw new UsageError(`${flagName} ${setting}: KEY=TEXT or KEY:=JSON is needed`, usage)
  if (operator === '=') return [key, value]
  try {
    return [key, JSON.parse(value!)]
  } catch {
    throw new UsageError(`${flagName} ${key}: what stands behind := is not JSON`, usage)
  }
}

/** What the service and the vault have to have before an order can be filled. */
function nextSteps(values: Values, { vault, name }: CertificateIssuer): string {
  const { 'dns-01': provider, 'dns-secret': secret } = values
  const unsaid = !values['http-01'] && !values['tls-alpn-01'] && provider === undefined
  const place = vault === 'default' ? '' : ` --vault ${vault}`
  const listener = (flag: string, port: number): string =>
    `start the service with ${flag}, and have port ${port} of each name lead there`
  const steps: [string, string][] = [
    ['try', `certkeep issuer test ${name}${place}`],
    ['use', `policies get their certificates there with issuer.name ${name}`],
  ]
  if (secret !== undefined)
    steps.unshift([
      'dns-01',
      `az keyvault secret set --vault-name ${vault} --name ${secret} --file FILE --tags certkeep-use=challenges`,
    ])
  if (values['tls-alpn-01'] || unsaid) steps.unshift(['tls-alpn-01', listener('--tls-alpn-port', 443)])
  if (values['http-01'] || unsaid) steps.unshift(['http-01', listener('--public-http-port', 80)])
  const either = unsaid ? ' (one of http-01 and tls-alpn-01 is enough)' : ''
  return `What is to be done next${either}:\n${facts(steps)}`
}
