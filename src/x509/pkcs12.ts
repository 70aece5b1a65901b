/**
 * PKCS#12 (RFC 7292), the files called PFX: reading what other programs export.
 *
 * The MAC is verified before anything is decrypted. A file without MAC is read only when it hides nothing and nobody trusts it
 * to: nothing in it is encrypted, and no password came with it. Then it is worth as much as PEM text. The modes with public
 * keys instead of a password, which nobody exports, are refused.
 */
import { badParameter } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import { readAlgorithmIdentifier } from './algorithm-identifier.ts'
import { derFromBer, joinOctetStrings } from './ber.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  type Element,
  inside,
  MalformedEncoding,
  malformed,
  openDer,
  readObjectIdentifier,
  readSmallInteger,
  tag,
} from './der.ts'
import { DerivationBudget } from './derivation-budget.ts'
import { type PasswordOctets, passwordOctets } from './password.ts'
import { decryptWithPassword } from './password-based-encryption.ts'
import { bagOid, contentType, x509Certificate } from './pkcs12-identifiers.ts'
import { verifyPfxMac } from './pkcs12-mac.ts'
import { type CheckedKey, decryptPkcs8, normalisePkcs8 } from './private-key.ts'

export interface PfxContent {
  /** Checked and normalised: `private-key.ts`. */
  readonly privateKeys: CheckedKey[]
  /** In the order of the file. */
  readonly certificates: { readonly der: Der }[]
}

export interface PfxLimits {
  /** What all key derivations together may ask for. */
  readonly iterations?: number
}

const sizeMax = 4 * 1024 * 1024
const bagsMax = 1000
/** Each costs a signature to check, and no certificate has a second one. */
const privateKeysMax = 10
const nestingMax = 4

/**
 * Reads all keys and certificates; CRLs and secrets in the file are passed over. Which key and which certificate belong
 * together is for the caller to find out.
 * @param password without one, and with an empty one, files are opened that were made with an empty password or without any.
 * @throws VaultError `BadParameter` that says whether the password is wrong, the file damaged, or its encryption unknown.
 */
export async function readPfx(
  pfx: Uint8Array,
  password: Secret<string> | undefined,
  limits: PfxLimits = {},
): Promise<PfxContent> {
  if (pfx.length > sizeMax) throw unreadable(`it is larger than ${sizeMax} octets`)
  try {
    return await readContent(pfx, password?.reveal() ?? '', new DerivationBudget(limits.iterations))
  } catch (error) {
    if (!(error instanceof MalformedEncoding)) throw error
    throw unreadable('it is damaged, or no PKCS#12 at all. Export it again', error.message)
  }
}

function unreadable(reason: string, detail?: string): Error {
  const message = `The specified PKCS#12 X.509 certificate content can not be read: ${reason}.`
  return badParameter(message, detail === undefined ? {} : { detail })
}

async function readContent(pfx: Uint8Array, password: string, budget: DerivationBudget): Promise<PfxContent> {
  const members = openDer(derFromBer(pfx))
  if (readSmallInteger(members.read(tag.integer)) !== 3) throw malformed('a PFX of an unknown version')
  const content = readAuthSafe(members)
  const macData = members.atEnd ? undefined : members.enter(tag.sequence)
  members.end()
  const reading = new Reading(await unlock(macData, content, password, budget), budget)
  await reading.readAuthenticatedSafe(content)
  return reading
}

/** The octets that the MAC is over. */
function readAuthSafe(members: DerReader): Uint8Array {
  const { type, content } = readContentInfo(members)
  if (type === contentType.signedData)
    throw unreadable('it is signed with a key instead of a password. Export it again with a password')
  if (type !== contentType.data) throw malformed('a PFX whose content is of an unknown type')
  const octets = content.read(tag.octetString).contents
  content.end()
  return octets
}

/** ContentInfo (RFC 5652 3): its type, and a reader that stands before its content. */
function readContentInfo(members: DerReader): { type: string; content: DerReader } {
  const info = members.enter(tag.sequence)
  const type = readObjectIdentifier(info.read(tag.objectIdentifier))
  const content = info.enter(contextTag(0, 'constructed'))
  info.end()
  return { type, content }
}

/** What opens the encrypted parts; undefined when they may not be opened, for want of a MAC. */
async function unlock(
  macData: DerReader | undefined,
  content: Uint8Array,
  password: string,
  budget: DerivationBudget,
): Promise<PasswordOctets | undefined> {
  if (!macData) {
    if (password === '') return undefined
    throw unreadable('it has no MAC, so its password protects nothing. Export it again with one')
  }
  const confirmed = await verifyPfxMac(macData, content, passwordOctets(password), budget)
  if (confirmed) return confirmed
  throw unreadable(
    password === ''
      ? 'it needs a password, or it was changed. Send its password in pwd'
      : 'the password (pwd) is wrong, or it was changed since it was made',
  )
}

