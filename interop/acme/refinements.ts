/** What CAs offer besides: profiles, other chains, bound accounts, revocation, another key, and successors. */
import assert from 'node:assert/strict'
import { type Pebble, profileName } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { replaceAccountKey } from './account-key.ts'
import { certificatesIn, hostsOf, verify } from './judge.ts'
import {
  always,
  arrived,
  create,
  ended,
  pause,
  pendingOf,
  secretOf,
  setIssuer,
  type Vault,
  version,
} from './vault.ts'

const day = 86_400_000

/** @param byRecord how names below dns.example are proved. */
export async function refinements(
  vault: Vault,
  pebble: Pebble,
  bound: Pebble,
  byRecord: object,
): Promise<void> {
  const { send } = vault
  // None has to do with another, and each waits for the CA most of its time.
  const begun: Promise<void>[] = []
  const begin = (name: string, work: () => Promise<unknown>) => void begun.push(step(name, work))
  const shared = { directory: pebble.directory, trustRoots: [pebble.tlsRoot] }
  const chainOf = async (issuer: string, name: string) => {
    await create(send, { name, issuer, hosts: [`${name}.web.example`] })
    await arrived(send, name)
    const chain = certificatesIn(await secretOf(send, name))
    assert.deepEqual(hostsOf(chain[0]!), [`${name}.web.example`])
    return chain
  }

  begin('a profile that the CA offers is asked for, the first that is known', async () => {
    await setIssuer(send, 'brief', { ...shared, profiles: ['unheard-of', profileName] })
    const [leaf] = await chainOf('brief', 'brief')
    assert.ok(leaf!.validToDate.getTime() - leaf!.validFromDate.getTime() <= 6 * day)
  })

  begin('a profile that it does not offer ends the operation, which says what it offers', async () => {
    await setIssuer(send, 'unoffered', { ...shared, profiles: ['unheard-of'] })
    await create(send, { name: 'unoffered', issuer: 'unoffered', hosts: ['unoffered.web.example'] })
    const { status, error } = await ended(send, 'unoffered')
    assert.equal(status, 'failed')
    assert.match(error!.message, new RegExp(`it offers .*${profileName}`))
  })

  for (const index of [0, 1, 2])
    begin(`the chain to root ${index} is chosen by its name`, async () => {
      await setIssuer(send, `root-${index}`, { ...shared, preferredChain: await pebble.rootName(index) })
      verify(await pebble.root(index), [await chainOf(`root-${index}`, `root-${index}`)])
    })

  begin('the successor names what it replaces', async () => {
    const replacements = () => pebble.log.filter((line) => line.includes('is a replacement of')).length
    const before = replacements()
    const [first] = await chainOf('pebble', 'again')
    const [second] = await chainOf('pebble', 'again')
    assert.notEqual(first!.serialNumber, second!.serialNumber)
    assert.equal(replacements() - before, 1)
  })

  begin('a certificate that is revoked is revoked at the CA', async () => {
    const [leaf] = await chainOf('pebble', 'stolen')
    const { id } = (await send({ path: `/certificates/stolen?${version}` })).json
    const path = `${new URL(id).pathname}/revoke?${version}`
    for (let time = 0; time < 2; time++) {
      const reply = await send({ method: 'POST', path, body: { reason: 'keyCompromise' } })
      assert.equal(reply.status, 200, reply.text)
    }
    const { Status, Reason } = await pebble.statusOf(leaf!.serialNumber)
    assert.deepEqual([Status, Reason], ['Revoked', 1])
  })

  begin('a CA that wants accounts to be bound gets none that is not, and says what to do', async () => {
    const there = { directory: bound.directory, trustRoots: [bound.tlsRoot] }
    await setIssuer(send, 'unbound', there)
    await create(send, { name: 'unbound', issuer: 'unbound', hosts: ['unbound.web.example'] })
    await says(send, 'unbound', 'set them as account_id and pwd')
    const [account_id, pwd] = Object.entries(bound.externalAccounts)[0]!
    await setIssuer(send, 'bound', there, { credentials: { account_id, pwd } })
    verify(await bound.root(0), [await chainOf('bound', 'bound')])
  })
  begin('a name that the DNS lets another CA certify is not ordered, and the record is named', async () => {
    const host = 'caa.web.example'
    await tellDns(pebble, 'add-caa', {
      host: `${host}.`,
      policies: [{ tag: 'issue', value: 'other.example' }],
    })
    await create(send, { name: 'caa', issuer: 'pebble', hosts: [host] })
    await says(send, 'caa', `add the record: ${host}. CAA 0 issue "pebble.letsencrypt.org"`)
  })

  begin('a name that leads elsewhere ends the operation, with the words of the CA', async () => {
    const host = 'astray.web.example'
    await tellDns(pebble, 'add-a', { host: `${host}.`, addresses: ['127.0.0.2'] })
    await create(send, { name: 'astray', issuer: 'pebble', hosts: [host] })
    const { status, error } = await ended(send, 'astray')
    assert.equal(status, 'failed')
    assert.match(error!.message, /astray\.web\.example could not be proved by http-01\..*127\.0\.0\.2/)
  })

  begin('an account that is given another key goes on with it, and so does the order under way', async () => {
    // Nothing is told to the CA before the key is another.
    const settings = { ...shared, challenges: [{ ...byRecord, waitSeconds: 4 }] }
    await setIssuer(send, 'rolled', settings)
    await create(send, { name: 'rolled', issuer: 'rolled', hosts: ['rolled.dns.example'] })
    await says(send, 'rolled', 'as waitSeconds asks')
    const { before, after } = await replaceAccountKey(vault, 'rolled', { ...always, ...settings })
    assert.notEqual(after.keyThumbprint, before.keyThumbprint)
    assert.equal(after.url, before.url)
    await arrived(send, 'rolled')
    await create(send, { name: 'rolled-on', issuer: 'rolled', hosts: ['rolled-on.dns.example'] })
    await arrived(send, 'rolled-on')
  })

  await Promise.all(begun)
}

async function tellDns({ ports }: Pebble, path: string, body: object): Promise<void> {
  const url = `http://127.0.0.1:${ports.dnsManagement}/${path}`
  const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  assert.equal(status, 200)
}

/** Waits until the operation says so of itself, while it goes on. */
async function says(send: Vault['send'], name: string, words: string): Promise<void> {
  for (let looks = 0; looks < 100; looks++) {
    const { status, status_details = '' } = await pendingOf(send, name)
    assert.equal(status, 'inProgress')
    if (status_details.includes(words)) return
    await pause(100)
  }
  assert.fail(`it says ${(await pendingOf(send, name)).status_details}`)
}
