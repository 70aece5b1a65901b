/** A DNS server over UDP (RFC 1035 4) that answers from a table, or as badly as it is told. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

type RecordType = keyof typeof typeNumbers
const typeNumbers = { A: 1, NS: 2, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28, CAA: 257 } as const

/** `A example.org` → the data of each record. */
export type Zone = Map<`${RecordType} ${string}`, Buffer[]>

export interface TestDnsServer {
  readonly zone: Zone
  /** `TXT _acme-challenge.example.org` … */
  readonly asked: string[]
  /** `127.0.0.1:port`. */
  readonly address: string
  /** A response code instead of answers, or nothing at all. */
  misbehave: number | 'silence' | undefined
}

const noError = 0
const nameError = 3

export async function dnsServer(t: TestContext): Promise<TestDnsServer> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  const server: TestDnsServer = {
    zone: new Map(),
    asked: [],
    address: `127.0.0.1:${socket.address().port}`,
    misbehave: undefined,
  }
  socket.on('message', (query, peer) => {
    const { name, type, end } = readQuestion(query)
    server.asked.push(`${type} ${name}`)
    if (server.misbehave === 'silence') return
    const records = server.misbehave === undefined ? recordsFor(server.zone, name, type) : []
    const known = [...server.zone.keys()].some((key) => key.endsWith(` ${name}`))
    const code = server.misbehave ?? (known ? noError : nameError)
    socket.send(answer(query.subarray(0, end), code, records), peer.port, peer.address)
  })
  return server
}

interface Resource {
  readonly name: string
  readonly type: RecordType
  readonly data: Buffer
}

/** With those behind an alias, as a resolver gives them. */
function recordsFor(zone: Zone, name: string, type: RecordType): Resource[] {
  const alias = zone.get(`CNAME ${name}`)
  const own = (alias && type !== 'CNAME' ? alias : zone.get(`${type} ${name}`)) ?? []
  const records = own.map((data) => ({ name, type: alias ? ('CNAME' as const) : type, data }))
  return alias && type !== 'CNAME' ? [...records, ...recordsFor(zone, decodeName(alias[0]!), type)] : records
}

function readQuestion(query: Buffer): { name: string; type: RecordType; end: number } {
  const name = decodeName(query.subarray(12))
  const end = 12 + encodeName(name).length
  const number = query.readUInt16BE(end)
  const [type] = Object.entries(typeNumbers).find(([, value]) => value === number)!
  return { name, type: type as RecordType, end: end + 4 }
}

function answer(question: Buffer, code: number, records: readonly Resource[]): Buffer {
  const header = Buffer.from(question)
  // An answer with recursion, one question, no more sections than answers (RFC 1035 4.1.1).
  header.writeUInt16BE(0x8180 | code, 2)
  header.writeUInt16BE(records.length, 6)
  header.writeUInt32BE(0, 8)
  return Buffer.concat([header, ...records.map(encodeRecord)])
}

function encodeRecord({ name, type, data }: Resource): Buffer {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(typeNumbers[type], 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(300, 4)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([encodeName(name), fixed, data])
}

export function encodeName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.')
  return Buffer.concat([...labels.map(characterString), Buffer.of(0)])
}

function decodeName(octets: Buffer): string {
  const labels: string[] = []
  for (let at = 0; octets[at] !== 0; at += octets[at]! + 1)
    labels.push(octets.toString('latin1', at + 1, at + 1 + octets[at]!))
  return labels.join('.').toLowerCase()
}

/** Also a label (RFC 1035 3.3). */
export function characterString(text: string): Buffer {
  const octets = Buffer.from(text, 'latin1')
  return Buffer.concat([Buffer.of(octets.length), octets])
}

export const address = (text: string): Buffer => Buffer.from(text.split('.').map(Number))

/** CAA (RFC 8659 4.1). */
export const caa = (flags: number, tag: string, value: string): Buffer =>
  Buffer.concat([Buffer.of(flags), characterString(tag), Buffer.from(value, 'latin1')])

export const soa = (): Buffer =>
  Buffer.concat([encodeName('ns.example.org'), encodeName('admin.example.org'), Buffer.alloc(20)])