/** Walks through the bags and gathers what they hold. */
class Reading implements PfxContent {
  readonly privateKeys: CheckedKey[] = []
  readonly certificates: { der: Der }[] = []
  readonly #password: PasswordOctets | undefined
  readonly #budget: DerivationBudget
  #bags = 0

  constructor(password: PasswordOctets | undefined, budget: DerivationBudget) {
    this.#password = password
    this.#budget = budget
  }

  /** RFC 7292 4.1. */
  async readAuthenticatedSafe(encoded: Uint8Array): Promise<void> {
    for (const infos = openDer(derFromBer(encoded)); !infos.atEnd; ) {
      const { type, content } = readContentInfo(infos)
      if (type === contentType.envelopedData)
        throw unreadable('it is encrypted for a key instead of a password. Export it again with a password')
      if (type === contentType.data) await this.#readSafeContents(content.read(tag.octetString).contents)
      else if (type === contentType.encryptedData)
        await this.#readSafeContents(await this.#decrypt(content.enter(tag.sequence)))
      else throw malformed('a safe of an unknown type')
      content.end()
    }
  }

  /** RFC 7292 4.2. */
  async #readSafeContents(encoded: Uint8Array): Promise<void> {
    await this.#readBags(openDer(derFromBer(encoded)), 0)
  }

  async #readBags(bags: DerReader, nesting: number): Promise<void> {
    if (nesting > nestingMax) throw malformed(`safes nested deeper than ${nestingMax} levels`)
    while (!bags.atEnd) {
      if (++this.#bags > bagsMax) throw unreadable(`it has more than ${bagsMax} entries`)
      const bag = bags.enter(tag.sequence)
      const oid = readObjectIdentifier(bag.read(tag.objectIdentifier))
      const value = bag.enter(contextTag(0, 'constructed'))
      bag.readOptional(tag.set)
      bag.end()
      const element = value.read()
      value.end()
      await this.#readBag(oid, element, nesting)
    }
  }

  async #readBag(oid: string, value: Element, nesting: number): Promise<void> {
    switch (oid) {
      case bagOid.key:
        return this.#addKey(value.encoded)
      case bagOid.shroudedKey:
        return this.#addKey(await this.#unshroud(value.encoded))
      case bagOid.certificate:
        return this.#addCertificate(openDer(value.encoded))
      case bagOid.safeContents:
        return this.#readBags(openDer(value.encoded), nesting + 1)
      case bagOid.crl:
      case bagOid.secret:
        return
      default:
        throw malformed(`an entry of the unknown kind ${oid}`)
    }
  }

  async #addKey(pkcs8: Der): Promise<void> {
    if (this.privateKeys.length === privateKeysMax)
      throw unreadable(`it has more than ${privateKeysMax} private keys. Export the certificate alone`)
    this.privateKeys.push(await normalisePkcs8(pkcs8))
  }

  /** CertBag (RFC 7292 4.2.3). Its other kind, SDSI, was never used and is passed over. */
  #addCertificate(bag: DerReader): void {
    const type = readObjectIdentifier(bag.read(tag.objectIdentifier))
    const value = bag.enter(contextTag(0, 'constructed'))
    bag.end()
    if (type !== x509Certificate) return
    this.certificates.push({ der: value.read(tag.octetString).contents })
    value.end()
  }

  async #unshroud(encrypted: Der): Promise<Der> {
    const pkcs8 = await decryptPkcs8(encrypted, this.#required(), this.#budget)
    return pkcs8 ?? refuseOtherPassword()
  }

  /** EncryptedData (RFC 5652 8). */
  async #decrypt(members: DerReader): Promise<Uint8Array> {
    readSmallInteger(members.read(tag.integer))
    const info = members.enter(tag.sequence)
    members.readOptional(contextTag(1, 'constructed'))
    members.end()
    if (readObjectIdentifier(info.read(tag.objectIdentifier)) !== contentType.data)
      throw malformed('an encrypted safe of an unknown type')
    const algorithm = readAlgorithmIdentifier(info)
    const ciphertext = readImplicitOctetString(info.read())
    info.end()
    const password = this.#required()
    const plaintext = await decryptWithPassword({ algorithm, ciphertext, password, budget: this.#budget })
    return plaintext ?? refuseOtherPassword()
  }

  #required(): PasswordOctets {
    if (this.#password) return this.#password
    throw unreadable('it is encrypted but has no MAC. Export it again with one')
  }
}

/** The MAC was right, so it is not the password of the file. */
function refuseOtherPassword(): never {
  throw unreadable('a part of it has another password than the whole. Export it again with one password')
}

/** `[0] IMPLICIT OCTET STRING`: in pieces when its tag says that it is constructed. */
function readImplicitOctetString(element: Element): Uint8Array {
  if (element.tag === contextTag(0, 'primitive')) return element.contents
  if (element.tag !== contextTag(0, 'constructed')) throw malformed('encrypted contents are missing')
  const pieces: Der[] = []
  for (const reader = inside(element); !reader.atEnd; ) pieces.push(reader.read().encoded)
  return joinOctetStrings(pieces)
}
