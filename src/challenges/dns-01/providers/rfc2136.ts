/**
 * `rfc2136`: name servers that take dynamic updates (RFC 2136) signed by a shared key (RFC 8945), such as BIND, Knot, PowerDNS and
 * Windows. What is not signed by the same key is believed only over TCP, and then only a refusal.
 */
import { badParameter, VaultError } from '../../../domain/errors.ts'
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { Secret } from '../../../domain/secret.ts'
import { DnsFailure } from '../../../network/dns-client.ts'
import type { NameServer } from '../../../network/dns-exchange.ts'
import {
  readChoice,
  readDnsName,
  readSecretName,
  readText,
  readWholeNumber,
  rejectUnknownMembers,
} from '../../settings-members.ts'
import type { DnsProviderKind, DnsProviderSettings, DnsProviderTools, TxtRecord } from '../dns-provider.ts'
import { askingTheDns } from '../dns-trouble.ts'
import { readUpdateAnswer, type UpdateAnswer, writeUpdate } from '../dynamic-update/message.ts'
import {
  isSigned,
  type SignedMessage,
  signMessage,
  type TsigAlgorithm,
  type TsigKey,
  tsigAlgorithms,
} from '../dynamic-update/tsig.ts'
import { verdict } from '../dynamic-update/verdict.ts'

interface Settings {
  readonly server: NameServer
  readonly keyName: string
  readonly algorithm: TsigAlgorithm
  readonly secret: string
  readonly ttlSeconds: number
}

/** What every server takes in one datagram (RFC 1035 4.2.1). */
const datagramMax = 512

export const rfc2136: DnsProviderKind = {
  name: 'rfc2136',
  checkSettings: readSettings,
  connect(tools, given) {
    const settings = readSettings(given)
    return {
      async add(record) {
        await askingTheDns(() => update(tools, settings, record, 'add'))
        return undefined
      },
      remove: (record) => askingTheDns(() => update(tools, settings, record, 'delete')),
    }
  },
}

function readSettings(settings: DnsProviderSettings): Settings {
  rejectUnknownMembers(settings, ['server', 'keyName', 'algorithm', 'secret', 'ttlSeconds'])
  const algorithms = Object.keys(tsigAlgorithms) as TsigAlgorithm[]
  return {
    server: readServer(readText(settings, 'server')),
    keyName: readDnsName(settings, 'keyName'),
    algorithm: readChoice({ algorithm: 'hmac-sha256', ...settings }, 'algorithm', algorithms),
    secret: readSecretName(settings, 'secret'),
    ttlSeconds: readWholeNumber(settings, 'ttlSeconds', { least: 0, most: 86_400, otherwise: 60 }),
  }
}

function readServer(text: string): NameServer {
  const [, bracketed, plain, port = '53'] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536) return { host, port: Number(port) }
  throw badParameter(
    'server: send a host such as ns1.example.org, with a port where it is not 53, or an address such as [2001:db8::53]:5353.',
  )
}

async function update(
  tools: DnsProviderTools,
  settings: Settings,
  record: TxtRecord,
  change: 'add' | 'delete',
): Promise<void> {
  const { clock, random } = tools
  const { host } = settings.server
  const key = await readKey(tools, settings)
  const id = Buffer.from(random(2)).readUInt16BE()
  const message = writeUpdate({ ...record, id, change, ttlSeconds: settings.ttlSeconds })
  const given = await exchange(tools, settings, id, signMessage(message, key, clock.now()), key)
  if (!given)
    throw new IssuerFailure('transient', `What ${host} answers is no answer to an update of the DNS.`)
  const failure = verdict(given, { record, key, host, now: clock.now() })
  if (failure) throw failure
}

interface GivenAnswer {
  readonly answer: UpdateAnswer
  readonly signed: boolean
}

/** Over UDP, and over TCP where that is too narrow, or brings nothing that is signed and whole. */
async function exchange(
  tools: DnsProviderTools,
  { server }: Settings,
  id: number,
  { message, mac }: SignedMessage,
  key: TsigKey,
): Promise<GivenAnswer | undefined> {
  const over = async (transport: 'udp' | 'tcp') => {
    const isAnswer = (octets: Uint8Array) => readAnswer(octets, id) !== undefined
    const answer = readAnswer(await tools.exchange(server, message, transport, isAnswer), id)
    return answer && { answer, signed: isSigned(answer, key, mac) }
  }
  // A server that is silent over UDP may be behind a wall that lets TCP through.
  const first = message.length <= datagramMax ? await over('udp').catch(ignoreSilence) : undefined
  return first?.signed && !first.answer.truncated ? first : over('tcp')
}

function ignoreSilence(error: unknown): undefined {
  if (!(error instanceof DnsFailure)) throw error
}

function readAnswer(octets: Uint8Array, id: number): UpdateAnswer | undefined {
  try {
    const answer = readUpdateAnswer(octets)
    return answer.id === id ? answer : undefined
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

/** Key files hold it in base64. */
async function readKey(tools: DnsProviderTools, settings: Settings): Promise<TsigKey> {
  const text = (await tools.secret(settings.secret)).reveal().trim()
  const octets = Buffer.from(text, 'base64')
  if (text === '' || octets.toString('base64') !== text)
    throw new IssuerFailure(
      'user-action',
      `The secret ${settings.secret} is no key for the DNS; store what stands in the key file behind secret, in base64.`,
    )
  return {
    name: settings.keyName,
    algorithm: settings.algorithm,
    secret: new Secret(octets),
  }
}
