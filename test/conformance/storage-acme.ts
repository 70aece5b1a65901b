/** ACME accounts and their keys, claimed orders, challenges that are shown, and what was spent of limits. */
import assert from 'node:assert/strict'
import type { AcmeAccount, Budget } from '../../src/domain/acme-account.ts'
import type { PresentedChallenge } from '../../src/domain/challenge.ts'
import type { StoredAccountKey } from '../../src/storage/acme-storage.ts'
import type { StorageCase } from './storage.ts'
import { bytes, later, noon, same, vault } from './storage-samples.ts'

const place = { vault, issuer: 'Public-CA', directory: 'https://ca.example/directory' }

const account: AcmeAccount = {
  ...place,
  url: 'https://ca.example/account/1',
  status: 'valid',
  contacts: ['mailto:ada@example.com'],
  externalAccount: 'kid-1',
  created: noon,
  updated: later(1),
}

const key = (number: number): StoredAccountKey => ({
  stored: { uri: `software:${number}`, wrapped: bytes(number, 2, 3) },
  version: `${number}`,
  publicKey: bytes(number),
})

const challenge = (change: Partial<PresentedChallenge> = {}): PresentedChallenge => ({
  vault,
  issuer: 'Public-CA',
  orderKey: 'a'.repeat(32),
  type: 'http-01',
  identifier: { type: 'dns', value: 'www.example.com' },
  token: 'token-1',
  keyAuthorization: 'token-1.thumbprint',
  account: account.url!,
  presented: noon,
  until: later(3600),
  ...change,
})

const weekly: Budget = {
  kind: 'certificates-of-domain',
  subject: 'example.com',
  windowSeconds: 7 * 86_400,
}

