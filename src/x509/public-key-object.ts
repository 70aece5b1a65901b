/**
 * Public keys as OpenSSL holds them. Reading one takes a good part of the time of a verification, and the same few are needed
 * again and again: that of a CA for all it signs, that of a request for every question about it. So the last ones are kept.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { bufferOf, type Der } from './der.ts'

const keptMax = 64
/** Those of RSA with 4096 bits have 550. */
const keptOctetsMax = 1024

/** Oldest first. */
const kept = new Map<string, KeyObject>()

/** @throws Error when OpenSSL cannot read it, as for a point that is not on its curve. */
export function publicKeyObject(spki: Der): KeyObject {
  const octets = bufferOf(spki)
  if (octets.length > keptOctetsMax) return read(octets)
  const name = octets.toString('latin1')
  const known = kept.get(name)
  if (known) return known
  const key = read(octets)
  kept.set(name, key)
  if (kept.size > keptMax) kept.delete(kept.keys().next().value!)
  return key
}

function read(octets: Buffer): KeyObject {
  return createPublicKey({ key: octets, format: 'der', type: 'spki' })
}
