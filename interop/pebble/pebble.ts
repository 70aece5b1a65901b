/** Pebble with the DNS server that it asks, started on free ports of this machine, and what can be told to both. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type HttpClient, type HttpRequest, NetworkFailure } from '../../src/network/http-client.ts'
import { openHttpClients } from '../../src/network/undici-client.ts'
import { loopbackNames, pemOf, root, tlsParty } from '../../test/doubles/tls-party.ts'

export interface Pebble {
  /** URL of the directory. */
  readonly directory: string
  /** Trusts Pebble's own TLS certificate, and nothing else. */
  readonly http: HttpClient
  /** Identifiers and MAC keys of external accounts. */
  readonly externalAccounts: Readonly<Record<string, string>>
  /** Common names of the roots, one for each chain. */
  rootName(index: number): Promise<string>
  /** What is said about the renewal of a certificate from now on. */
  setRenewalInformation(certificate: string, said: string): Promise<void>
  setTxt(name: string, value: string): Promise<void>
  clearTxt(name: string): Promise<void>
  stop(): void
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
export async function startPebble(programs: string, work: string): Promise<Pebble> {
  const [port, management, dnsPort, dnsManagement] = (await freePorts(4)) as [number, number, number, number]
  const ca = root('Pebble on this machine')
  const files = writeFiles(work, tlsParty(ca, loopbackNames), port, management)
  const children: ChildProcess[] = []
  const start = (program: string, args: readonly string[], ready: RegExp) => {
    const child = spawn(join(programs, program), args, { env: { ...process.env, ...settings } })
    children.push(child)
    return readiness(child, program, ready)
  }
  const silent = ['http01', 'https01', 'tlsalpn01', 'doh'].flatMap((name) => [`-${name}`, ''])
  const dns = ['-dnsserver', `127.0.0.1:${dnsPort}`, '-management', `127.0.0.1:${dnsManagement}`]
  await start('pebble-challtestsrv', [...silent, ...dns], dnsReady)
  await start(
    'pebble',
    ['-strict', '-config', files.config, '-dnsserver', `127.0.0.1:${dnsPort}`],
    pebbleReady,
  )

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
  return {
    directory: `https://localhost:${port}/dir`,
    http,
    externalAccounts,
    async rootName(index) {
      const { X509Certificate } = await import('node:crypto')
      const pem = await tell(http, { method: 'GET', url: managed(`roots/${index}`) })
      return new X509Certificate(pem).subject.replace(/^.*CN=/s, '')
    },
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

function writeFiles(work: string, party: { cert: string; key: string }, port: number, management: number) {
  const path = (name: string, text: string) => {
    writeFileSync(join(work, name), text)
    return join(work, name)
  }
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: path('pebble.pem', party.cert),
    privateKey: path('pebble-key.pem', party.key),
    httpPort: 5002,
    tlsPort: 5001,
    externalAccountBindingRequired: true,
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

async function readiness(child: ChildProcess, program: string, ready: RegExp): Promise<void> {
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