export const acmeCases: Readonly<Record<string, StorageCase>> = {
  'an account comes back as it went in, and is one of its directory alone': async ({ storage, reopen }) => {
    await storage.transact(({ acme }) => acme.putAccount(account))
    await (await reopen()).read(async ({ acme }) => {
      same(await acme.findAccount({ ...place, vault: vault.toUpperCase(), issuer: 'PUBLIC-ca' }), account)
      assert.equal(await acme.findAccount({ ...place, directory: 'https://other.example/' }), undefined)
      assert.equal(await acme.findAccount({ ...place, issuer: 'other' }), undefined)
    })
  },

  'an account and its keys are kept in either order, and neither touches the other': async ({ storage }) => {
    const after: AcmeAccount = { ...account, status: 'deactivated' }
    await storage.transact(async ({ acme }) => {
      await acme.putKeys(place, { present: key(1) })
      assert.equal(await acme.findAccount(place), undefined)
      await acme.putAccount(account)
      await acme.putKeys(place, { present: key(1), next: key(2) })
      await acme.putAccount(after)
    })
    await storage.read(async ({ acme }) => {
      same(await acme.findAccount(place), after)
      same(await acme.findKeys(place), { present: key(1), next: key(2) })
    })
    await storage.transact(({ acme }) => acme.putKeys(place, { present: key(2) }))
    await storage.read(async ({ acme }) => same(await acme.findKeys(place), { present: key(2) }))
  },

  'a removed account leaves no keys and no claims, and others are left alone': async ({
    storage,
    reopen,
  }) => {
    const other = { ...place, directory: 'https://other.example/' }
    const url = 'https://ca.example/order/1'
    await storage.transact(async ({ acme }) => {
      for (const at of [place, other]) {
        await acme.putAccount({ ...account, ...at })
        await acme.putKeys(at, { present: key(1), next: key(2) })
        await acme.claim(at, url, 'a'.repeat(32), noon)
        await acme.spend(at, weekly, noon, later(-1))
      }
      await acme.removeAccount({ ...place, issuer: 'PUBLIC-ca' })
    })
    await (await reopen()).read(async ({ acme }) => {
      assert.deepEqual([await acme.findAccount(place), await acme.findKeys(place)], [undefined, undefined])
      assert.equal(await acme.claimOf(place, url), undefined)
      assert.equal((await acme.spent(place, weekly, later(-1))).length, 1, 'the CA goes on counting')
      same(await acme.findKeys(other), { present: key(1), next: key(2) })
      assert.equal(await acme.claimOf(other, url), 'a'.repeat(32))
    })
  },

  'an account without keys has none': async ({ storage }) => {
    await storage.transact(({ acme }) => acme.putAccount(account))
    assert.equal(await storage.read(({ acme }) => acme.findKeys(place)), undefined)
  },

  'an order of a CA stays with whoever claimed it first': async ({ storage }) => {
    const url = 'https://ca.example/order/1'
    await storage.transact(async ({ acme }) => {
      assert.equal(await acme.claimOf(place, url), undefined)
      await acme.claim(place, url, 'first', noon)
      await acme.claim(place, url, 'second', noon)
    })
    await storage.read(async ({ acme }) => {
      assert.equal(await acme.claimOf(place, url), 'first')
      assert.equal(await acme.claimOf({ ...place, issuer: 'other' }, url), undefined)
      assert.equal(await acme.claimedFor(place, 'first'), url)
      assert.equal(await acme.claimedFor(place, 'second'), undefined)
    })
  },

  'what is shown is found by order, by token and by name': async ({ storage, reopen }) => {
    const shown = [
      challenge(),
      challenge({ type: 'dns-01', token: 'token-2', place: 'record 7' }),
      challenge({ orderKey: 'b'.repeat(32), identifier: { type: 'dns', value: 'OTHER.example.com' } }),
    ]
    await storage.transact(async ({ acme }) => {
      for (const one of shown) await acme.putChallenge(one)
    })
    await (await reopen()).read(async ({ acme }) => {
      same(await acme.challengesOf(vault, shown[0]!.orderKey), [shown[1], shown[0]])
      same(await acme.findByToken('token-1'), [shown[0], shown[2]])
      same(await acme.findByIdentifier('http-01', 'other.EXAMPLE.com'), [shown[2]])
      same(await acme.findByIdentifier('tls-alpn-01', 'other.example.com'), [])
    })
  },

  'what was shown first comes first, also when clocks disagree or it was replaced': async ({ storage }) => {
    const [first, second] = ['b', 'a'].map((letter) => challenge({ orderKey: letter.repeat(32) }))
    const told = { ...first!, responded: noon }
    const third = challenge({ orderKey: 'c'.repeat(32), presented: later(-60) })
    for (const one of [first!, second!, told, third])
      await storage.transact(({ acme }) => acme.putChallenge(one))
    await storage.read(async ({ acme }) => {
      same(await acme.findByToken('token-1'), [told, second, third])
      same(await acme.findByIdentifier(told.type, told.identifier.value), [told, second, third])
    })
    await storage.transact(async ({ acme }) => {
      await acme.removeChallenge(third)
      await acme.removeChallenge(told)
      await acme.putChallenge(told)
    })
    await storage.read(async ({ acme }) => same(await acme.findByToken('token-1'), [second, told]))
  },

  'what a CA was told lately is found for its account alone': async ({ storage }) => {
    const told = challenge({ responded: later(10) })
    const longAgo = challenge({ token: 'token-2', responded: noon })
    const others = [
      challenge({ token: 'token-3' }),
      challenge({ token: 'token-4', responded: later(10), account: 'https://ca.example/account/other' }),
      challenge({ token: 'token-5', responded: later(10), vault: 'other' }),
    ]
    await storage.transact(async ({ acme }) => {
      for (const one of [told, longAgo, ...others]) await acme.putChallenge(one)
    })
    await storage.read(async ({ acme }) => {
      same(await acme.toldSince(vault, told.account, noon), [told])
      same(await acme.toldSince(vault, told.account, later(-1)), [told, longAgo])
      same(await acme.toldSince(vault, told.account, later(10)), [])
    })
  },

  'a challenge takes the place of its like, and is removed alone': async ({ storage }) => {
    const moved = challenge({ place: 'record 8', until: later(7200) })
    const other = challenge({ token: 'token-2' })
    await storage.transact(async ({ acme }) => {
      await acme.putChallenge(challenge())
      await acme.putChallenge(other)
      await acme.putChallenge(moved)
    })
    await storage.read(async ({ acme }) =>
      same(await acme.challengesOf(vault, moved.orderKey), [moved, other]),
    )
    await storage.transact(async ({ acme }) => {
      await acme.removeChallenge(challenge())
      await acme.removeChallenge(challenge())
    })
    await storage.read(async ({ acme }) => same(await acme.challengesOf(vault, moved.orderKey), [other]))
  },

  'challenges whose time is over are found, the longest over first': async ({ storage }) => {
    const late = challenge({ token: 'late', until: later(20) })
    const later2 = challenge({ token: 'later', until: later(10) })
    await storage.transact(async ({ acme }) => {
      for (const one of [late, later2, challenge({ until: later(30) })]) await acme.putChallenge(one)
    })
    await storage.read(async ({ acme }) => {
      same(await acme.listOverdue(later(20), 9), [later2, late])
      same(await acme.listOverdue(later(20), 1), [later2])
      same(await acme.listOverdue(later(9), 9), [])
    })
  },

  'what was spent is counted for its account, kind and subject, and old counts are forgotten': async ({
    storage,
  }) => {
    await storage.transact(async ({ acme }) => {
      for (const at of [noon, later(5), later(5)]) await acme.spend(place, weekly, at, later(-10))
      await acme.spend(place, { ...weekly, subject: 'example.org' }, noon, later(-10))
    })
    await storage.read(async ({ acme }) => {
      same(await acme.spent(place, weekly, later(-1)), [noon, later(5), later(5)])
      same(await acme.spent(place, weekly, noon), [later(5), later(5)])
      same(await acme.spent({ ...place, issuer: 'other' }, weekly, later(-1)), [])
      same(await acme.spent(place, { ...weekly, kind: 'failures' }, later(-1)), [])
    })
    await storage.transact(({ acme }) => acme.spend(place, weekly, later(9), noon))
    await storage.read(async ({ acme }) =>
      same(await acme.spent(place, weekly, later(-1)), [later(5), later(5), later(9)]),
    )
  },
}
