/**
 * The key that signs access tokens: made once for an installation and sealed like every other. Its public half never
 * changes while the installation lives, so tokens stay good over restarts.
 */
import { type PublicJwk, signingJwk } from '../../access/json-web-key.ts'
import type { Binding, CreatedKey } from '../../keys/key-protection.ts'
import type { Writer } from '../../storage/storage.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import type { Parts } from '../parts.ts'

export interface TokenSigningKey {
  readonly jwk: PublicJwk
  /** RSASSA-PKCS1-v1_5 with SHA-256: the `RS256` of RFC 7518 3.3. */
  sign(data: Uint8Array): Promise<Uint8Array>
}

const settingName = 'token-signing-key'
const spec = { kty: 'RSA', size: 2048 } as const
const scheme = { hash: 'sha256', padding: 'pkcs1' } as const
const binding: Binding = { vault: '', name: 'token-signing-key', version: '1' }

/** The installation's key, made by the first who asks. */
export async function openTokenSigningKey(parts: Pick<Parts, 'storage' | 'keys'>): Promise<TokenSigningKey> {
  const stored = await parts.storage.read((reader) => reader.settings.get(settingName))
  const { stored: key, publicKey } = stored === undefined ? await create(parts) : decode(stored)
  const facts = describePublicKey(publicKey)
  if (facts.kty !== 'RSA') throw new Error('the token-signing key is no RSA key')
  return { jwk: signingJwk(facts.jwk), sign: (data) => parts.keys.sign(key, binding, scheme, data) }
}

/** Two processes may start at once; the key that is stored first is the key of both. */
async function create({ storage, keys }: Pick<Parts, 'storage' | 'keys'>): Promise<CreatedKey> {
  const created = await keys.create(spec, binding)
  const kept = await storage.transact(async (writer) => {
    const existing = await writer.settings.get(settingName)
    if (existing !== undefined) return decode(existing)
    await store(writer, created)
    return created
  })
  if (kept !== created) await keys.destroy(created.stored)
  return kept
}

async function store(writer: Writer, { stored, publicKey }: CreatedKey): Promise<void> {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  await writer.settings.set(
    settingName,
    JSON.stringify({
      publicKey: base64(publicKey),
      uri: stored.uri,
      ...(stored.wrapped !== undefined && { wrapped: base64(stored.wrapped) }),
    }),
  )
}

function decode(text: string): CreatedKey {
  const { publicKey, uri, wrapped } = JSON.parse(text) as { publicKey: string; uri: string; wrapped?: string }
  const bytes = (base64: string) => Buffer.from(base64, 'base64')
  return {
    publicKey: bytes(publicKey),
    stored: { uri, ...(wrapped !== undefined && { wrapped: bytes(wrapped) }) },
  }
}
