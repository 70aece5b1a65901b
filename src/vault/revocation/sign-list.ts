/** Writes and signs a revocation list (RFC 5280 5). The service goes on meanwhile, however many entries there are. */
import type { RevocationList, RevokedEntry } from '../../domain/authority.ts'
import { authorityUrls } from '../../domain/authority-urls.ts'
import { assembleSigned } from '../../x509/certificate.ts'
import type { RevokedCertificate } from '../../x509/crl.ts'
import { buildTbsCrl, CrlEntries } from '../../x509/crl-writer.ts'
import type { Der } from '../../x509/der.ts'
import { describePublicKey, subjectKeyIdentifier } from '../../x509/public-key.ts'
import { signatureAlgorithm, verifySigned } from '../../x509/signature-algorithm.ts'
import { authorityRegister } from '../authorities/authority-register.ts'
import type { Parts } from '../parts.ts'
import type { ListDraft } from './list-draft.ts'

export interface SignedList {
  readonly list: RevocationList
  /** How many certificates it names. */
  readonly entries: number
}

/** Some milliseconds of work. */
const sliceSize = 500

export async function signList(
  makings: Pick<Parts, 'storage' | 'keys' | 'clock' | 'random'>,
  draft: ListDraft,
): Promise<SignedList> {
  const { turn, authority, issuer, number, base, thisUpdate, nextUpdate, lastChange } = draft
  const { vault, partition, kind } = turn
  const entries = await collectEntries(makings, draft)
  const { identifier, hash } = signatureAlgorithm(describePublicKey(issuer.spki))
  const tbs = tbsOf(draft, identifier, entries)
  const signature = await authorityRegister(makings).sign(authority, { hash }, tbs)
  // A signature that a fault spoiled could tell the key (Boneh, DeMillo, Lipton): it goes nowhere.
  if (!verifySigned({ toBeSigned: tbs, signatureAlgorithm: identifier, signature }, issuer.spki))
    throw new Error('the signature of a revocation list does not verify')
  const list: RevocationList = {
    vault,
    authority: authority.name,
    partition,
    kind,
    number,
    ...(base && { baseNumber: base.number }),
    thisUpdate,
    nextUpdate,
    lastChange,
    der: assembleSigned(tbs, identifier, signature),
  }
  return { list, entries: entries.count }
}

/**
 * Slice after slice, with room for other work between them. So what changes meanwhile may be in the list or not; then the list
 * is due again.
 */
async function collectEntries(
  { storage }: Pick<Parts, 'storage'>,
  { turn, authority, base, endsFrom }: ListDraft,
): Promise<CrlEntries> {
  const entries = new CrlEntries()
  const changes = base && { changedAfter: base.lastChange ?? 0 }
  let slice: readonly RevokedEntry[] = []
  let after = ''
  do {
    const page = { after, limit: sliceSize }
    slice = await storage.read((reader) =>
      reader.authorities.listRevoked(authority, turn.partition, { endsFrom, ...changes, page }),
    )
    entries.add(slice.map(entryOf))
    after = Buffer.from(slice.at(-1)?.serialNumber ?? []).toString('hex')
    await new Promise((resolve) => setImmediate(resolve))
  } while (slice.length === sliceSize)
  return entries
}

function entryOf({ serialNumber, at, reason, invalidityDate }: RevokedEntry): RevokedCertificate {
  return { serialNumber, revokedAt: at, reason, ...(invalidityDate !== undefined && { invalidityDate }) }
}

function tbsOf(draft: ListDraft, signatureAlgorithm: Der, revoked: CrlEntries): Der {
  const { authority, turn, issuer, number, base, thisUpdate, nextUpdate } = draft
  const freshest = turn.kind === 'full' ? authorityUrls(authority, turn.partition)?.deltaList : undefined
  return buildTbsCrl({
    signatureAlgorithm,
    issuer: issuer.subjectDer,
    authorityKeyIdentifier: issuer.subjectKeyIdentifier ?? subjectKeyIdentifier(issuer.spki),
    thisUpdate,
    nextUpdate,
    number: BigInt(number),
    ...(base && { deltaBase: BigInt(base.number) }),
    ...(freshest !== undefined && { freshestCrl: [freshest] }),
    ...(draft.partitioned && { distributionPoint: { uris: placesOf(draft) } }),
    revoked,
  })
}

/** Those that stand in certificates, also in those from before the base URL was changed. A delta has the scope of its base. */
function placesOf({ authority, turn, baseUrls }: ListDraft): string[] {
  return baseUrls.map((baseUrl) => {
    const rules = { ...authority.rules, baseUrl }
    return authorityUrls({ ...authority, rules }, turn.partition)!.list
  })
}
