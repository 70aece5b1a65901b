/**
 * The service is killed at every step of an order of the private CA, and started again: one order stays one serial number,
 * one certificate and one version, and it ends.
 */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { startService } from '../azure/service.ts'
import type { Death } from './mortal.ts'
import {
  copyOf,
  createWeb,
  hex,
  type Kept,
  keptIn,
  liveUntil,
  type Prepared,
  prepare,
  settled,
} from './private-ca.ts'

let prepared: Prepared
before(async () => {
  prepared = await prepare()
})

const steps = {
  'the operation is opened': 'INSERT INTO operations',
  'the serial number is on record': 'INSERT INTO issued',
  'it is signed': undefined,
  'the certificate is kept': 'UPDATE issued SET certificate',
  'the version is there': 'INSERT INTO versions',
} as const
type StepName = keyof typeof steps

const death = (step: StepName, when: Death['when']): Death => {
  const statement = steps[step]
  return statement === undefined ? { when } : { when, statement }
}
const opened = death('the operation is opened', 'after')
/** The first that a service does with an operation that it finds is to claim it. */
const claimed = (when: Death['when']): Death => ({ when, statement: steps['the operation is opened'] })

const single = (Object.keys(steps) as StepName[]).flatMap((step) =>
  (['before', 'after'] as const).map((when): [string, Death[]] => [`${when} ${step}`, [death(step, when)]]),
)
const cases: readonly [string, readonly Death[]][] = [
  ...single,
  ['before it is claimed again', [opened, claimed('before')]],
  ['after it is claimed again', [opened, claimed('after')]],
  [
    'at every step, life after life',
    [
      opened,
      claimed('after'),
      death('the serial number is on record', 'after'),
      death('it is signed', 'before'),
      death('it is signed', 'after'),
      death('the certificate is kept', 'after'),
      death('the version is there', 'before'),
    ],
  ],
]

for (const [what, deaths] of cases)
  test(`killed ${what}, an order is whole or was never there`, {
    timeout: 120_000,
  }, async () => {
    const dataFolder = copyOf(prepared)
    const at = { dataFolder, port: prepared.port }
    const past: Kept[] = []
    for (const [life, each] of deaths.entries()) {
      const ask = life === 0 ? createWeb() : { path: '/certificates/web?api-version=2025-07-01' }
      await liveUntil(each, at, (service) => prepared.senderTo(service)(ask))
      past.push(await keptIn(dataFolder))
    }
    const service = await startService(at)
    await settled(prepared.senderTo(service)).finally(() => service.stop())
    const kept = await keptIn(dataFolder)
    const first = single[0]![1]
    if (deaths[0] === first[0]) checkNothing(kept)
    else checkOne(kept, past)
  })

function checkNothing({ issued, operation, versions }: Kept): void {
  assert.deepEqual([issued.length, operation, versions.length], [1, undefined, 0])
}

function checkOne({ issued, operation, versions, journal }: Kept, past: readonly Kept[]): void {
  assert.equal(operation!.status, 'completed')
  const ours = issued.filter(({ orderKey }) => orderKey === operation!.requestId)
  assert.equal(issued.length, 2, 'its own, and that of the authority')
  assert.equal(ours.length, 1)
  assert.deepEqual(versions, [hex(ours[0]!.certificate)])
  for (const former of past.flatMap((kept) => kept.issued)) {
    const now = issued.find(({ serialNumber }) => hex(serialNumber) === hex(former.serialNumber))
    assert.equal(now?.orderKey, former.orderKey, 'what was on record stays')
    if (former.certificate) assert.equal(hex(now!.certificate), hex(former.certificate))
  }
  const count = (name: string) =>
    journal.filter(
      ({ operation: each, facts, outcome }) =>
        each === name && outcome === 'success' && (facts?.order ?? facts?.requestId) === operation!.requestId,
    ).length
  assert.equal(count('AuthorityCertificateIssue'), 1)
  assert.equal(count('CertificateEnroll'), 1)
}
