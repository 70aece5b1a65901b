/**
 * Publishes the revocation lists that are due: what to say is read, then the key signs outside of any transaction, then one
 * transaction stores the list with its number and decides when the next one comes. What was revoked meanwhile keeps the list
 * due. The vault acts by itself, and is audited as such.
 */
import type { AuditRecord } from '../../domain/audit.ts'
import type { ListTurn } from '../../domain/authority.ts'
import { VaultError } from '../../domain/errors.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import { actOfVault } from '../act-of-vault.ts'
import { auditNameOf } from '../authorities/find-authority.ts'
import type { Parts } from '../parts.ts'
import { failureOf } from '../perform.ts'
import { draftOf, type ListDraft, type Rest } from './list-draft.ts'
import { type SignedList, signList } from './sign-list.ts'

type Makings = Pick<Parts, 'storage' | 'keys' | 'clock' | 'random' | 'log'>

const batchSize = 50
const firstPauseSeconds = 10
const pauseSecondsMax = 3600

/**
 * Repeatable; any number of processes may run it: of two that sign the same number one stores its list, and the other gives
 * its own up.
 * @returns whether there may be more to do.
 * @throws what the store throws when not even a failure can be recorded; every list is due still then.
 */
export async function publishLists(makings: Makings): Promise<boolean> {
  const { storage, clock } = makings
  const due = await storage.read((reader) => reader.authorities.listDue(clock.now(), batchSize))
  const byAuthority = Map.groupBy(due, ({ vault, authority }) => `${vault}/${authority}`.toUpperCase())
  const outcomes = await Promise.allSettled(
    [...byAuthority.values()].map((turns) => publishInTurn(makings, turns)),
  )
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure) throw failure.reason
  return due.length === batchSize
}

/** The lists of one authority, whose numbers follow each other. */
async function publishInTurn(makings: Makings, turns: readonly ListTurn[]): Promise<void> {
  for (const turn of turns)
    try {
      await publish(makings, turn)
    } catch (error) {
      await postpone(makings, turn, error)
    }
}

async function publish(makings: Makings, listed: ListTurn): Promise<void> {
  const { storage, clock } = makings
  const draft = await storage.read(async (reader) => {
    const turn = (await reader.authorities.findTurn(listed)) ?? listed
    return draftOf(reader, turn, clock.now())
  })
  if ('turn' in draft) await store(makings, draft, await signList(makings, draft))
  else await rest(makings, listed, draft)
}

async function store(makings: Makings, draft: ListDraft, { list, entries }: SignedList): Promise<void> {
  const { turn, authority, number } = draft
  await makings.storage.transact(async (writer) => {
    const { authorities } = writer
    // Somebody else was faster. If the list is due still, its turn comes again.
    if ((await authorities.lastListNumber(authority)) !== number - 1) return
    await authorities.putRevocationList(list)
    await authorities.setTurn(turn, { due: nextAfter(draft), decided: list.thisUpdate, failures: 0 })
    if (turn.kind === 'full' && authority.rules.deltaHours !== undefined)
      await authorities.hasten({ ...turn, kind: 'delta' }, seconds(list.thisUpdate + 1))
    const facts = { number, partition: turn.partition, kind: turn.kind, entries }
    await writer.journal.append({ ...recordOf(makings, turn), outcome: 'success', facts })
  })
}

/** When half of its life has passed, so that verifiers have the other half to fetch it. */
function nextAfter({ last, thisUpdate, nextUpdate }: ListDraft): UnixSeconds | undefined {
  return last ? undefined : seconds(thisUpdate + Math.floor((nextUpdate - thisUpdate) / 2))
}

/** The turn does not come again when an end was reached. It is told once, by the list that every authority has. */
async function rest(makings: Makings, turn: ListTurn, { due, ended: end }: Rest): Promise<void> {
  const decided = makings.clock.now()
  const ended = turn.partition === 0 && turn.kind === 'full' ? end : undefined
  await makings.storage.transact(async (writer) => {
    await writer.authorities.setTurn(turn, { due, decided, failures: 0 })
    if (ended === undefined) return
    const why = failureOf(new VaultError('Conflict', ended), '')
    await writer.journal.append({ ...recordOf(makings, turn), outcome: 'failed', ...why })
  })
  if (ended !== undefined) makings.log.error(ended, factsOf(turn))
}

/** Longer each time, so that a key that fails does not keep the service busy. */
async function postpone(makings: Makings, turn: ListTurn, error: unknown): Promise<void> {
  const { clock, log, storage } = makings
  const pause = Math.min(firstPauseSeconds * 2 ** turn.failures, pauseSecondsMax)
  log.error('a revocation list could not be published; it will be tried again', {
    ...factsOf(turn),
    pauseSeconds: pause,
    error: String(error),
  })
  const why = failureOf(error, 'The service failed; see its log.')
  await storage.transact(async (writer) => {
    const decided = clock.now()
    const due = seconds(decided + pause)
    await writer.authorities.setTurn(turn, { due, decided, failures: turn.failures + 1 })
    await writer.journal.append({ ...recordOf(makings, turn), outcome: 'failed', ...why })
  })
}

function recordOf(makings: Makings, { vault, authority }: ListTurn): Omit<AuditRecord, 'outcome'> {
  return actOfVault(makings, {
    vault,
    operation: 'AuthorityListPublish',
    object: auditNameOf(authority),
  })
}

function factsOf({ vault, authority, partition, kind }: ListTurn): Record<string, string | number> {
  return { vault, authority, partition, kind }
}
