/**
 * `rfc2136`: name servers that take dynamic updates (RFC 2136) signed by a shared key (RFC 8945), such as BIND, Knot, PowerDNS and
 * Windows. What is not signed by the same key is believed only over TCP, and then only a refusal.
 */
import { badParameter, VaultError } from '../../../domain/errors.ts'
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { Secret } from '../../../domain/secret.ts'
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
import { readUpdateAnswer, type UpdateAnswer, writeUpdate } from '../dynamic-update/message.ts'
import {
  isSigned,
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
        await update(tools, settings, record, 'add')
        return undefined
      },
      remove: (record) => update(tools, settings, record, 'delete'),
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
  const key = await readKey(tools, settings)
  const id = Buffer.from(tools.random(2)).readUInt16BE()
  const message = writeUpdate({ ...record, id, change, ttlSeconds: settings.ttlSeconds })
  const now = tools.clock.now()
  const request = signMessage(message, key, now)
  const answerOver = async (over: 'udp' | 'tcp') => {
    const octets = await tools.exchange(
      settings.server,
      request.message,
      over,
      (candidate) => readAnswer(candidate, id) !== undefined,
    )
    const answer = readAnswer(octets, id)
    return answer && { answer, signed: isSigned(answer, key, request.mac) }
  }
  const small = request.message.length <= datagramMax
  // A server that is silent over UDP may be behind a wall that lets TCP through.
  const first = small ? await answerOver('udp').catch(() => undefined) : undefined
  const given = first?.signed && !first.answer.truncated ? first : await answerOver('tcp')
  const failure = given
    ? verdict(given, { record, key, host: settings.server.host, now: tools.clock.now() })
    : new IssuerFailure(
        'transient',
        `What ${settings.server.host} answers is no answer to an update of the DNS.`,
      )
  if (failure) throw failure
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
  if (
    !/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^[A-Za-z0-9+/]{2}==$|^[A-Za-z0-9+/]{3}=$/.test(
      text,
    )
  )
    throw new IssuerFailure(
      'user-action',
      `The secret ${settings.secret} is no key for the DNS; store what stands in the key file behind secret, in base64.`,
    )
  return {
    name: settings.keyName,
    algorithm: settings.algorithm,
    secret: new Secret(Buffer.from(text, 'base64')),
  }
}
