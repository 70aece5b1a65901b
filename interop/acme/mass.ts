/** Two hundred orders at once, by every way of proof: each arrives, and the CA was asked for each once. */
import assert from 'node:assert/strict'
import type { Pebble } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { certificatesIn, hostsOf, ordersIn, verify } from './judge.ts'
import { arrived, create, secretOf, type Vault, type Wanted } from './vault.ts'

const many = (count: number, hosts: (index: number) => readonly string[], issuer = 'pebble') =>
  Array.from({ length: count }, (_, index) => ({ issuer, hosts: hosts(index) }))
const hundred = (index: number) =>
  Array.from({ length: 100 }, (_, name) => `n${name}.h${index}.${['web', 'tls', 'dns'][name % 3]}.example`)

/** Names that several of them share are proved once or again, as the CA likes. */
const kinds: Readonly<Record<string, readonly Omit<Wanted, 'name'>[]>> = {
  'http-01': many(58, (index) => [`w${index}.web.example`, `shared${index % 7}.web.example`]),
  'tls-alpn-01': many(44, (index) => [`t${index}.tls.example`]),
  'dns-01': many(26, (index) => [`d${index}.dns.example`]),
  'dns-01 for wildcards': many(16, (index) => [`*.s${index}.dns.example`]),
  'dns-01 for a name with its wildcard': many(12, (index) => [
    `b${index}.dns.example`,
    `*.b${index}.dns.example`,
  ]),
  'dns-account-01': many(10, (index) => [`a${index}.account.example`]),
  'http-01 for an address': many(6, () => ['127.0.0.1']),
  'http-01 for an address and a name': many(16, (index) => ['127.0.0.1', `i${index}.web.example`]),
  'tls-alpn-01 for an address': many(6, (index) => ['127.0.0.1', `i${index}.tls.example`], 'tls'),
  'a hundred names, proved in three ways': many(6, hundred),
}
const all = Object.entries(kinds).flatMap(([kind, wishes], number) =>
  wishes.map((wish, index) => ({ ...wish, kind, name: `mass-${number}-${index}` })),
)

export async function mass(vault: Vault, pebble: Pebble): Promise<void> {
  const { send } = vault
  const before = ordersIn(pebble.log)
  const begun = performance.now()
  const ends = all.map(async (wanted) => {
    await create(send, wanted)
    await arrived(send, wanted.name)
  })
  await Promise.allSettled(ends)
  const took = ((performance.now() - begun) / 1000).toFixed(0)
  for (const kind of Object.keys(kinds)) {
    const own = ends.filter((_, index) => all[index]!.kind === kind)
    await step(`${own.length} certificates by ${kind}, every second nonce rejected`, () => Promise.all(own))
  }
  await step(
    `of ${all.length} orders in ${took} s each was placed once, and each certificate is its own`,
    async () => {
      const { placed, issued } = ordersIn(pebble.log)
      assert.equal(placed - before.placed, all.length)
      assert.equal(issued.size - before.issued.size, all.length)
      assert.equal(new Set(issued.values()).size, issued.size, 'an order has two certificates')
      const chains = await Promise.all(
        all.map(async ({ name, hosts }) => {
          const chain = certificatesIn(await secretOf(send, name))
          assert.deepEqual(hostsOf(chain[0]!), hosts.toSorted(), name)
          return chain
        }),
      )
      const serials = new Set(chains.map(([leaf]) => leaf!.serialNumber.toLowerCase()))
      assert.equal(serials.size, all.length)
      const made = new Set(
        [...issued.keys()].map((serial) => serial.padStart(serial.length + (serial.length % 2), '0')),
      )
      for (const serial of serials) assert.ok(made.has(serial), `Pebble did not make ${serial}`)
      verify(await pebble.root(0), chains)
    },
  )
}
