/** Pebble with the DNS server that it asks, started on free ports of this machine, and what can be told to both. */
import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { type HttpClient, type HttpRequest, NetworkFailure } from '../../src/network/http-client.ts'
import { openHttpClients } from '../../src/network/undici-client.ts'
import { loopbackNames, pemOf, root, tlsParty } from '../../test/doubles/tls-party.ts'

export interface Pebble {
  /** URL of the directory. */
  readonly directory: string
  /** Trusts Pebble's own TLS certificate, and nothing else. */
  readonly http: HttpClient
  /** That certificate's root, PEM. */
  readonly tlsRoot: string
  /** On this machine; the DNS server has one for UDP and TCP, and one where it is told what to say. */
  readonly ports: { readonly pebble: number; readonly dns: number; readonly dnsManagement: number }
  /** What it logged so far. */
  readonly log: readonly string[]
  /** Identifiers and MAC keys of external accounts. */
  readonly externalAccounts: Readonly<Record<string, string>>
  /** The roots in PEM, one for each chain. */
  root(index: number): Promise<string>
  /** Their common names. */
  rootName(index: number): Promise<string>
  /** What became of a certificate, by its serial number in hexadecimal. */
  statusOf(serialNumber: string): Promise<{ readonly Status: string; readonly Reason?: number }>
  /** What is said about the renewal of a certificate from now on. */
  setRenewalInformation(certificate: string, said: string): Promise<void>
  setTxt(name: string, value: string): Promise<void>
  clearTxt(name: string): Promise<void>
  stop(): void
}

/** What is not as in the walk. */
export interface PebbleWishes {
  /** Of the environment. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where `http-01` and `tls-alpn-01` are looked for. */
  readonly httpPort?: number
  readonly tlsPort?: number
  readonly externalAccountRequired?: boolean
  /** The port of another DNS server on this machine, which is asked in place of its own. */
  readonly dnsPort?: number
}

export const blockedDomain = 'blocked.example.com'
export const profileName = 'brief'

const externalAccounts = {
  'kid-1': 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W',
  'kid-2': 'b10lLJs8l1GPIzsLP0s6pMt8O0XVGnfTaCeROxQM0BIt2XrJMDHJZBM5NuQmQJQH',
}
/** As a fresh line of its log says that it listens. */
const pebbleReady = /ACME directory available/
const dnsReady = /Starting management server/

