/** PFX files put together by hand, for what no program writes. One iteration everywhere. */
import { createCipheriv, createHmac } from 'node:crypto'
import {
  type Der,
  derNull,
  encode,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/x509/der.ts'
import { hashes } from '../../src/x509/hashes.ts'
import { bagOid, contentType, tripleDesWithSha1, x509Certificate } from '../../src/x509/pkcs12-identifiers.ts'
import { deriveAtOnce, derivedFor } from '../../src/x509/pkcs12-kdf.ts'

export function contentInfo(type: string, content: Der): Der {
  return sequence(objectIdentifier(type), explicit(0, content))
}

/** A safe that is not encrypted. */
export function plainSafe(...bags: Der[]): Der {
  return contentInfo(contentType.data, octetString(sequence(...bags)))
}

export function bag(oid: string, value: Der): Der {
  return sequence(objectIdentifier(oid), explicit(0, value))
}

export function certificateBag(der: Der): Der {
  return bag(bagOid.certificate, sequence(objectIdentifier(x509Certificate), explicit(0, octetString(der))))
}

/** `content` is an AuthenticatedSafe, or meant to be one. */
export function pfxWithoutMac(content: Uint8Array): Der {
  return sequence(integer(3), contentInfo(contentType.data, octetString(content)))
}

/** `password` as the derivation of PKCS#12 takes it: an empty one as its two zeros, unless told otherwise. */
export function pfxWithMac(content: Uint8Array, password: Uint8Array = new Uint8Array(2)): Der {
  const key = deriveAtOnce({ ...derivation, password, purpose: derivedFor.mac, length: 20 })
  const mac = createHmac('sha1', key).update(content).digest()
  const digestInfo = sequence(sequence(objectIdentifier(hashes.sha1.digest), derNull), octetString(mac))
  return pfxWithMacData(content, sequence(digestInfo, octetString(derivation.salt)))
}

const derivation = { hash: 'sha1', salt: Buffer.alloc(8, 7), iterations: 1 } as const

export function shroudedKeyBag(pkcs8: Uint8Array, password: Uint8Array): Der {
  const key = deriveAtOnce({ ...derivation, password, purpose: derivedFor.key, length: 24 })
  const iv = deriveAtOnce({ ...derivation, password, purpose: derivedFor.iv, length: 8 })
  const cipher = createCipheriv('des-ede3-cbc', key, iv)
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()])
  const parameters = sequence(octetString(derivation.salt), integer(derivation.iterations))
  const algorithm = sequence(objectIdentifier(tripleDesWithSha1), parameters)
  return bag(bagOid.shroudedKey, sequence(algorithm, octetString(ciphertext)))
}

export function pfxWithMacData(content: Uint8Array, macData: Der): Der {
  return sequence(integer(3), contentInfo(contentType.data, octetString(content)), macData)
}

/** The same contents in the form of BER that streams: indefinite length, OCTET STRINGs in pieces of some octets. */
export function indefinite(identifier: number, ...contents: Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(identifier, 0x80), ...contents, new Uint8Array(2)])
}

export function octetStringInPieces(octets: Uint8Array, size: number): Uint8Array {
  const pieces: Der[] = []
  for (let start = 0; start < octets.length; start += size)
    pieces.push(encode(0x04, octets.subarray(start, start + size)))
  return indefinite(0x24, ...pieces)
}
