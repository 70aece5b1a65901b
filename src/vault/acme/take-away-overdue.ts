/**
 * Takes away what proved control of names, once its time is over: also what a process left behind that died, or a solver that
 * failed. Each is tried for itself, so that none is in the way of another.
 */
import type { Solvers } from '../../challenges/solvers.ts'
import { isStanding, type PresentedChallenge } from '../../domain/challenge.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { seconds } from '../../domain/time.ts'
import type { Writer } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'

const batchSize = 50
/** What fails is tried again after as long as it has failed already, within these bounds. */
const againSecondsMin = 60
const againSecondsMax = 6 * 3600
/** Then it is a matter for a person. */
const givenUpAfterSeconds = 7 * 86_400

type Tools = Pick<Parts, 'storage' | 'clock' | 'log'> & { readonly solvers: Solvers }

/** Repeatable. @returns whether there may be more to do. */
export async function takeAwayOverdue(tools: Tools): Promise<boolean> {
  const { storage, clock } = tools
  const overdue = await storage.read((reader) => reader.acme.listOverdue(clock.now(), batchSize))
  await Promise.all(overdue.map((challenge) => takeAway(tools, challenge)))
  return overdue.length === batchSize
}

async function takeAway(tools: Tools, challenge: PresentedChallenge): Promise<void> {
  try {
    if (!(await isShownForAnother(tools, challenge))) await cleanUp(tools, challenge)
    await whileOverdue(tools, challenge, (writer) => writer.acme.removeChallenge(challenge))
  } catch (error) {
    await postpone(tools, challenge, error)
  }
}

/** CAs give the same token to orders that share an authorization: the last of them takes it away. */
async function isShownForAnother(
  { storage, clock }: Tools,
  { type, identifier, token }: PresentedChallenge,
): Promise<boolean> {
  const alike = await storage.read((reader) => reader.acme.findByToken(token))
  return alike.some(
    (other) =>
      other.type === type && other.identifier.value === identifier.value && isStanding(other, clock.now()),
  )
}

async function cleanUp({ storage, solvers }: Tools, challenge: PresentedChallenge): Promise<void> {
  const { vault, issuer, place } = challenge
  const object = await storage.read((reader) => reader.issuers.find(vault, issuer))
  const solver = solvers.forCleaning(object?.settings?.challenges, challenge)
  if (!solver)
    throw new IssuerFailure(
      'user-action',
      `Nothing in the settings of the issuer ${issuer} tells how to take it away.`,
    )
  await solver.cleanUp(challenge, place)
}

async function postpone(tools: Tools, challenge: PresentedChallenge, error: unknown): Promise<void> {
  const { clock, log } = tools
  const now = clock.now()
  const { vault, issuer, type, identifier, overSince = now } = challenge
  const facts = { vault, issuer, type, name: identifier.value, error: String(error) }
  const failedFor = now - overSince
  if (failedFor >= givenUpAfterSeconds) {
    log.error('a challenge could not be taken away for a week, and is left where it is', facts)
    await whileOverdue(tools, challenge, (writer) => writer.acme.removeChallenge(challenge))
    return
  }
  log.error('a challenge could not be taken away; it will be tried again', facts)
  const again = Math.min(Math.max(failedFor, againSecondsMin), againSecondsMax)
  await whileOverdue(tools, challenge, (writer) =>
    writer.acme.putChallenge({ ...challenge, overSince, until: seconds(now + again) }),
  )
}

/** Unless somebody else took it away meanwhile, or shows it anew. */
async function whileOverdue(
  { storage }: Tools,
  challenge: PresentedChallenge,
  write: (writer: Writer) => Promise<void>,
): Promise<void> {
  await storage.transact(async (writer) => {
    const { vault, orderKey, type, identifier, token, until } = challenge
    const present = await writer.acme.challengesOf(vault, orderKey)
    const same = present.find(
      (other) => other.type === type && other.token === token && other.identifier.value === identifier.value,
    )
    if (same?.until === until) await write(writer)
  })
}
