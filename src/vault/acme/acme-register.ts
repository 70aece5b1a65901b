/** The register of the ACME issuers, over storage, with the keys of their accounts. The vault itself acts here. */
import type { AccountPlace } from '../../domain/acme-account.ts'
import { seconds } from '../../domain/time.ts'
import type { AcmeRegister } from '../../issuers/acme/register.ts'
import { actOfVault } from '../act-of-vault.ts'
import type { Parts } from '../parts.ts'
import { accountKeys } from './account-keys.ts'

type Makings = Pick<Parts, 'storage' | 'keys' | 'clock' | 'random'>

export function acmeRegister(makings: Makings): AcmeRegister {
  const { storage, keys, clock } = makings
  const since = (windowSeconds: number) => seconds(clock.now() - windowSeconds)
  return {
    ...accountKeys(makings),
    now: () => clock.now(),
    findAccount: (place) => storage.read((reader) => reader.acme.findAccount(place)),
    keepAccount: (account) =>
      storage.transact(async (writer) => {
        await writer.acme.putAccount(account)
        await writer.journal.append({
          ...actOfVault(makings, {
            vault: account.vault,
            operation: 'AcmeAccountUpdate',
            object: auditNameOf(account),
          }),
          outcome: 'success',
          facts: { status: account.status, ...(account.url !== undefined && { account: account.url }) },
        })
      }),

    async forgetAccount(place) {
      const former = await storage.transact(async (writer) => {
        const known = await writer.acme.findKeys(place)
        const account = await writer.acme.findAccount(place)
        await writer.acme.removeAccount(place)
        await writer.journal.append({
          ...actOfVault(makings, {
            vault: place.vault,
            operation: 'AcmeAccountForget',
            object: auditNameOf(place),
          }),
          outcome: 'success',
          ...(account?.url !== undefined && { facts: { account: account.url } }),
        })
        return known
      })
      for (const key of [former?.present, former?.next]) if (key) await keys.destroy(key.stored)
    },

    claimOrder: (place, url, orderKey) =>
      storage.transact(async (writer) => {
        await writer.acme.claim(place, url, orderKey, clock.now())
        return (await writer.acme.claimOf(place, url)) ?? orderKey
      }),
    claimedOrder: (place, orderKey) => storage.read((reader) => reader.acme.claimedFor(place, orderKey)),
    unclaimedOrders: (place, urls) =>
      storage.read(async (reader) => {
        const unclaimed: string[] = []
        for (const url of urls) if ((await reader.acme.claimOf(place, url)) === undefined) unclaimed.push(url)
        return unclaimed
      }),

    keepChallenge: (challenge) => storage.transact((writer) => writer.acme.putChallenge(challenge)),
    challengesOf: (vault, orderKey) => storage.read((reader) => reader.acme.challengesOf(vault, orderKey)),
    toldWithin: (vault, account, windowSeconds) =>
      storage.read((reader) => reader.acme.toldSince(vault, account, since(windowSeconds))),
    forgetChallenge: (challenge) => storage.transact((writer) => writer.acme.removeChallenge(challenge)),

    spend: (place, budget) =>
      storage.transact((writer) =>
        writer.acme.spend(place, budget, clock.now(), since(budget.windowSeconds)),
      ),
    spent: (place, budget) =>
      storage.read((reader) => reader.acme.spent(place, budget, since(budget.windowSeconds))),
  }
}

function auditNameOf({ issuer }: AccountPlace): string {
  return `issuers/${issuer}`
}
