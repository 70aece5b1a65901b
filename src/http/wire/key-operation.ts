/** Cryptography with keys: JSON -> domain and back. Octets travel as base64url without padding (RFC 7515 2). */
import Type, { type Static } from 'typebox'
import { badParameter } from '../../domain/errors.ts'
import {
  type EncryptedMessage,
  type EncryptionAlgorithm,
  encryptionAlgorithms,
  type PlainMessage,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../../domain/key-algorithms.ts'
import { Secret } from '../../domain/secret.ts'
import type { SignInput, Used, VerifyInput } from '../../vault/vault.ts'
import { base64url } from './attributes.ts'
import type { Place } from './certificate.ts'

/** Characters: some 96 KiB, far above what any key is meant to encrypt by itself. */
const octetsMax = 131_072

const Octets = Type.String({ maxLength: octetsMax, description: 'Octets as base64url without padding' })
const SignatureName = Type.Enum(signatureAlgorithms.map(({ name }) => name))
const EncryptionName = Type.Enum(encryptionAlgorithms.map(({ name }) => name))

export const SignBody = Type.Object({ alg: SignatureName, value: Octets })
export const VerifyBody = Type.Object({ alg: SignatureName, digest: Octets, value: Octets })
export const KeyOperationBody = Type.Object({
  alg: EncryptionName,
  value: Octets,
  iv: Type.Optional(Octets),
  aad: Type.Optional(Octets),
  tag: Type.Optional(Octets),
})

export function readSign({ alg, value }: Static<typeof SignBody>): SignInput {
  return { algorithm: named(signatureAlgorithms, alg), digest: readOctets('value', value) }
}

export function readVerify({ alg, digest, value }: Static<typeof VerifyBody>): VerifyInput {
  return {
    algorithm: named(signatureAlgorithms, alg),
    digest: readOctets('digest', digest),
    signature: readOctets('value', value),
  }
}

export function readPlain(body: Static<typeof KeyOperationBody>): [EncryptionAlgorithm, PlainMessage] {
  if (body.tag) throw badParameter('tag: it comes of the encryption; leave it out.')
  const { value, ...beside } = readMessage(body)
  return [named(encryptionAlgorithms, body.alg), { value: new Secret(value), ...beside }]
}

export function readEncrypted(
  body: Static<typeof KeyOperationBody>,
): [EncryptionAlgorithm, EncryptedMessage] {
  return [named(encryptionAlgorithms, body.alg), readMessage(body)]
}

export function writeSignature(used: Used<Uint8Array>, place: Place) {
  return { kid: keyId(used, place), value: base64url(used.result) }
}

export function writeVerdict({ result }: Used<boolean>) {
  return { value: result }
}

export function writeEncrypted(used: Used<EncryptedMessage>, place: Place) {
  const { value, iv, tag, aad } = used.result
  return {
    kid: keyId(used, place),
    value: base64url(value),
    ...(iv && { iv: base64url(iv) }),
    ...(tag && { tag: base64url(tag) }),
    ...(aad && { aad: base64url(aad) }),
  }
}

export function writePlain(used: Used<Secret<Uint8Array>>, place: Place) {
  return { kid: keyId(used, place), value: base64url(used.result.reveal()) }
}

function keyId({ name, version }: Used<unknown>, { baseUrl }: Place): string {
  return `${baseUrl}/keys/${name}/${version}`
}

/** The schema has let known names through only. */
function named<Algorithm extends SignatureAlgorithm | EncryptionAlgorithm>(
  algorithms: readonly Algorithm[],
  wanted: string,
): Algorithm {
  return algorithms.find(({ name }) => name === wanted)!
}

function readMessage(body: Static<typeof KeyOperationBody>): EncryptedMessage {
  const beside = (['iv', 'aad', 'tag'] as const).flatMap((member) => {
    const text = body[member]
    return text === undefined || text === '' ? [] : [[member, readOctets(member, text)]]
  })
  return { value: readOctets('value', body.value), ...Object.fromEntries(beside) }
}

/** One spelling only: no padding, no other alphabet, no stray bits. @throws VaultError `BadParameter`. */
function readOctets(member: string, text: string): Uint8Array {
  const octets = Buffer.from(text, 'base64url')
  if (octets.toString('base64url') !== text)
    throw badParameter(`${member}: send the octets as base64url without padding (RFC 7515 2).`)
  return octets
}
