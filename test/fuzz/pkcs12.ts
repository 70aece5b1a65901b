/** Fuzz targets of PKCS#12 and private keys. The MAC of a damaged PFX is made anew, or nothing behind it would ever be reached. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Secret } from '../../src/domain/secret.ts'
import { derFromBer } from '../../src/x509/ber.ts'
import { contextTag, openDer, tag } from '../../src/x509/der.ts'
import { passwordOctets } from '../../src/x509/password.ts'
import { parsePem } from '../../src/x509/pem.ts'
import { readPfx } from '../../src/x509/pkcs12.ts'
import { writePfxWithoutPassword } from '../../src/x509/pkcs12-writer.ts'
import { readPrivateKey } from '../../src/x509/private-key.ts'
import { indefinite, octetStringInPieces, pfxWithMac } from '../x509/pfx-parts.ts'
import { vector } from '../x509/vectors.ts'

const password = new Secret('secret')
const passwordForMac = passwordOctets('secret').pkcs12[0]!
/** A damaged iteration count shall not turn into time. */
const limits = { iterations: 5000 }

export const targets: Record<string, (input: Uint8Array) => void | Promise<void>> = {
  ber(input) {
    const der = derFromBer(input)
    assert.deepEqual(Buffer.from(derFromBer(der)), Buffer.from(der))
  },

  async pfx(input) {
    await readPfx(input, password, limits)
  },

  /** The input is an AuthenticatedSafe. */
  async authenticatedSafe(input) {
    const { privateKeys, certificates } = await readPfx(pfxWithMac(input, passwordForMac), password, limits)
    const [key] = privateKeys
    if (!key) return
    const written = writePfxWithoutPassword({
      privateKey: key.pkcs8,
      certificates: certificates.map(({ der }) => der),
      profile: 'modern',
      random: (length) => new Uint8Array(length),
    })
    const again = await readPfx(written, undefined)
    assert.deepEqual(again.privateKeys[0]?.pkcs8.reveal(), key.pkcs8.reveal())
    assert.equal(again.certificates.length, certificates.length)
  },

  async privateKey(input) {
    await holdsRoundTrip('PRIVATE KEY', input)
  },

  async traditionalRsaKey(input) {
    await holdsRoundTrip('RSA PRIVATE KEY', input)
  },

  async traditionalEcKey(input) {
    await holdsRoundTrip('EC PRIVATE KEY', input)
  },

  async encryptedPem(input) {
    for (const block of parsePem(Buffer.from(input).toString('utf8'))) await readPrivateKey(block, password)
  },
}

/** What is accepted is normalised: read again, it is the same. */
async function holdsRoundTrip(label: string, der: Uint8Array): Promise<void> {
  const { pkcs8, spki } = await readPrivateKey({ label, der })
  const again = await readPrivateKey({ label: 'PRIVATE KEY', der: pkcs8.reveal() })
  assert.deepEqual(Buffer.from(again.pkcs8.reveal()), Buffer.from(pkcs8.reveal()))
  assert.deepEqual(Buffer.from(again.spki), Buffer.from(spki))
}

function file(path: string): Buffer {
  return readFileSync(new URL(`../vectors/${path}`, import.meta.url))
}

/** The octets that the MAC of a PFX is over. */
function safeOf(name: string): Uint8Array {
  const members = openDer(derFromBer(file(`pkcs12/${name}.p12`)))
  members.read(tag.integer)
  const info = members.enter(tag.sequence)
  info.read(tag.objectIdentifier)
  return info.enter(contextTag(0, 'constructed')).read(tag.octetString).contents
}

const quickFiles = ['openssl-modern-iter1', 'openssl-legacy-iter1', 'openssl-plain', 'openssl-nomaciter']
const keys = ['p-256', 'p-384', 'p-521', 'secp256k1', 'rsa'].map((name) => vector(`private-key/${name}`))

export const seeds: Record<string, readonly Uint8Array[]> = {
  ber: [
    file('pkcs12/nss-modern.p12'),
    file('pkcs12/openssl-modern.p12'),
    indefinite(tag.sequence, octetStringInPieces(file('pkcs12/leaf.pem'), 50)),
  ],
  pfx: quickFiles.map((name) => file(`pkcs12/${name}.p12`)),
  authenticatedSafe: quickFiles.slice(0, 3).map(safeOf),
  privateKey: keys,
  traditionalRsaKey: [vector('private-key/rsa.pkcs1')],
  traditionalEcKey: ['p-256.sec1', 'p-256.sec1-compressed', 'p-256.sec1-no-public'].map((name) =>
    vector(`private-key/${name}`),
  ),
  // Without iteration counts, which damage would turn into time.
  encryptedPem: ['rsa.pkcs1-aes256', 'rsa.pkcs1-des', 'p-256.sec1-aes256'].map((name) =>
    file(`private-key/${name}.pem`),
  ),
}
