/**
 * The process is killed in the middle of many operations, again and again. Afterwards every operation that was answered
 * is there, none is half there, and the audit has each exactly once.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { clientsOf, collect, environmentOf, type Service, startService, trust } from '../azure/service.ts'

const rounds = 4
const operationsPerRound = 50
const policy = {
  issuerName: 'Self',
  subject: 'CN=crash',
  keyType: 'EC' as const,
  keyCurveName: 'P-256' as const,
  keyUsage: ['digitalSignature' as const],
}

interface Answered {
  readonly correlationId: string
  readonly operation: string
  readonly name: string
}

test('kill -9 loses nothing that was answered and leaves nothing half done', {
  timeout: 180_000,
}, async () => {
  let service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  const clients = clientsOf(environment)
  const answered: Answered[] = []
  const unanswered: Answered[] = []
  for (let round = 0; round < rounds; round++) {
    await disturb(service, clients, round, answered, unanswered)
    service = await service.restart()
    await checkNothingHalf(clients)
  }
  assert.ok(answered.length > 20, `only ${answered.length} operations were answered`)
  assert.ok(unanswered.length > 0, 'the kill came too late to interrupt anything')
  await checkAnswered(clients, answered)
  assert.equal(await service.stop(), 0)
  await checkAudit(service, answered, unanswered)
})

type Clients = ReturnType<typeof clientsOf>

/** Starts many operations at once and kills the service while they run. */
async function disturb(
  service: Service,
  clients: Clients,
  round: number,
  answered: Answered[],
  unanswered: Answered[],
): Promise<void> {
  let finished = 0
  const killAfter = 10 + round * 8
  const running = Array.from({ length: operationsPerRound }, async (_, index) => {
    const name = `r${round}-${index}`
    for (const [operation, act] of steps(clients, name, index)) {
      const correlationId = randomUUID()
      const entry = { correlationId, operation, name }
      try {
        await act({ requestOptions: { customHeaders: { 'x-ms-client-request-id': correlationId } } })
        answered.push(entry)
      } catch {
        unanswered.push(entry)
        return
      }
      if (++finished === killAfter) service.process.kill('SIGKILL')
    }
  })
  await Promise.all(running)
  await service.stop('SIGKILL')
}

function steps(
  clients: Clients,
  name: string,
  index: number,
): [string, (options: object) => Promise<unknown>][] {
  const { certificates } = clients
  const create: [string, (options: object) => Promise<unknown>] = [
    'CertificateCreate',
    (options) => certificates.beginCreateCertificate(name, policy, { ...options, intervalInMs: 60_000 }),
  ]
  const remove: [string, (options: object) => Promise<unknown>] = [
    'CertificateDelete',
    (options) => certificates.beginDeleteCertificate(name, options),
  ]
  return index % 3 === 0 ? [create, remove] : [create]
}

/** Whatever exists is whole: it becomes complete, its secret opens, and it is of the same key. */
async function checkNothingHalf(clients: Clients): Promise<void> {
  for (const item of await collect(
    clients.certificates.listPropertiesOfCertificates({ includePending: true }),
  )) {
    const poller = await clients.certificates.getCertificateOperation(item.name!, { intervalInMs: 50 })
    await poller.pollUntilDone()
    const certificate = await clients.certificates.getCertificate(item.name!)
    const secret = await clients.secrets.getSecret(item.name!)
    assert.equal(secret.properties.version, certificate.properties.version)
    assert.ok(secret.value!.length > 500)
  }
}

async function checkAnswered(clients: Clients, answered: readonly Answered[]): Promise<void> {
  const deleted = new Set(
    answered.filter(({ operation }) => operation === 'CertificateDelete').map(({ name }) => name),
  )
  for (const { operation, name } of answered) {
    if (operation === 'CertificateDelete') await clients.certificates.getDeletedCertificate(name)
    else if (!deleted.has(name)) await existsSomewhere(clients, name)
  }
}

/** Its deletion may have been done though it was never answered. */
async function existsSomewhere(clients: Clients, name: string): Promise<void> {
  await clients.certificates
    .getCertificate(name)
    .catch(() => clients.certificates.getDeletedCertificate(name))
}

/** An answered operation has one record. One without answer has one or none, and then its effect is there or not, alike. */
async function checkAudit(
  service: Service,
  answered: readonly Answered[],
  unanswered: readonly Answered[],
): Promise<void> {
  const storage = openSqlite({ path: join(service.dataFolder, 'certkeep.db') })
  const records = new Map<string, number>()
  const objects = new Set<string>()
  for (let after = 0; ; ) {
    const entries = await storage.read((reader) => reader.journal.read(after, 1000))
    for (const { record } of entries) {
      if (record.outcome !== 'success') continue
      const id = `${record.operation} ${record.origin.correlationId}`
      records.set(id, (records.get(id) ?? 0) + 1)
      objects.add(`${record.operation} ${record.object}`)
    }
    if (entries.length === 0) break
    after = entries.at(-1)!.sequence
  }
  for (const { operation, correlationId, name } of answered) {
    assert.equal(records.get(`${operation} ${correlationId}`), 1, `${operation} of ${name}`)
  }
  for (const { operation, correlationId, name } of unanswered) {
    const count = records.get(`${operation} ${correlationId}`) ?? 0
    assert.ok(count <= 1, `${operation} of ${name} is recorded ${count} times`)
    if (operation !== 'CertificateCreate') continue
    const found = await storage.read((reader) => reader.certificates.find('default', name))
    assert.equal(found !== undefined, count === 1, `${name} exists without its record, or the reverse`)
  }
  await storage.close()
}
