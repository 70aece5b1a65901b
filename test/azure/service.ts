/** The real service in a process of its own, and Azure clients for it as a user would set them up. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { ClientSecretCredential } from '@azure/identity'
import { CertificateClient } from '@azure/keyvault-certificates'
import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'

export const root = join(import.meta.dirname, '..', '..')
export const program = join(root, 'src', 'main.ts')
/** Kept between starts, as `bin/` does it. */
const compiledCode = join(root, 'node_modules', '.cache', 'certkeep')
const startMillisecondsMax = 20_000

/** What `certkeep env --json` prints. */
export type Environment = Readonly<Record<string, string>>

export interface Service {
  readonly dataFolder: string
  readonly port: number
  readonly banner: string
  readonly process: ChildProcess
  /** Ends it with the signal and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Starts it again on the same data and port. */
  restart(args?: readonly string[]): Promise<Service>
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export const newDataFolder = () => join(mkdtempSync(join(tmpdir(), 'certkeep-')), 'data')

export async function startService(
  options: { dataFolder?: string; port?: number; args?: readonly string[]; main?: string } = {},
): Promise<Service> {
  const dataFolder = options.dataFolder ?? newDataFolder()
  const port = options.port ?? (await freePort())
  const args = ['serve', '--data', dataFolder, '--port', String(port), ...(options.args ?? [])]
  const main = options.main ?? program
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: compiledCode },
  })
  const banner = await bannerOf(child, port)
  return {
    dataFolder,
    port,
    banner,
    process: child,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'exit')
      }
      return child.exitCode
    },
    restart: (again = options.args ?? []) => startService({ dataFolder, port, args: again }),
  }
}

/** What the service printed until it was ready: its banner ends by naming the next command. */
async function bannerOf(child: ChildProcess, port: number): Promise<string> {
  let out = ''
  child.stdout!.on('data', (chunk) => (out += chunk))
  child.stderr!.on('data', (chunk) => (out += chunk))
  const deadline = performance.now() + startMillisecondsMax
  while (performance.now() < deadline) {
    const end = child.exitCode ?? child.signalCode
    if (end !== null) throw new Error(`the service ended with ${end}: ${out}`)
    if (out.includes(`:${port}`) && out.includes('certkeep env')) return out
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  child.kill('SIGKILL')
  throw new Error(`the service did not start: ${out}`)
}

/** Runs a command of the program and gives its output; rejects with `code` and `stderr` when it fails. */
export async function certkeep(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, ...args],
    { cwd: root, env: { ...process.env, NODE_COMPILE_CACHE: compiledCode } },
  )
  return stdout
}

export async function environmentOf(service: Service, app?: string): Promise<Environment> {
  return JSON.parse(
    await certkeep('env', '--json', '--data', service.dataFolder, ...(app ? ['--app', app] : [])),
  )
}

/** What NODE_EXTRA_CA_CERTS does at a program's start, done in a running one. */
export function trust(environment: Environment): void {
  tls.setDefaultCACertificates([
    ...tls.getCACertificates('default'),
    readFileSync(environment.NODE_EXTRA_CA_CERTS!, 'utf8'),
  ])
}

/** Clients of the published packages. The two switches are needed because `localhost` is neither Azure nor a vault's own name. */
export function clientsOf(environment: Environment) {
  const uri = environment.KEYVAULT_URI!
  const credential = new ClientSecretCredential(
    environment.AZURE_TENANT_ID!,
    environment.AZURE_CLIENT_ID!,
    environment.AZURE_CLIENT_SECRET!,
    { authorityHost: environment.AZURE_AUTHORITY_HOST!, disableInstanceDiscovery: true },
  )
  const options = { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } }
  return {
    certificates: new CertificateClient(uri, credential, options),
    secrets: new SecretClient(uri, credential, options),
    keys: new KeyClient(uri, credential, options),
    credential,
  }
}

/** A token of the environment's application, for requests that no SDK would make. */
export async function tokenOf(environment: Environment): Promise<string> {
  const scope = `${new URL(environment.KEYVAULT_URI!).origin}/.default`
  const { credential } = clientsOf(environment)
  return (await credential.getToken(scope)).token
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
