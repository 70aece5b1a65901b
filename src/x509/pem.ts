/**
 * PEM, the text around DER (RFC 7468).
 *
 * The reader is strict inside a block and indifferent outside: CRLF, a byte order mark and explanatory text such as
 * OpenSSL's "Bag Attributes" are accepted between blocks; wrong base64 or an END that does not match is refused.
 */
import { badParameter } from '../domain/errors.ts'
import { bufferOf, type Der } from './der.ts'

/** One block. `headers` are those of RFC 1421 (`Proc-Type`, `DEK-Info`), which old encrypted keys carry. */
export interface PemBlock {
  readonly label: string
  readonly der: Der
  readonly headers?: ReadonlyMap<string, string>
}

/** Far above any certificate chain with its key. */
const charactersMax = 4 * 1024 * 1024
const blocksMax = 1000

const beginLine = /^-----BEGIN ([A-Z0-9](?:[ -]?[A-Z0-9])*)-----[ \t]*$/
const headerLine = /^([A-Za-z0-9-]+):[ \t]*(.*)$/

/** All blocks of a text, in their order. Text without any block gives an empty list. */
export function parsePem(text: string): PemBlock[] {
  if (text.length > charactersMax) throw badParameter('The PEM text is too long.')
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const blocks: PemBlock[] = []
  let open: { label: string; from: number } | undefined
  for (const [index, line] of lines.entries()) {
    if (open) {
      if (!line.startsWith('-----')) continue
      if (line.trimEnd() !== `-----END ${open.label}-----`) throw unmatched(open.label)
      if (blocks.length === blocksMax) throw badParameter(`The PEM text has more than ${blocksMax} blocks.`)
      blocks.push(parseBlock(open.label, lines.slice(open.from, index)))
      open = undefined
    } else if (line.includes('-----BEGIN') || line.startsWith('-----END')) {
      const label = beginLine.exec(line)?.[1]
      if (label === undefined) throw badParameter('The PEM text has a damaged BEGIN or END line.')
      open = { label, from: index + 1 }
    }
  }
  if (open) throw unmatched(open.label)
  return blocks
}

/** The text of one block: lines of 64 characters, each ended by a line feed. */
export function formatPem(label: string, der: Der): string {
  const base64 = bufferOf(der).toString('base64')
  let lines = ''
  for (let start = 0; start < base64.length; start += 64) lines += `${base64.slice(start, start + 64)}\n`
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`
}

function unmatched(label: string): Error {
  return badParameter(`The PEM block '${label}' has no matching END line.`)
}

function parseBlock(label: string, lines: readonly string[]): PemBlock {
  const headers = new Map<string, string>()
  let start = 0
  while (start < lines.length) {
    const header = headerLine.exec(lines[start]!)
    if (!header) break
    headers.set(header[1]!, header[2]!.trimEnd())
    start++
  }
  const der = decodeBase64(label, lines.slice(start).join('').replaceAll(/[ \t]/g, ''))
  return headers.size > 0 ? { label, der, headers } : { label, der }
}

/** Node's decoder skips what it does not know; encoding again shows whether it skipped anything (RFC 4648 3.5). */
function decodeBase64(label: string, base64: string): Der {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== base64)
    throw badParameter(`The PEM block '${label}' is not valid base64.`)
  return bytes
}