/** @param programs folder of both; @param work folder for the files of this run. */
export async function startPebble(
  programs: string,
  work: string,
  wishes: PebbleWishes = {},
): Promise<Pebble> {
  const [port, management, dnsPort, dnsManagement] = (await freePorts(4)) as [number, number, number, number]
  const ca = root('Pebble on this machine')
  const files = writeFiles(work, tlsParty(ca, loopbackNames), { port, management }, wishes)
  const children: ChildProcess[] = []
  const log: string[] = []
  const start = async (program: string, args: readonly string[], ready: RegExp) => {
    const env = { ...process.env, ...settings, ...wishes.settings }
    const child = spawn(join(programs, program), args, { env })
    children.push(child)
    const lines = await readiness(child, program, ready)
    if (program === 'pebble') for (const line of lines) line.on('line', (text) => log.push(text))
  }
  const silent = ['http01', 'https01', 'tlsalpn01', 'doh'].flatMap((name) => [`-${name}`, ''])
  const asked = `127.0.0.1:${wishes.dnsPort ?? dnsPort}`
  const dns = [
    '-defaultIPv6',
    '',
    '-dnsserver',
    `127.0.0.1:${dnsPort}`,
    '-management',
    `127.0.0.1:${dnsManagement}`,
  ]
  await start('pebble-challtestsrv', [...silent, ...dns], dnsReady)
  await start('pebble', ['-strict', '-config', files.config, '-dnsserver', asked], pebbleReady)

  const open = openHttpClients({ version: 'interop' })
  const http = open({ trustRoots: [pemOf(ca)] })
  const plain = open({ plain: 'loopback' })
  const tell = async (client: HttpClient, request: HttpRequest) => {
    const { status, body } = await persist(() => client.send(request))
    if (status !== 200) throw new Error(`${request.url} answered ${status}`)
    return Buffer.from(body).toString()
  }
  const tellDns = async (path: string, body: object) => {
    await tell(plain, {
      method: 'POST',
      url: `http://127.0.0.1:${dnsManagement}/${path}`,
      body: JSON.stringify(body),
    })
  }
  const managed = (path: string) => `https://127.0.0.1:${management}/${path}`
  const rootAt = (index: number) => tell(http, { method: 'GET', url: managed(`roots/${index}`) })
  return {
    directory: `https://localhost:${port}/dir`,
    http,
    tlsRoot: pemOf(ca),
    ports: { pebble: port, dns: dnsPort, dnsManagement },
    log,
    externalAccounts,
    root: rootAt,
    rootName: async (index) => new X509Certificate(await rootAt(index)).subject.replace(/^.*CN=/s, ''),
    statusOf: async (serialNumber) =>
      JSON.parse(await tell(http, { method: 'GET', url: managed(`cert-status-by-serial/${serialNumber}`) })),
    async setRenewalInformation(certificate, said) {
      const body = JSON.stringify({ Certificate: certificate, ARIResponse: said })
      await tell(http, { method: 'POST', url: managed('set-renewal-info/'), body })
    },
    setTxt: (name, value) => tellDns('set-txt', { host: `${name}.`, value }),
    clearTxt: (name) => tellDns('clear-txt', { host: `${name}.` }),
    stop() {
      for (const child of children) child.kill()
    },
  }
}

/** Every second nonce is rejected; nothing waits longer than it must; authorizations are proved anew each time. */
const settings = {
  PEBBLE_WFE_NONCEREJECT: '50',
  PEBBLE_VA_NOSLEEP: '1',
  PEBBLE_AUTHZREUSE: '0',
  PEBBLE_ALTERNATE_ROOTS: '2',
  PEBBLE_WFE_ORDERS_PER_PAGE: '2',
}

function writeFiles(
  work: string,
  party: { cert: string; key: string },
  { port, management }: { port: number; management: number },
  { httpPort = 5002, tlsPort = 5001, externalAccountRequired = true }: PebbleWishes,
) {
  mkdirSync(work, { recursive: true })
  const path = (name: string, text: string) => {
    writeFileSync(join(work, name), text)
    return join(work, name)
  }
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: path('pebble.pem', party.cert),
    privateKey: path('pebble-key.pem', party.key),
    httpPort,
    tlsPort,
    externalAccountBindingRequired: externalAccountRequired,
    externalAccountMACKeys: externalAccounts,
    domainBlocklist: [blockedDomain],
    retryAfter: { authz: 1, order: 1 },
    caaIdentities: ['pebble.letsencrypt.org'],
    profiles: {
      usual: { description: 'What is made if nothing is said', validityPeriod: 7_776_000 },
      [profileName]: { description: 'Six days', validityPeriod: 518_400 },
    },
  }
  return { config: path('pebble.json', JSON.stringify({ pebble })) }
}

/** @returns what it goes on to say. */
async function readiness(child: ChildProcess, program: string, ready: RegExp): Promise<readonly Interface[]> {
  const seen: string[] = []
  const lines = [child.stdout!, child.stderr!].map((input) => createInterface({ input }))
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`${program} ended with ${code}: ${seen.slice(-5).join(' | ')}`)),
    )
    for (const line of lines)
      line.on('line', (text) => {
        if (seen.push(text) > 50) seen.shift()
        if (ready.test(text)) resolve()
      })
  })
  return lines
}

/** A server that says that it listens may be a moment early. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof NetworkFailure) || error.mayHaveArrived || tries === 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  for (const server of servers) server.close()
  return ports
}
