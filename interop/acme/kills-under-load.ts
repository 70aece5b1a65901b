/**
 * Many orders under way, and the service killed among them, again and again. They are proved by the DNS, which lives on: what the
 * service shows by itself is not to be seen while it is dead, and a CA that looks then is not convinced.
 */
import assert from 'node:assert/strict'
import { startService } from '../../test/azure/service.ts'
import type { Pebble } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { openGate } from './gate.ts'
import { certificatesIn, hostsOf } from './judge.ts'
import {
  arrivedInHaste,
  create,
  pause,
  pendingOf,
  secretOf,
  setIssuer,
  type Vault,
  version,
} from './vault.ts'

/** Each life ends when so many orders have reached the CA: some are proved by then, and others are not even placed. */
const ordersOfLives = [6, 16, 28, 40]
const lifeSecondsMax = 30
const wishes = Array.from({ length: 48 }, (_, index) => ({
  name: `load-${index}`,
  issuer: 'load',
  hosts: [`l${index}.dns.example`],
}))

/** Leaves the service stopped. */
export async function killsUnderLoad(
  { send, address, service: first }: Vault,
  pebble: Pebble,
  challenge: object,
): Promise<void> {
  const gate = await openGate(pebble.ports.pebble)
  await setIssuer(send, 'load', {
    directory: gate.directory,
    trustRoots: [gate.tlsRoot],
    challenges: [challenge],
  })
  let service = first
  process.once('exit', () => service.process.kill('SIGKILL'))
  await step(
    `${wishes.length} orders arrive and were placed once, with ${ordersOfLives.length} kills among them`,
    async () => {
      for (const orders of ordersOfLives) {
        const made = Promise.allSettled(
          wishes.map(async (wish) => {
            if ((await pendingOf(send, wish.name)).status === undefined) await create(send, wish)
          }),
        )
        for (let waited = 0; gate.orders < orders && waited < lifeSecondsMax; waited += 0.02) await pause(20)
        await service.stop('SIGKILL')
        await made
        service = await startService(address)
      }
      for (const wish of wishes)
        if ((await pendingOf(send, wish.name)).status === undefined) await create(send, wish)
      const states = await Promise.all(wishes.map(async ({ name }) => (await pendingOf(send, name)).status))
      assert.ok(states.includes('inProgress'), 'the kills came too late')
      for (const { name, hosts } of wishes) {
        await arrivedInHaste(send, name, { hurry: false })
        const { value } = (await send({ path: `/certificates/${name}/versions?${version}` })).json
        assert.equal(value.length, 1, name)
        assert.deepEqual(hostsOf(certificatesIn(await secretOf(send, name))[0]!), hosts)
      }
      assert.equal(gate.orders, wishes.length)
    },
  )
  gate.stop()
  await service.stop()
}
