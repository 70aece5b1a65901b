/** PKCS#12 (RFC 7292) as the managed secrets of certificates hold it: without a password, because Key Vault's clients expect none. */
import { createCipheriv, createHmac, hash as digest, pbkdf2Sync } from 'node:crypto'
import type { Secret } from '../domain/secret.ts'
import type { Random } from '../domain/time.ts'
import {
  bufferOf,
  contextTag,
  type Der,
  derNull,
  encode,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tag,
} from './der.ts'
import { type HashName, hashes } from './hashes.ts'
import { derivationOid } from './key-derivation.ts'
import { passwordOctets } from './password.ts'
import { cipherOid, pbes2 } from './password-based-encryption.ts'
import {
  bagAttribute,
  bagOid,
  contentType,
  tripleDesWithSha1,
  x509Certificate,
} from './pkcs12-identifiers.ts'
import { deriveAtOnce, derivedFor } from './pkcs12-kdf.ts'

export interface PfxMakings {
  /** PKCS#8; left away where the key must not leave. */
  readonly privateKey?: Secret<Uint8Array>
  /** The leaf first, then the others as they shall stand. */
  readonly certificates: readonly Der[]
  /** The certificate of the private key, where it is not the first. */
  readonly leaf?: Der
  /**
   * `modern`: AES-256 and SHA-256, for OpenSSL 1.1.1, Java 8u301, Windows Server 2019 and whatever came after them.
   * `legacy`: triple DES and SHA-1, for what is older.
   */
  readonly profile: 'modern' | 'legacy'
  readonly random: Random
}

/**
 * An empty password protects nothing, however often it is hashed: one iteration is worth as much as a million, and every
 * reader of the secret is spared the rest. OpenSSL, Node, Java, GnuTLS, NSS, Go and Python's cryptography accept it.
 */
const iterations = 1
const saltLength = 16
const empty = passwordOctets('')

/**
 * A PFX under an empty password, in the order of the wishes: certificates, then the key. Key and leaf carry the same
 * `localKeyID` and `friendlyName`, by which readers pair them.
 */
export function writePfxWithoutPassword(makings: PfxMakings): Uint8Array {
  const { privateKey, certificates, leaf = certificates[0] } = makings
  const random = drawnAtOnce(makings.random, 5 * saltLength)
  const profile = profiles[makings.profile]
  const encrypt = profile.encryption(random)
  const attributes = privateKey && leaf ? [pairAttributes(leaf, random)] : []
  const certificateBags = certificates.map((der) =>
    bag(bagOid.certificate, certificateBag(der), Buffer.compare(der, leaf!) === 0 ? attributes : []),
  )
  const safes = [encryptedSafe(encrypt(sequence(...certificateBags)))]
  if (privateKey) {
    const { algorithm, ciphertext } = encrypt(privateKey.reveal())
    const shrouded = sequence(algorithm, octetString(ciphertext))
    safes.push(data(sequence(bag(bagOid.shroudedKey, shrouded, attributes))))
  }
  const content = sequence(...safes)
  return sequence(integer(3), data(content), macData(profile.hash, content, random(saltLength)))
}

/** Serves several small wishes from one large draw, for each draw costs microseconds. */
function drawnAtOnce(random: Random, total: number): Random {
  const octets = random(total)
  let start = 0
  return (length) => {
    if (start + length > total) return random(length)
    start += length
    return octets.subarray(start - length, start)
  }
}

interface Encrypted {
  /** AlgorithmIdentifier. */
  readonly algorithm: Der
  readonly ciphertext: Uint8Array
}

type Encrypt = (plaintext: Uint8Array) => Encrypted

interface Profile {
  /** Of the MAC. */
  readonly hash: HashName
  readonly encryption: (random: Random) => Encrypt
}

const profiles: Readonly<Record<PfxMakings['profile'], Profile>> = {
  modern: { hash: 'sha256', encryption: modernEncryption },
  legacy: { hash: 'sha1', encryption: legacyEncryption },
}

