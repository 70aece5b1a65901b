/**
 * The private CA beside step-ca: the same kind of requests, the same keys of the CAs, the same clients, both over HTTPS with kept
 * connections, both with what they did on disk before they answer. Rounds alternate, and medians are told. Who is ahead is no
 * verdict: on a machine that does other work as well it would be one about that.
 */
import { join } from 'node:path'
import { certkeepCa, openCertkeep } from './certkeep.ts'
import { type CaKind, type Contender, caKinds } from './contender.ts'
import { median, type Round, race } from './race.ts'
import { makeRequests } from './requests.ts'
import { openStepCa } from './step-ca.ts'
import { type Made, problemsOf } from './verdicts.ts'

const clients = 32
const rounds = Number(process.env.RACE_ROUNDS ?? 7)
const requestsPerRound = Number(process.env.RACE_REQUESTS ?? 1500)
const work = process.env.INTEROP_WORK!

const { service, target } = await openCertkeep(join(work, 'certkeep'))
try {
  for (const kind of caKinds) await compare(kind)
} finally {
  await service.stop()
}

async function compare(kind: CaKind): Promise<void> {
  const ours = await certkeepCa(target, kind)
  const theirs = await openStepCa(process.env.STEP_CA!, join(work, `step-ca-${kind}`), kind)
  try {
    const [own, other] = await alternate(kind, ours, theirs)
    judge(kind, ours, own)
    judge(kind, theirs, other)
    tell(kind, own.rounds, other.rounds)
  } finally {
    await theirs.stop()
  }
}

interface Run {
  readonly rounds: readonly Round[]
  readonly made: readonly Made[]
}

/** The first round of each fills caches and compiles code; what it made is judged, but its time does not count. */
async function alternate(kind: CaKind, ...contenders: readonly [Contender, Contender]): Promise<[Run, Run]> {
  const runs = contenders.map((contender) => ({ contender, rounds: [] as Round[], made: [] as Made[] }))
  for (let round = 0; round <= rounds; round++) {
    for (const { contender, rounds, made } of round % 2 === 0 ? runs : runs.toReversed()) {
      const requests = makeRequests(`${kind.toLowerCase()}-${round}`, requestsPerRound)
      const result = await race(contender, requests, clients)
      for (const [index, request] of requests.entries())
        made.push({ request, certificate: contender.certificateIn(result.answers[index]!) })
      if (round > 0) rounds.push({ ...result, answers: [] })
    }
  }
  return runs as unknown as [Run, Run]
}

function judge(kind: CaKind, contender: Contender, { made }: Run): void {
  const problems = problemsOf(contender, made, join(work, `${contender.name}-${kind}-certificates`))
  const what = `${contender.name}, ${kind} CA: ${made.length} certificates verify with OpenSSL and are distinct`
  console.log(problems.length === 0 ? `ok ${what}` : `not ok ${what}: ${problems.join('; ')}`)
}

function tell(kind: CaKind, own: readonly Round[], other: readonly Round[]): void {
  const of = (rounds: readonly Round[], figure: keyof Omit<Round, 'answers'>) =>
    median(rounds.map((round) => round[figure]))
  for (const [name, rounds] of [
    ['certkeep', own],
    ['step-ca', other],
  ] as const)
    console.log(
      `${kind} CA, ${clients} clients, ${name}: ${of(rounds, 'perSecond').toFixed(0)}/s, ` +
        `p50 ${of(rounds, 'p50Milliseconds').toFixed(1)} ms, p99 ${of(rounds, 'p99Milliseconds').toFixed(1)} ms, ` +
        `${of(rounds, 'serverMicroseconds').toFixed(0)} µs CPU; rounds ${rounds.map(({ perSecond }) => perSecond.toFixed(0)).join(' ')}`,
    )
  // Rounds that follow each other had the same machine, whatever else it did.
  const ratios = own.map(({ perSecond }, round) => perSecond / other[round]!.perSecond)
  const processor = own.map((round, index) => round.serverMicroseconds / other[index]!.serverMicroseconds)
  console.log(
    `${kind} CA: for each certificate of step-ca, certkeep signs ${median(ratios).toFixed(2)} ` +
      `(${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} in ${rounds} pairs of rounds) ` +
      `and takes ${median(processor).toFixed(2)} times the processor time`,
  )
}
