/** The service is killed at every step of an order and started again: the certificate arrives, and was ordered once. */
import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Service, startService } from '../../test/azure/service.ts'
import type { Death } from '../../test/crash/mortal.ts'
import type { Send } from '../../test/http/request.ts'
import type { Pebble } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { type Gate, meetFirst, openGate } from './gate.ts'
import { certificatesIn, hostsOf } from './judge.ts'
import { arrivedInHaste, create, secretOf, setIssuer, type Vault, version } from './vault.ts'

const mortal = join(import.meta.dirname, '..', '..', 'test', 'crash', 'mortal.ts')

/** Requests at which it dies, before the CA has heard of them and after it did as they say. */
const requests = {
  'the account is opened': '/sign-me-up',
  'the order is placed': '/order-plz',
  'the CA is told to look': '/chalZ/',
  'the request goes out': '/finalize-order/',
  'the certificate is fetched': '/certZ/',
} as const

/** What is put on record when it dies. Of the writes to the operation the first makes it. */
const records: Readonly<Record<string, Omit<Death, 'when'>>> = {
  'the key of the account is kept': {
    statement: 'INSERT INTO acme_accounts (vault, issuer_key, directory, key_uri',
  },
  'the account is kept': { statement: 'INSERT INTO acme_accounts (vault, issuer_key, directory, document' },
  'the order is about to be placed': { statement: 'INSERT INTO operations', turn: 2 },
  'the order is claimed': { statement: 'INSERT INTO acme_orders' },
  'the order is known to the operation': { statement: 'INSERT INTO operations', turn: 3 },
  'a record of the DNS is about to be set': { statement: 'INSERT INTO challenges' },
  'a record of the DNS is set': { statement: 'INSERT INTO challenges', turn: 2 },
  'the CA was told to look': { statement: 'INSERT INTO challenges', turn: 3 },
  'a record of the DNS is taken away': { statement: 'DELETE FROM challenges' },
  'the version is added': { statement: 'INSERT INTO versions' },
}

interface House {
  readonly vault: Vault
  readonly send: Send
  readonly gate: Gate
  readonly dns: Resolver
  service: Service
}

interface Attempt {
  readonly what: string
  /** Lets it die on the way to the certificate of this name, and starts it again. */
  readonly die: (house: House, name: string) => Promise<void>
}

const whens = ['before', 'after'] as const
const attempts: readonly Attempt[] = [
  ...Object.entries(requests).flatMap(([what, path]) =>
    whens.map((when) => ({
      what: `${when} ${what}`,
      die: (house: House, name: string) => dieAtRequest(house, path, when, name),
    })),
  ),
  ...Object.entries(records).flatMap(([what, place]) =>
    whens.map((when) => ({
      what: `${when} ${what}`,
      die: (house: House, name: string) => dieAtRecord(house, { ...place, when }, name),
    })),
  ),
]

/** In several vaults at a time. @param challenge how names below dns.example are proved. */
export async function deaths(vaults: readonly Vault[], pebble: Pebble, challenge: object): Promise<void> {
  const queue = [...attempts.entries()]
  await Promise.all(
    vaults.map(async (vault) => {
      const house = await openHouse(vault, pebble)
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [index, { what, die }] = next
        const name = `death-${index}`
        await step(`killed ${what}, it goes on, and ordered once`, async () => {
          const { send, gate } = house
          const issuer = { directory: gate.directory, trustRoots: [gate.tlsRoot], challenges: [challenge] }
          await setIssuer(send, name, issuer)
          const before = gate.orders
          await die(house, name).finally(() => (gate.meet = () => undefined))
          await arrivedInHaste(send, name)
          assert.equal(gate.orders - before, 1)
          await checkTraces(house, name)
        })
      }
      house.gate.stop()
      await house.service.stop()
    }),
  )
}

async function openHouse(vault: Vault, pebble: Pebble): Promise<House> {
  const dns = new Resolver()
  dns.setServers([`127.0.0.1:${pebble.ports.dns}`])
  const gate = await openGate(pebble.ports.pebble)
  const house = { vault, send: vault.send, gate, dns, service: vault.service }
  process.once('exit', () => house.service.process.kill('SIGKILL'))
  return house
}

const wanted = (name: string) => ({ name, issuer: name, hosts: [`${name}.dns.example`] })

async function dieAtRequest(
  house: House,
  path: string,
  broken: 'before' | 'after',
  name: string,
): Promise<void> {
  meetFirst(house.gate, path, { broken, met: () => house.service.process.kill('SIGKILL') })
  await create(house.send, wanted(name))
  await dead(house)
  house.service = await startService(house.vault.address)
}

async function dieAtRecord(house: House, death: Death, name: string): Promise<void> {
  await house.service.stop('SIGKILL')
  process.env.MORTAL = JSON.stringify(death)
  const starting = startService({ ...house.vault.address, main: mortal })
  // The process has it by now; no other may.
  delete process.env.MORTAL
  house.service = await starting
  await create(house.send, wanted(name)).catch((error) => assert.equal(error.code, 'ECONNRESET', error))
  await dead(house)
  house.service = await startService(house.vault.address)
}

/** One version, and nothing left in the DNS. */
async function checkTraces({ send, dns }: House, name: string): Promise<void> {
  const { value } = (await send({ path: `/certificates/${name}/versions?${version}` })).json
  assert.equal(value.length, 1)
  assert.deepEqual(hostsOf(certificatesIn(await secretOf(send, name))[0]!), wanted(name).hosts)
  await assert.rejects(dns.resolveTxt(`_acme-challenge.${name}.dns.example`), { code: 'ENODATA' })
}

async function dead({ service: { process: child } }: House): Promise<void> {
  const late = AbortSignal.timeout(20_000)
  if (child.signalCode === null) await once(child, 'exit', { signal: late })
  assert.equal(child.signalCode, 'SIGKILL')
}
