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

/** After so many seconds each time; an order takes about four. */
const lives = [0.4, 1.5, 2.5, 3.5]
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
    `${wishes.length} orders arrive and were placed once, with ${lives.length} kills among them`,
    async () => {
      for (const life of lives) {
        const made = Promise.allSettled(
          wishes.map(async (wish) => {
            if ((await pendingOf(send, wish.name)).status === undefined) await create(send, wish)
          }),
        )
        await pause(life * 1000)
        await service.stop('SIGKILL')
        await made
        service = await startService(address)
      }
      for (const wish of wishes)
        if ((await pendingOf(send, wish.name)).status === undefined) await create(send, wish)
      const states = await Promise.all(wishes.map(async ({ name }) => (await pendingOf(send, name)).status))
      assert.ok(gate.orders > 0 && states.includes('inProgress'), 'the kills came too early or too late')
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
