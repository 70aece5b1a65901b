/** Certification authorities: what they are, what they issued, what they revoked and published. */
import assert from 'node:assert/strict'
import type { Authority, IssuedCertificate, ListPlace } from '../../src/domain/authority.ts'
import { responderOrders } from '../../src/domain/responder-orders.ts'
import type { Storage } from '../../src/storage/storage.ts'
import type { StorageCase } from './storage.ts'
import { later, same, vault } from './storage-samples.ts'

const key = { uri: 'software:x', wrapped: Uint8Array.of(1, 2, 3) }
const place = { vault, name: 'Issuing' }
const rules = { validityDaysMax: 90, crlHours: 168, partitions: 1 }

const authority: Authority = {
  ...place,
  state: 'active',
  created: later(0),
  updated: later(0),
  publicKey: Uint8Array.of(5, 6),
  certificate: Uint8Array.of(7, 8),
  chain: [Uint8Array.of(9), Uint8Array.of(10)],
  crossCertificates: [],
  rules,
}

const issued = (number: number, change: Partial<IssuedCertificate> = {}): IssuedCertificate => ({
  vault,
  authority: 'Issuing',
  serialNumber: Uint8Array.of(number, 0xff),
  orderKey: `order-${number}`,
  partition: 0,
  recorded: later(1),
  notBefore: later(0),
  notAfter: later(100),
  subject: 'CN=leaf',
  certificate: Uint8Array.of(3, number),
  ...change,
})

async function made(storage: Storage, ...numbers: number[]): Promise<void> {
  await storage.transact(async ({ authorities }) => {
    await authorities.insert(authority, key)
    for (const number of numbers) await authorities.recordIssued(issued(number))
  })
}

const full: ListPlace = { vault, authority: 'Issuing', partition: 0, kind: 'full' }
const delta: ListPlace = { ...full, kind: 'delta' }
/** What is due, in a few letters. */
const dueAt = async (storage: Storage, by: number) =>
  (await storage.read(({ authorities }) => authorities.listDue(later(by), 99))).map(
    ({ partition, kind }) => `${kind} ${partition}`,
  )

/** Decides that a list comes later, as if it was published. */
const settle = (storage: Storage, list: ListPlace, due: number | undefined, decided = 0) =>
  storage.transact(async ({ authorities }) => {
    const turn = (await authorities.findTurn(list))!
    const next = due === undefined ? undefined : later(due)
    await authorities.setTurn(turn, { due: next, decided: later(decided), failures: 0 })
  })

