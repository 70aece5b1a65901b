/**
 * What our DNS providers write at clouds, before the clouds' own libraries; both speak to the doubles that the tests hold providers
 * against. So the libraries judge the doubles too: they sign in there, understand what they are answered, and hear of conflicts.
 */
import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { DnsProvider } from '../../src/challenges/dns-01/dns-provider.ts'
import { azureDns } from '../../src/challenges/dns-01/providers/azure-dns.ts'
import { cloudflare } from '../../src/challenges/dns-01/providers/cloudflare.ts'
import { googleCloudDns } from '../../src/challenges/dns-01/providers/google-cloud-dns.ts'
import { route53 } from '../../src/challenges/dns-01/providers/route53.ts'
import { wallClock } from '../../src/compose/machine.ts'
import { record, toolsFor, zone } from '../../test/challenges/dns-01/cloud-house.ts'
import { azureDouble } from '../../test/doubles/dns-azure.ts'
import { cloudflareDouble } from '../../test/doubles/dns-cloudflare.ts'
import { googleDouble } from '../../test/doubles/dns-google.ts'
import { route53Double } from '../../test/doubles/dns-route53.ts'
import type { MoodyServer } from '../../test/doubles/moody-server.ts'

interface House {
  readonly cloud: string
  readonly provider: DnsProvider
  readonly server: MoodyServer
  /** Of its API, where that is not the server's own. */
  readonly url?: string
  /** As the library takes them. */
  readonly credentials: object
  /** What the library says when it overwrites what it has not read. */
  readonly conflict: string
}

const { INTEROP_CACHE: cache = '', INTEROP_WORK: work = '' } = process.env
const endings: (() => void)[] = []
const context = { after: (end: () => void) => void endings.push(end) } as unknown as TestContext

async function atCloudflare(): Promise<House> {
  const token = 'token-0123456789abcdefghijklmnopqrstuvwx'
  const { server, endpoint } = await cloudflareDouble(context, token, zone)
  const provider = cloudflare.connect(toolsFor(server, token), { secret: 'key', endpoint })
  return { cloud: 'cloudflare', provider, server, url: endpoint, credentials: { token }, conflict: '81058' }
}

async function atRoute53(): Promise<House> {
  const key = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  const { server } = await route53Double(context, { key })
  const tools = toolsFor(server, JSON.stringify(key), { clock: wallClock })
  const provider = route53.connect(tools, { secret: 'key', endpoint: server.url })
  return { cloud: 'route53', provider, server, credentials: key, conflict: 'InvalidChangeBatch' }
}

async function atAzure(): Promise<House> {
  const subscription = '11111111-2222-3333-4444-555555555555'
  const client = '99999999-8888-7777-6666-555555555555'
  const { server, tokens } = await azureDouble(context, subscription, {
    tenant: 'house.example',
    client,
    secret: 'secret',
  })
  tokens.add('token-of-the-library')
  const settings = {
    subscription,
    tenant: 'house.example',
    client,
    secret: 'key',
    authority: server.url,
    endpoint: server.url,
  }
  return {
    cloud: 'azure-dns',
    provider: azureDns.connect(toolsFor(server, 'secret'), settings),
    server,
    credentials: { subscription, token: 'token-of-the-library' },
    conflict: 'PreconditionFailed',
  }
}

async function atGoogle(): Promise<House> {
  const email = 'certkeep@project-1234.iam.gserviceaccount.com'
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const project = 'project-1234'
  const { server } = await googleDouble(context, { email, publicKey, project, now: wallClock.now })
  const credentials = {
    type: 'service_account',
    project_id: project,
    private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    client_email: email,
    token_uri: `${server.url}/token`,
  }
  const tools = toolsFor(server, JSON.stringify(credentials), { clock: wallClock })
  const provider = googleCloudDns.connect(tools, { secret: 'key', endpoint: server.url })
  return { cloud: 'google-cloud-dns', provider, server, credentials, conflict: 'conditionNotMet' }
}

const child = spawn(join(cache, 'venv/bin/python'), ['-u', 'library.py'], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
endings.push(() => child.stdin.end())

async function library(order: object): Promise<unknown> {
  child.stdin.write(`${JSON.stringify(order)}\n`)
  const { value, done } = await lines.next()
  if (done) throw new Error('the library has ended')
  return JSON.parse(value)
}

function judge(what: string, seen: unknown, expected: unknown): void {
  const isSo = isDeepStrictEqual(seen, expected)
  console.log(
    isSo ? `ok ${what}` : `not ok ${what}: ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`,
  )
}

async function visit({
  cloud,
  provider,
  server,
  url = server.url,
  credentials,
  conflict,
}: House): Promise<void> {
  const trust = join(work, `${cloud}.pem`)
  writeFileSync(trust, server.trustRoot)
  const ask = (what: string, ...values: string[]) => library({ cloud, do: what, with: values })
  await library({ cloud, do: 'open', url, credentials, trust })
  judge(`${cloud}: the library finds nothing`, await ask('read'), [])
  await provider.add(record)
  judge(`${cloud}: the library reads what we wrote`, await ask('read'), [record.value])
  await ask('add', 'theirs')
  const second = { ...record, value: 'w'.repeat(43) }
  await provider.add(second)
  judge(`${cloud}: our value stands beside theirs`, await ask('read'), [record.value, 'theirs', second.value])
  judge(`${cloud}: the library is told of a conflict`, await ask('overwrite'), conflict)
  await provider.remove(record, undefined)
  await provider.remove(second, undefined)
  judge(`${cloud}: theirs stays alone`, await ask('read'), ['theirs'])
}

for (const open of [atCloudflare, atRoute53, atAzure, atGoogle]) await visit(await open())
for (const end of endings) end()
