/** Keys of ACME accounts: made here, kept like every other, and out of reach of every door. */
import { createHash } from 'node:crypto'
import type { AccountPlace } from '../../domain/acme-account.ts'
import type { AccountKey, PublicJwk } from '../../issuers/acme/account-key.ts'
import type { AcmeRegister } from '../../issuers/acme/register.ts'
import type { Binding } from '../../keys/key-protection.ts'
import type { AccountKeys, StoredAccountKey } from '../../storage/acme-storage.ts'
import type { Writer } from '../../storage/storage.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import { newId, type Parts } from '../parts.ts'

type Makings = Pick<Parts, 'storage' | 'keys' | 'random'>

const spec = { kty: 'EC', curve: 'P-256' } as const
const es256 = { name: 'ES256', kind: 'ECDSA', hash: 'sha256', curve: 'P-256' } as const

type KeyCare = 'accountKey' | 'nextAccountKey' | 'knownKeys' | 'adoptNextKey' | 'dropNextKey'

export function accountKeys(makings: Makings): Pick<AcmeRegister, KeyCare> {
  const { storage, keys } = makings
  const find = (place: AccountPlace) => storage.read((reader) => reader.acme.findKeys(place))
  return {
    async accountKey(place) {
      const { present } = (await find(place)) ?? (await make(makings, place, first))
      return signerOf(makings, place, present)
    },
    async nextAccountKey(place) {
      const known = await find(place)
      const { next } = known?.next ? known : await make(makings, place, following)
      return signerOf(makings, place, next!)
    },
    async knownKeys(place) {
      const { present, next } = (await find(place)) ?? {}
      return {
        ...(present && { present: signerOf(makings, place, present) }),
        ...(next && { next: signerOf(makings, place, next) }),
      }
    },
    async adoptNextKey(place, key) {
      const former = await storage.transact(async (writer) => {
        const known = await writer.acme.findKeys(place)
        if (!known?.next || !isSameKey(known.next, key)) return undefined
        await writer.acme.putKeys(place, { present: known.next })
        return known.present
      })
      if (former) await keys.destroy(former.stored)
    },
    async dropNextKey(place, key) {
      const dropped = await storage.transact(async (writer) => {
        const known = await writer.acme.findKeys(place)
        if (!known?.next || !isSameKey(known.next, key)) return undefined
        await writer.acme.putKeys(place, { present: known.present })
        return known.next
      })
      if (dropped) await keys.destroy(dropped.stored)
    },
  }
}

/** Another process may have gone further meanwhile. */
function isSameKey({ publicKey }: StoredAccountKey, { jwk }: AccountKey): boolean {
  const { x, y } = publicJwkOf(publicKey)
  return x === jwk.x && y === jwk.y
}

/** What is to be kept when a key was made; undefined if it comes too late, since somebody else was faster. */
type Taking = (known: AccountKeys | undefined, made: StoredAccountKey) => AccountKeys | undefined

const first: Taking = (known, made) => (known ? undefined : { present: made })

const following: Taking = (known, made) => {
  if (!known) throw new Error('an account without a key has none to follow it')
  return known.next ? undefined : { ...known, next: made }
}

async function make(
  { storage, keys, random }: Makings,
  place: AccountPlace,
  take: Taking,
): Promise<AccountKeys> {
  const version = newId(random)
  const { stored, publicKey } = await keys.create(spec, bindingOf(place, version))
  const { kept, known } = await storage.transact(async (writer: Writer) => {
    const known = await writer.acme.findKeys(place)
    const kept = take(known, { stored, version, publicKey })
    if (kept) await writer.acme.putKeys(place, kept)
    return { kept, known }
  })
  if (!kept) await keys.destroy(stored)
  return kept ?? known!
}

function signerOf(
  { keys }: Makings,
  place: AccountPlace,
  { stored, version, publicKey }: StoredAccountKey,
): AccountKey {
  return {
    jwk: publicJwkOf(publicKey),
    sign: (data) =>
      keys.signDigest(stored, bindingOf(place, version), es256, createHash('sha256').update(data).digest()),
  }
}

function publicJwkOf(publicKey: Uint8Array): PublicJwk {
  const facts = describePublicKey(publicKey)
  if (facts.kty !== 'EC') throw new Error('the key of an account is no EC key')
  const { crv, kty, x, y } = facts.jwk as PublicJwk
  return { crv, kty, x, y }
}

/** No object has a slash in its name, so no other door opens it. */
function bindingOf({ vault, issuer, directory }: AccountPlace, version: string): Binding {
  return { vault, name: `acme/${issuer.toUpperCase()}/${directory}`, version }
}