/** PBES2 (RFC 8018 6.2). One key serves all parts of a file: each part has an initialization vector of its own. */
function modernEncryption(random: Random): Encrypt {
  const salt = random(saltLength)
  const key = pbkdf2Sync(empty.utf8, salt, iterations, 32, 'sha256')
  const derivation = sequence(
    objectIdentifier(derivationOid.pbkdf2),
    sequence(octetString(salt), integer(iterations), hmacSha256),
  )
  return (plaintext) => {
    const iv = random(16)
    const cipher = sequence(objectIdentifier(cipherOid.aes256), octetString(iv))
    return {
      algorithm: sequence(objectIdentifier(pbes2), sequence(derivation, cipher)),
      ciphertext: encryptWith('aes-256-cbc', key, iv, plaintext),
    }
  }
}

const hmacSha256 = sequence(objectIdentifier(hashes.sha256.hmac), derNull)

/** RFC 7292 C. Key and initialization vector come from the salt, so that each part needs its own. */
function legacyEncryption(random: Random): Encrypt {
  return (plaintext) => {
    const salt = random(saltLength)
    const derivation = { hash: 'sha1', password: empty.pkcs12[0]!, salt, iterations } as const
    const key = deriveAtOnce({ ...derivation, purpose: derivedFor.key, length: 24 })
    const iv = deriveAtOnce({ ...derivation, purpose: derivedFor.iv, length: 8 })
    return {
      algorithm: sequence(
        objectIdentifier(tripleDesWithSha1),
        sequence(octetString(salt), integer(iterations)),
      ),
      ciphertext: encryptWith('des-ede3-cbc', key, iv, plaintext),
    }
  }
}

function encryptWith(name: string, key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(name, key, iv)
  return Buffer.concat([cipher.update(plaintext), cipher.final()])
}

/** RFC 7292 4: the iteration count is left away when it is 1, as DER wants it of a default. */
function macData(hash: HashName, content: Der, salt: Uint8Array): Der {
  const { digest: digestAlgorithm, length } = hashes[hash]
  const derivation = { hash, password: empty.pkcs12[0]!, salt, iterations, length, purpose: derivedFor.mac }
  const mac = createHmac(hash, deriveAtOnce(derivation)).update(content).digest()
  const digestInfo = sequence(sequence(objectIdentifier(digestAlgorithm), derNull), octetString(mac))
  return sequence(digestInfo, octetString(salt))
}

/** ContentInfo of plain content (RFC 5652 4). */
function data(content: Der): Der {
  return sequence(objectIdentifier(contentType.data), explicit(0, octetString(content)))
}

/** ContentInfo of EncryptedData (RFC 5652 8). */
function encryptedSafe({ algorithm, ciphertext }: Encrypted): Der {
  const info = sequence(
    objectIdentifier(contentType.data),
    algorithm,
    encode(contextTag(0, 'primitive'), ciphertext),
  )
  return sequence(objectIdentifier(contentType.encryptedData), explicit(0, sequence(integer(0), info)))
}

/** SafeBag (RFC 7292 4.2). */
function bag(oid: string, value: Der, attributes: readonly Der[]): Der {
  return sequence(objectIdentifier(oid), explicit(0, value), ...attributes)
}

function certificateBag(der: Der): Der {
  return sequence(objectIdentifier(x509Certificate), explicit(0, octetString(der)))
}

/**
 * What key and certificate have in common: the SHA-1 of the certificate, as OpenSSL writes it, and a name, without which Java
 * has no alias for the entry. The name is a GUID, as in the files of Key Vault.
 */
function pairAttributes(leaf: Der, random: Random): Der {
  return setOf(
    attribute(bagAttribute.localKeyId, octetString(digest('sha1', leaf, 'buffer'))),
    attribute(bagAttribute.friendlyName, encode(tag.bmpString, bmp(guid(random(16))))),
  )
}

function attribute(oid: string, value: Der): Der {
  return sequence(objectIdentifier(oid), setOf(value))
}

function bmp(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16()
}

/** RFC 9562 5.4. */
function guid(octets: Uint8Array): string {
  const hex = bufferOf(octets).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}