export const authorityCases: Readonly<Record<string, StorageCase>> = {
  'an authority comes back as it went in, by any spelling of its name': async ({ storage, reopen }) => {
    await made(storage)
    await (await reopen()).read(async ({ authorities }) => {
      same(await authorities.find(vault, 'ISSUING'), authority)
      same(await authorities.findKey(vault, 'issuing'), key)
      same(await authorities.list(vault, { limit: 5 }), [authority])
      same(await authorities.list(vault, { limit: 5, after: 'issuing' }), [])
      same(await authorities.listAll(), [place])
      same(await authorities.listPublicKeys(vault), [authority.publicKey])
      same(await authorities.listPublicKeys('other'), [])
      assert.equal(await authorities.find('other', 'Issuing'), undefined)
      assert.equal(await authorities.find(vault, 'Other'), undefined)
    })
  },

  'an authority that waits for its certificate gets it, and its key stays': async ({ storage }) => {
    const { certificate, ...bare } = authority
    const requested: Authority = { ...bare, state: 'requested', request: Uint8Array.of(4), chain: [] }
    const certified: Authority = {
      ...authority,
      updated: later(5),
      successor: { name: 'Next', from: later(9) },
    }
    await storage.transact(({ authorities }) => authorities.insert(requested, key))
    await storage.transact(async ({ authorities }) => {
      same(await authorities.find(vault, 'Issuing'), requested)
      await authorities.update(certified)
    })
    await storage.read(async ({ authorities }) => {
      same(await authorities.find(vault, 'Issuing'), certified)
      same(await authorities.findKey(vault, 'Issuing'), key)
    })
  },

  'a serial number and an order are given out once': async ({ storage }) => {
    await made(storage, 1)
    for (const again of [issued(1, { orderKey: 'another' }), issued(2, { orderKey: 'order-1' })])
      await assert.rejects(
        storage.transact(({ authorities }) => authorities.recordIssued(again)),
        { code: 'Conflict' },
      )
    await storage.transact(async ({ authorities }) => {
      const { certificate, ...recorded } = issued(3)
      await authorities.recordIssued(recorded)
      same(await authorities.findOrdered(place, 'order-3'), recorded)
      same(await authorities.findHolder(vault, 'order-3'), authority)
      assert.equal(await authorities.findHolder(vault, 'order-4'), undefined)
      assert.equal(await authorities.findHolder('other', 'order-3'), undefined)
      await authorities.setCertificate(place, recorded.serialNumber, Uint8Array.of(3, 3))
      same(await authorities.findIssued(place, recorded.serialNumber), issued(3))
    })
  },

  'what was issued is listed by serial number, page by page': async ({ storage }) => {
    await made(storage, 0x30, 0x10, 0x20)
    await storage.read(async ({ authorities }) => {
      const first = await authorities.listIssued(place, { limit: 2 })
      same(first, [issued(0x10), issued(0x20)])
      same(await authorities.listIssued(place, { limit: 2, after: '20ff' }), [issued(0x30)])
    })
  },

  'outstanding is what is signed, valid and not revoked': async ({ storage }) => {
    await made(storage, 1, 2)
    await storage.transact(async ({ authorities }) => {
      await authorities.recordIssued(issued(3, { notAfter: later(10) }))
      const { certificate, ...unsigned } = issued(4, { notAfter: later(500) })
      await authorities.recordIssued(unsigned)
      const revocation = { at: later(3), reason: 'superseded' } as const
      await authorities.setRevocation(place, issued(2).serialNumber, revocation, later(3))
      same(await authorities.outstanding(place, later(20)), { count: 1, lastEnds: later(100) })
      same(await authorities.outstanding(place, later(101)), { count: 0 })
    })
  },

  'responders count neither as outstanding nor as the last to end': async ({ storage }) => {
    await made(storage, 1)
    await storage.transact(async ({ authorities }) => {
      const orderKey = `${responderOrders}5`
      await authorities.recordIssued(issued(5, { orderKey, notAfter: later(900) }))
      same(await authorities.findOrdered(place, orderKey), issued(5, { orderKey, notAfter: later(900) }))
      same(await authorities.outstanding(place, later(20)), { count: 1, lastEnds: later(100) })
      assert.equal(await authorities.lastEnd(place), later(100))
    })
  },

  'revoked certificates are listed for their partition until they end; a lifted hold only as a change':
    async ({ storage }) => {
      await made(storage, 1, 2, 3)
      const compromised = { at: later(5), reason: 'keyCompromise', invalidityDate: later(2) } as const
      const held = { at: later(6), reason: 'certificateHold' } as const
      const [one, two, three] = [issued(1), issued(2), issued(3)].map(({ serialNumber }) => serialNumber)
      await storage.transact(async ({ authorities }) => {
        await authorities.recordIssued(issued(4, { partition: 1 }))
        await authorities.setRevocation(place, issued(4).serialNumber, held, later(6))
        await authorities.setRevocation(place, one!, compromised, later(5))
        await authorities.setRevocation(place, two!, held, later(6))
        await authorities.setRevocation(place, three!, held, later(6))
        await authorities.setRevocation(place, three!, undefined, later(8))
      })
      await storage.read(async ({ authorities }) => {
        const full = await authorities.listRevoked(place, 0, { endsFrom: later(20) })
        same(full, [
          { serialNumber: one, ...compromised },
          { serialNumber: two, ...held },
        ])
        const changes = { endsFrom: later(20), changedAfter: 1 }
        same(await authorities.listRevoked(place, 0, changes), [
          { serialNumber: two, ...held },
          { serialNumber: three, at: later(8), reason: 'removeFromCRL' },
        ])
        const page = { limit: 1, after: '01ff' }
        same(await authorities.listRevoked(place, 0, { endsFrom: later(20), page }), [
          { serialNumber: two, ...held },
        ])
        same(await authorities.listRevoked(place, 0, { ...changes, page: { limit: 5, after: '02ff' } }), [
          { serialNumber: three, at: later(8), reason: 'removeFromCRL' },
        ])
        assert.equal(await authorities.lastChange(place, 0), 4)
        assert.equal(await authorities.lastChange(place, 1), 1)
        assert.equal(await authorities.lastChange(place, 2), 0)
        assert.equal(await authorities.lastEnd(place), later(100))
        assert.equal(await authorities.lastEnd({ vault, name: 'Other' }), undefined)
        same(await authorities.listRevoked(place, 0, { endsFrom: later(101) }), [])
        same(await authorities.findIssued(place, one!), { ...issued(1), revocation: compromised })
        same(await authorities.findIssued(place, three!), { ...issued(3), released: later(8) })
      })
    },

  'a published list takes the place of the one of its kind and partition': async ({ storage }) => {
    await made(storage)
    const list = {
      vault,
      authority: 'Issuing',
      partition: 0,
      kind: 'full',
      number: 4,
      thisUpdate: later(1),
      nextUpdate: later(9),
      der: Uint8Array.of(1),
    } as const
    const delta = { ...list, kind: 'delta', number: 6, baseNumber: 5 } as const
    await storage.transact(async ({ authorities }) => {
      assert.equal(await authorities.lastListNumber(place), 0)
      await authorities.putRevocationList(list)
      await authorities.putRevocationList({ ...list, number: 5, lastChange: 7 })
      await authorities.putRevocationList(delta)
    })
    await storage.read(async ({ authorities }) => {
      same(await authorities.findRevocationList(place, 0, 'full'), { ...list, number: 5, lastChange: 7 })
      same(await authorities.findRevocationList(place, 0, 'delta'), delta)
      assert.equal(await authorities.findRevocationList(place, 1, 'full'), undefined)
      assert.equal(await authorities.lastListNumber({ vault, name: 'ISSUING' }), 6)
    })
  },

  'lists are due when an authority has its certificate, full ones first': async ({ storage, reopen }) => {
    const { certificate, ...bare } = authority
    const requested: Authority = { ...bare, state: 'requested', rules: { ...rules, deltaHours: 24 } }
    await storage.transact(({ authorities }) => authorities.insert(requested, key))
    same(await dueAt(storage, 0), [])
    const certified = { ...requested, state: 'active', certificate: Uint8Array.of(7) } as const
    await storage.transact(({ authorities }) => authorities.update(certified))
    same(await dueAt(storage, 0), ['full 0', 'delta 0'])
    await settle(storage, full, 5)
    await settle(storage, delta, 3)
    same(await dueAt(await reopen(), 9), ['full 0', 'delta 0'])
  },

  'a list is due from its time on, when the clock was moved back, and as soon as it is hastened': async ({
    storage,
  }) => {
    await made(storage)
    await settle(storage, full, 50, 10)
    same(await dueAt(storage, 49), [])
    same(await dueAt(storage, 50), ['full 0'])
    same(await dueAt(storage, 9), ['full 0'])
    await storage.transact(({ authorities }) => authorities.hasten(full, later(60)))
    same(await dueAt(storage, 49), [])
    await storage.transact(({ authorities }) => authorities.hasten(full, later(30)))
    same(await dueAt(storage, 30), ['full 0'])
    await settle(storage, full, undefined)
    same(await dueAt(storage, 10_000), [])
    const turn = await storage.read(({ authorities }) => authorities.findTurn(full))
    same(turn, { ...full, asked: 0, failures: 0 })
    await storage.transact(({ authorities }) => authorities.hasten(full, later(30)))
    same(await dueAt(storage, 30), ['full 0'])
  },

  'a revocation and a release make the list of their partition due in the same transaction': async ({
    storage,
  }) => {
    await made(storage, 1)
    const wider = { ...authority, rules: { ...rules, partitions: 2 } }
    await storage.transact(async ({ authorities }) => {
      await authorities.update(wider)
      await authorities.recordIssued(issued(2, { partition: 1 }))
    })
    same(await dueAt(storage, 0), ['full 0', 'full 1'])
    const hold = { at: later(1), reason: 'certificateHold' } as const
    const revoke = (number: number, revocation?: typeof hold) =>
      storage.transact(({ authorities }) =>
        authorities.setRevocation(place, issued(number).serialNumber, revocation, later(1)),
      )
    for (const change of [() => revoke(2, hold), () => revoke(2)]) {
      for (const partition of [0, 1]) await settle(storage, { ...full, partition }, 500)
      same(await dueAt(storage, 0), [])
      await change()
      same(await dueAt(storage, 0), ['full 1'])
    }
    await assert.rejects(
      storage.transact(async ({ authorities }) => {
        await authorities.setRevocation(place, issued(1).serialNumber, hold, later(1))
        throw new Error('it fails')
      }),
    )
    same(await dueAt(storage, 0), ['full 1'])
  },

  'with deltas, a revocation makes the delta due, and the full list keeps its time': async ({ storage }) => {
    await made(storage, 1)
    await storage.transact(({ authorities }) =>
      authorities.update({ ...authority, rules: { ...rules, deltaHours: 12 } }),
    )
    await settle(storage, full, 500)
    await settle(storage, delta, 400)
    await storage.transact(({ authorities }) =>
      authorities.setRevocation(
        place,
        issued(1).serialNumber,
        { at: later(1), reason: 'superseded' },
        later(1),
      ),
    )
    same(await dueAt(storage, 0), ['delta 0'])
  },

  'what was made due while a list was being signed stays due': async ({ storage }) => {
    await made(storage, 1)
    await storage.transact(async ({ authorities }) => {
      const turn = (await authorities.findTurn(full))!
      const revocation = { at: later(1), reason: 'superseded' } as const
      await authorities.setRevocation(place, issued(1).serialNumber, revocation, later(1))
      await authorities.setTurn(turn, { due: later(500), decided: later(1), failures: 0 })
    })
    same(await dueAt(storage, 1), ['full 0'])
  },

  'other rules make all lists due, and partitions and places that there were stay known': async ({
    storage,
  }) => {
    await made(storage)
    const wide = { ...rules, partitions: 3, baseUrl: 'http://a.example' }
    const narrow = { ...rules, baseUrl: 'http://b.example' }
    await storage.transact(({ authorities }) => authorities.update({ ...authority, rules: wide }))
    for (const partition of [0, 1, 2]) await settle(storage, { ...full, partition }, 500)
    await storage.transact(({ authorities }) =>
      authorities.update({ ...authority, rules: wide, state: 'retired' }),
    )
    same(await dueAt(storage, 0), [])
    await storage.transact(({ authorities }) => authorities.update({ ...authority, rules: narrow }))
    same(await dueAt(storage, 0), ['full 0', 'full 1', 'full 2'])
    await storage.read(async ({ authorities }) => {
      same(await authorities.listPartitions(place), [0, 1, 2])
      same(await authorities.listBaseUrls(place), ['http://a.example', 'http://b.example'])
    })
  },

  'an authority has one responder': async ({ storage }) => {
    await made(storage)
    const responder = { vault, authority: 'Issuing', certificate: Uint8Array.of(1), notAfter: later(30) }
    const next = { ...responder, certificate: Uint8Array.of(2), notAfter: later(60) }
    await storage.transact(async ({ authorities }) => {
      assert.equal(await authorities.findResponder(place), undefined)
      await authorities.putResponder(responder, key)
      await authorities.putResponder(next, { uri: 'other:key' })
      same(await authorities.findResponder(place), { responder: next, key: { uri: 'other:key' } })
    })
  },
}
