/** `certkeep issuer add acme`: an issuer of ACME in one line, and what is still to be done for it. */
import { Secret } from '../domain/secret.ts'
import type { NewIssuerInput } from '../vault/identity/administer.ts'
import { type CommandContext, commonOptions, readArguments, UsageError, withOperator } from './command.ts'
import { readPasswordFile } from './text-file.ts'

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
  let agreed = true
  await withOperator(context, values.data, async ({ administration }) => {
    if (!values['agree-tos']) {
      agreed = false
      const asked = { ...settings, termsOfServiceAgreed: true }
      const { host, termsOfService } = await administration.describeCa(vault, 'ACME', asked)
      return context.out(
        `The terms of service of ${host}: ${termsOfService ?? 'none are named'}\nRead them, and add --agree-tos if you agree to them. Nothing was added.\n`,
      )
    }
    const issuer = await administration.addIssuer(vault, positionals[0]!, input)
    context.out(`The issuer '${issuer.name}' was added to the vault '${issuer.vault}'.\n${nextSteps(values)}`)
  })
  return agreed ? 0 : 1
}

function settingsOf(values: Values, context: CommandContext): Record<string, unknown> {
  const { ca, directory, contact, profile } = values
  if (ca === undefined && directory === undefined)
    throw new UsageError('--ca is missing, or --directory for a CA of your own', addAcmeUsage)
  const trustRoots = values['trust-root']?.map((path) => context.readTextFile(path))
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
  const password =
    file !== undefined ? readPasswordFile(file, context) : given === undefined ? undefined : new Secret(given)
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
function nextSteps(values: Values): string {
  const provider = values['dns-01']
  const unsaid = !values['http-01'] && !values['tls-alpn-01'] && provider === undefined
  const secret = values['dns-secret']
  const lines = [
    ...(values['http-01'] || unsaid
      ? ['http-01: start the service with --public-http-port, so that port 80 of each name leads there.']
      : []),
    ...(values['tls-alpn-01'] || unsaid
      ? ['tls-alpn-01: start it with --tls-alpn-port, so that port 443 of each name leads there.']
      : []),
    ...(secret === undefined
      ? []
      : [`dns-01: set the secret ${secret} in the vault, with the tag certkeep-use=challenges.`]),
    'Policies that name the issuer get their certificates from now on; certkeep issuer test says whether the CA answers.',
  ]
  return lines.map((line) => `  ${line}\n`).join('')
}
