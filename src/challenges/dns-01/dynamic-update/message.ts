/** Messages of dynamic update (RFC 2136 2): requests that add or delete one TXT value, and what servers answer. */
import {
  damaged,
  MessageReader,
  recordClasses,
  recordTypes,
  uint16,
  uint32,
  writeName,
  writeText,
} from './wire.ts'

export interface TxtUpdate {
  /** 0 to 65,535; the answer repeats it. */
  readonly id: number
  readonly change: 'add' | 'delete'
  readonly zone: string
  readonly name: string
  readonly value: string
  /** Of what is added. */
  readonly ttlSeconds: number
}

const opcodeUpdate = 5
const headerLength = 12
/** Bits of the flags (RFC 1035 4.1.1). */
const responseBit = 0x8000
const truncatedBit = 0x0200

/**
 * Beside what stands there: an addition adds one record to the set, a deletion deletes the one with the same value (RFC 2136
 * 2.5.1, 2.5.4). There are no prerequisites, so both can be repeated.
 * @throws VaultError `BadParameter`
 */
export function writeUpdate({ id, change, zone, name, value, ttlSeconds }: TxtUpdate): Buffer {
  const adding = change === 'add'
  const data = writeText(value)
  return Buffer.concat([
    uint16(id),
    uint16(opcodeUpdate << 11),
    // One zone, no prerequisite, one update, nothing else.
    ...[1, 0, 1, 0].map(uint16),
    writeName(zone),
    uint16(recordTypes.soa),
    uint16(recordClasses.in),
    writeName(name),
    uint16(recordTypes.txt),
    uint16(adding ? recordClasses.in : recordClasses.none),
    uint32(adding ? ttlSeconds : 0),
    uint16(data.length),
    data,
  ])
}

/** The signature record (RFC 8945 4.2). */
export interface TsigRecord {
  readonly keyName: string
  readonly algorithm: string
  /** Seconds since 1970. */
  readonly signed: number
  readonly fudgeSeconds: number
  readonly mac: Uint8Array
  readonly originalId: number
  readonly error: number
  readonly other: Uint8Array
}

export interface UpdateAnswer {
  readonly id: number
  readonly truncated: boolean
  /** RFC 1035 4.1.1, RFC 2136 2.2. */
  readonly code: number
  /** With all octets of the message that lie before it. */
  readonly signature?: { readonly record: TsigRecord; readonly before: Uint8Array }
}

/**
 * Reads the whole message, so that nothing is behind the signature.
 * @throws VaultError `BadParameter` for everything that is no answer to an update.
 */
export function readUpdateAnswer(message: Uint8Array): UpdateAnswer {
  const reader = new MessageReader(message)
  const id = reader.number(2)
  const flags = reader.number(2)
  if ((flags & responseBit) === 0) throw damaged('it is no answer')
  if (((flags >> 11) & 0xf) !== opcodeUpdate) throw damaged('it answers something else')
  const [zones, prerequisites, updates, additional] = [0, 0, 0, 0].map(() => reader.number(2))
  for (let count = 0; count < zones!; count++) readQuestion(reader)
  for (let count = 0; count < prerequisites! + updates!; count++)
    if (readRecord(reader)) throw damaged('its signature is not at the end')
  let signature: UpdateAnswer['signature']
  for (let left = additional!; left > 0; left--) {
    const start = reader.at
    const record = readRecord(reader)
    if (record && left > 1) throw damaged('its signature is not at the end')
    if (record) signature = { record, before: message.subarray(0, start) }
  }
  if (!reader.ended) throw damaged('something follows it')
  return {
    id,
    truncated: (flags & truncatedBit) !== 0,
    code: flags & 0xf,
    ...(signature && { signature }),
  }
}

function readQuestion(reader: MessageReader): void {
  reader.name()
  reader.octets(4)
}

/** @returns the signature, if it is one; all others are passed over. */
function readRecord(reader: MessageReader): TsigRecord | undefined {
  const keyName = reader.name()
  const type = reader.number(2)
  const [recordClass, ttl, length] = [reader.number(2), reader.number(4), reader.number(2)]
  if (type !== recordTypes.tsig) {
    reader.octets(length)
    return undefined
  }
  if (recordClass !== recordClasses.any || ttl !== 0) throw damaged('its signature has an unknown form')
  const start = reader.at
  const record = {
    keyName,
    algorithm: reader.name(),
    signed: reader.number(6),
    fudgeSeconds: reader.number(2),
    mac: reader.octets(reader.number(2)),
    originalId: reader.number(2),
    error: reader.number(2),
    other: reader.octets(reader.number(2)),
  }
  if (reader.at - start !== length) throw damaged('its signature has a wrong length')
  return record
}

/** The same message with one more additional record, or one less (`by` −1), and with an id. */
export function withAdditional(message: Uint8Array, by: 1 | -1, id: number): Buffer {
  if (message.length < headerLength) throw damaged('it has no header')
  const changed = Buffer.from(message)
  changed.writeUInt16BE(id, 0)
  changed.writeUInt16BE(changed.readUInt16BE(10) + by, 10)
  return changed
}
