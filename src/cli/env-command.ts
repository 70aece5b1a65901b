/** `certkeep env`: the settings by which Azure's clients find the vault, prove who they are, and trust its certificate. */
import { loginOrigin, vaultOrigin } from '../installation/front-door.ts'
import { type CommandContext, commonOptions, type Operator, readArguments, withOperator } from './command.ts'
import { json, shellQuoted } from './output.ts'

const usage = `usage: certkeep env [--app NAME] [--vault V] [--json] [--data DIR]

Prints lines for a shell: eval "$(certkeep env)". They hold a secret.

  --app NAME   the application that programs act as (administrator)
  --vault V    the vault whose address is printed (default)
  --json       a JSON object instead
  --data DIR   the folder of the vault's data
`

const options = { ...commonOptions, app: { type: 'string' }, vault: { type: 'string' } } as const

export async function envCommand(args: readonly string[], context: CommandContext): Promise<number> {
  if (args.includes('--help')) {
    context.out(usage)
    return 0
  }
  const { values } = readArguments(args, options, [], usage)
  return withOperator(context, values.data, async (operator) => {
    const variables = await environmentOf(operator, values.app, values.vault ?? 'default')
    context.out(values.json ? json(variables) : exports(variables))
  })
}

/** @throws VaultError when there is no such application or vault. */
async function environmentOf(
  { administration, installation, frontDoor }: Operator,
  app: string | undefined,
  vaultName: string,
): Promise<Record<string, string>> {
  const vault = await administration.readVault(vaultName)
  const { applicationId, clientSecret, identityHeader } = await administration.credentialsOf(app)
  const address = vaultOrigin(frontDoor, vault.name)
  const { caCertificate, caBundle } = installation.folder
  return {
    KEYVAULT_URI: address,
    AZURE_KEYVAULT_URL: address,
    AZURE_TENANT_ID: installation.tenantId,
    AZURE_CLIENT_ID: applicationId,
    AZURE_CLIENT_SECRET: clientSecret.reveal(),
    AZURE_AUTHORITY_HOST: loginOrigin(frontDoor),
    // Managed identities are for programs on this machine, whatever the service's name elsewhere.
    IDENTITY_ENDPOINT: `https://localhost${frontDoor.port === 443 ? '' : `:${frontDoor.port}`}/msi/token`,
    IDENTITY_HEADER: identityHeader.reveal(),
    NODE_EXTRA_CA_CERTS: caCertificate,
    SSL_CERT_FILE: caBundle,
    REQUESTS_CA_BUNDLE: caBundle,
  }
}

function exports(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${shellQuoted(value)}\n`)
    .join('')
}
