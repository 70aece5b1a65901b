/**
 * Keeps a responder in place for every authority whose certificates say where OCSP is, and for those that were asked: made
 * when it is missing, made anew when a third of its life is left. The vault acts by itself, and is audited as such.
 */
import type { Authority } from '../../domain/authority.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Reader, Writer } from '../../storage/storage.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import { actOfVault } from '../act-of-vault.ts'
import { responderBinding } from '../authorities/authority-key.ts'
import { certifyResponder, planResponder, type ResponderPlan } from '../authorities/certify-responder.ts'
import { auditNameOf } from '../authorities/find-authority.ts'
import type { Parts } from '../parts.ts'
import { failureOf } from '../perform.ts'
import { findDelegate } from './ocsp-signer.ts'

type Makings = Pick<Parts, 'storage' | 'keys' | 'clock' | 'random' | 'log'>
type Place = Pick<Authority, 'vault' | 'name'>
type Stored = Awaited<ReturnType<Reader['authorities']['findResponder']>>

export interface OcspDelegates {
  /**
   * Sees to it that the authority has a responder, if it can have one. Those who ask at the same time wait for the same one.
   * @param place as the authority is spelled.
   * @returns whether there is a new one. Failures are logged and recorded, and it rests for a while then.
   */
  ensure(place: Place): Promise<boolean>
  /** Repeatable, in any number of processes. @returns false: there is never more to do. */
  renewDue(): Promise<boolean>
}

/** After a failure. */
const restSeconds = 3600
/** Where there can be none, or none is needed. */
const lookAgainSeconds = 60

export function createOcspDelegates(makings: Makings): OcspDelegates {
  const running = new Map<string, Promise<boolean>>()
  /** Until when nothing is tried. */
  const resting = new Map<string, UnixSeconds>()

  async function attempt(place: Place, key: string): Promise<boolean> {
    const now = makings.clock.now()
    if (now < (resting.get(key) ?? 0)) return false
    resting.delete(key)
    try {
      const isNew = await renew(makings, place)
      if (!isNew) resting.set(key, seconds(now + lookAgainSeconds))
      return isNew
    } catch (error) {
      resting.set(key, seconds(now + restSeconds))
      await recordFailure(makings, place, error)
      return false
    }
  }

  function ensure(place: Place): Promise<boolean> {
    const key = `${place.vault}/${place.name}`
    const begun = running.get(key) ?? attempt(place, key).finally(() => running.delete(key))
    running.set(key, begun)
    return begun
  }

  return {
    ensure,
    async renewDue() {
      const places = await makings.storage.read((reader) => reader.authorities.listAll())
      for (const place of places) if (await isKept(makings, place)) await ensure(place)
      return false
    },
  }
}

/** Without a base URL nobody is told of OCSP; whoever asks all the same gets a responder then. */
function isKept({ storage }: Makings, { vault, name }: Place): Promise<boolean> {
  return storage.read(async (reader) => {
    const authority = await reader.authorities.find(vault, name)
    if (authority?.rules.baseUrl !== undefined) return true
    return (await reader.authorities.findResponder({ vault, name })) !== undefined
  })
}

interface Renewal {
  readonly authority: Authority
  readonly plan: ResponderPlan
  readonly former: Stored
}

/** @returns whether there is a new responder. */
async function renew(makings: Makings, place: Place): Promise<boolean> {
  const renewal = await makings.storage.read((reader) => planRenewal(reader, place, makings.clock.now()))
  if (!renewal) return false
  const { authority, plan, former } = renewal
  const { stored, publicKey } = await makings.keys.create(plan.spec, responderBinding(authority))
  const certificate = await certifyResponder(makings, authority, plan, publicKey).catch(async (error) => {
    await makings.keys.destroy(stored)
    throw error
  })
  const isKept = await makings.storage.transact(async (writer) => {
    const current = await writer.authorities.findResponder(authority)
    if (!isSame(current, former)) return false
    await keep(makings, writer, authority, parseCertificate(certificate), stored)
    return true
  })
  // Another process may have been faster; its responder is everybody's then.
  const surplus = isKept ? former?.key : stored
  if (surplus) await makings.keys.destroy(surplus)
  return true
}

/** Undefined when the authority can have no responder, needs none, or has one that is good for a while. */
async function planRenewal(
  reader: Reader,
  { vault, name }: Place,
  now: UnixSeconds,
): Promise<Renewal | undefined> {
  const authority = await reader.authorities.find(vault, name)
  const plan = authority && planResponder(authority, now)
  if (!authority || !plan || !(await isNeeded(reader, authority, now))) return undefined
  const delegate = await findDelegate(reader, authority, now)
  if (delegate && !isOld(delegate.certificate, plan, now)) return undefined
  return { authority, plan, former: await reader.authorities.findResponder(authority) }
}

/** A retired authority has one until the last of its certificates ends. */
async function isNeeded(reader: Reader, authority: Authority, now: UnixSeconds): Promise<boolean> {
  if (authority.state === 'active') return true
  const lastEnd = (await reader.authorities.lastEnd(authority)) ?? now
  return authority.state === 'retired' && lastEnd > now
}

/** A third is left, and another one would live longer: not so at the end of the authority's own life. */
function isOld({ notBefore, notAfter }: CertificateFacts, plan: ResponderPlan, now: UnixSeconds): boolean {
  return notAfter - now < (notAfter - notBefore) / 3 && plan.notAfter > notAfter
}

function isSame(one: Stored, other: Stored): boolean {
  if (!one || !other) return one === other
  return Buffer.compare(one.responder.certificate, other.responder.certificate) === 0
}

async function keep(
  makings: Makings,
  writer: Writer,
  { vault, name }: Authority,
  { der, serialNumber, notAfter }: CertificateFacts,
  key: NonNullable<Stored>['key'],
): Promise<void> {
  await writer.authorities.putResponder({ vault, authority: name, certificate: der, notAfter }, key)
  const facts = { serialNumber: Buffer.from(serialNumber).toString('hex'), notAfter }
  await writer.journal.append({ ...recordOf(makings, { vault, name }), outcome: 'success', facts })
}

async function recordFailure(makings: Makings, place: Place, error: unknown): Promise<void> {
  makings.log.error('an OCSP responder could not be made; the authority answers itself', {
    ...place,
    error: String(error),
  })
  const why = failureOf(error, 'The service failed; see its log.')
  const record = { ...recordOf(makings, place), outcome: 'failed', ...why } as const
  await makings.storage
    .transact((writer) => writer.journal.append(record))
    .catch((cause) => makings.log.error('a failure could not be recorded', { error: String(cause) }))
}

function recordOf(makings: Makings, { vault, name }: Place) {
  return actOfVault(makings, { vault, operation: 'AuthorityResponderRenew', object: auditNameOf(name) })
}
