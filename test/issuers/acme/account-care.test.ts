/** The account at a CA is opened, given another key, closed and begun anew; whatever is lost or dies on the way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../../src/domain/secret.ts'
import type { AccountCare } from '../../../src/issuers/issuer.ts'
import { acmeCa } from '../../cas/acme.ts'
import { type Break, breakingStorage } from '../../doubles/breaking-storage.ts'
import { newPath } from '../../doubles/vault.ts'
import { openAcmeHouse, settings } from './house.ts'

type House = Awaited<ReturnType<typeof openAcmeHouse>>

const place = { vault: 'default', issuer: 'public', directory: settings.directory }

function careOf(
  { provider }: House,
  change: {
    readonly settings?: object
    readonly accountId?: string
    readonly password?: Secret<string>
  } = {},
): AccountCare {
  const { settings: own, ...credentials } = change
  return provider.connect({
    vault: 'default',
    name: 'public',
    settings: { ...settings, ...own },
    ...credentials,
  }).account!
}

const policy = {
  key: { keyType: 'EC' as const },
  x509: { subject: '', sans: { dnsNames: ['www.example.com'] }, validityMonths: 3 },
  issuer: { name: 'public' },
}

/** Whether a certificate can be had. */
async function orders(house: House, name = 'web'): Promise<boolean> {
  await house.vault.createCertificate(house.officer, name, { policy })
  for (let count = 0; count < 20; count++) {
    house.clock.move(4)
    await house.recover()
    const operation = await house.parts.storage.read((reader) => reader.operations.find('default', name))
    if (operation?.status === 'completed') return true
  }
  return false
}

const urls = ({ ca }: House) => [...ca.accounts.keys()]

test('an account is opened before there is any order, and opening it again only looks', async () => {
  const house = await openAcmeHouse()
  const care = careOf(house)
  assert.equal((await care.read()).status, 'none')
  assert.match(await care.open(), /was opened\.$/)
  assert.match(await care.open(), /is valid\.$/)
  const { status, url, keyThumbprint, replacingKey } = await care.read()
  assert.deepEqual([status, [url], replacingKey], ['valid', urls(house), false])
  assert.match(keyThumbprint!, /^[\w-]{43}$/)
  assert.ok(await orders(house))
  assert.equal(house.ca.accounts.size, 1)
})

test('the answer to the opening is lost: the same account is found again', async () => {
  const house = await openAcmeHouse()
  house.ca.loseNext('new-account')
  await assert.rejects(careOf(house).open(), { failure: 'transient' })
  await careOf(house).open()
  assert.equal(house.ca.accounts.size, 1)
})

test('new contacts are told', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  const contacts = ['ada@example.com', 'bob@example.com']
  const said = await careOf(house, { settings: { contacts } }).open()
  assert.match(said, /may write to ada@example\.com, bob@example\.com\./)
  assert.deepEqual(
    [...house.ca.accounts.values()][0]?.contact,
    contacts.map((contact) => `mailto:${contact}`),
  )
})

test('an account that the CA lost is opened again with the same key', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  const { keyThumbprint } = await careOf(house).read()
  house.ca.forgetAccount(urls(house)[0]!)
  assert.match(await careOf(house).open(), /was opened\.$/)
  assert.equal((await careOf(house).read()).keyThumbprint, keyThumbprint)
})

const macKey = Buffer.alloc(32, 7).toString('base64url')

test('a CA that wants a binding says so without credentials, and has it with them', async () => {
  const house = await openAcmeHouse({ ca: acmeCa({ meta: { externalAccountRequired: true } }) })
  house.ca.externalAccounts.set('kid-1', macKey)
  await assert.rejects(careOf(house).open(), { failure: 'user-action', message: /account_id and pwd/ })
  const wrong = { accountId: 'kid-1', password: new Secret(Buffer.alloc(32, 8).toString('base64url')) }
  await assert.rejects(careOf(house, wrong).open(), { failure: 'auth', message: /binding is wrong/ })
  const credentials = { accountId: 'kid-1', password: new Secret(macKey) }
  assert.match(await careOf(house, credentials).open(), /was opened\. It is bound to kid-1\.$/)
  assert.equal((await careOf(house, credentials).read()).externalAccount, 'kid-1')
})

test('a binding that comes too late is told, with what to do', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  const said = await careOf(house, { accountId: 'kid-2', password: new Secret(macKey) }).open()
  assert.match(said, /is bound to none, though the credentials name kid-2: .* start-anew\.$/)
})

test('the key is replaced, the account stays, and orders go on', async () => {
  const house = await openAcmeHouse()
  await assert.rejects(careOf(house).replaceKey(), { failure: 'permanent', message: /no account yet/ })
  await careOf(house).open()
  const before = await careOf(house).read()
  const said = await careOf(house).replaceKey()
  const after = await careOf(house).read()
  assert.notEqual(after.keyThumbprint, before.keyThumbprint)
  assert.ok(said.includes(after.keyThumbprint!))
  assert.deepEqual([after.url, after.replacingKey], [before.url, false])
  assert.ok(await orders(house))
  assert.equal(house.ca.accounts.size, 1)
})

test('the answer to the new key is lost: it is found out whose it is', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  house.ca.loseNext('key-change')
  assert.match(await careOf(house).replaceKey(), /has a new key/)
  assert.ok(await orders(house))
})

test('the answer is lost and the CA is gone: the next call finds out, whatever it is', async () => {
  for (const next of ['order', 'replace', 'open', 'deactivate', 'verify'] as const) {
    const house = await openAcmeHouse()
    await careOf(house).open()
    house.ca.loseNext('key-change')
    // The first look for the owner of the new key happens right after.
    house.ca.dropNext('new-account')
    await assert.rejects(careOf(house).replaceKey(), { failure: 'ambiguous' }, next)
    assert.equal((await careOf(house).read()).replacingKey, true)
    const requests = () => house.ca.requests.filter((request) => request.includes('key-change')).length
    const asked = requests()
    if (next === 'order') assert.ok(await orders(house))
    if (next === 'replace') assert.match(await careOf(house).replaceKey(), /has a new key/)
    if (next === 'open') assert.match(await careOf(house).open(), /is valid/)
    if (next === 'deactivate') assert.match(await careOf(house).deactivate(), /is deactivated:/)
    if (next === 'verify') {
      const issuer = house.provider.connect({ vault: 'default', name: 'public', settings })
      const findings = await issuer.verifyAccount!()
      assert.deepEqual(
        findings.map(({ inOrder }) => inOrder),
        [true, true],
      )
      continue
    }
    assert.equal((await careOf(house).read()).replacingKey, false, next)
    assert.equal(requests(), asked, `${next}: it was replaced once`)
  }
})

test('the request never arrives: the old key stays, and the same one follows later', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  const before = await careOf(house).read()
  house.ca.dropNext('key-change')
  await assert.rejects(careOf(house).replaceKey(), { failure: 'transient' })
  const next = (await house.register.knownKeys(place)).next
  assert.equal((await careOf(house).read()).keyThumbprint, before.keyThumbprint)
  assert.ok(await orders(house))
  await careOf(house).replaceKey()
  assert.deepEqual((await house.register.knownKeys(place)).present?.jwk, next?.jwk)
})

test('a key that the CA has for another account is thrown away, and the next one works', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  const taken = await house.register.nextAccountKey(place)
  const other = { ...place, issuer: 'other' }
  await house.parts.storage.transact(async (writer) => {
    const keys = await writer.acme.findKeys(place)
    await writer.acme.putKeys(other, { present: keys!.next! })
  })
  const otherAccount = 'https://acme.example/account/other'
  const accounts = house.ca.accounts as Map<string, { status: string; jwk: object }>
  accounts.set(otherAccount, { status: 'valid', jwk: taken.jwk })
  await assert.rejects(careOf(house).replaceKey(), {
    failure: 'permanent',
    message: /another account already, https:\/\/acme\.example\/account\/other\./,
  })
  assert.equal((await careOf(house).read()).replacingKey, false)
  assert.match(await careOf(house).replaceKey(), /has a new key/)
  assert.ok(await orders(house))
})

test('two replace the key at the same time: both are told of one key, and it works', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  const outcomes = await Promise.allSettled([careOf(house).replaceKey(), careOf(house).replaceKey()])
  assert.ok(outcomes.some(({ status }) => status === 'fulfilled'))
  assert.match(await careOf(house).open(), /is valid/)
  assert.ok(await orders(house))
  assert.equal(house.ca.accounts.size, 1)
})

test('a CA without key change says so, and nothing changes', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  house.ca.refuseNext('key-change', 'unauthorized', 403)
  await assert.rejects(careOf(house).replaceKey(), { failure: 'auth' })
  assert.ok(await orders(house))
})

/** Opens an account, then replaces its key with a store that breaks; another process goes on. */
async function diesReplacing(broken: Break): Promise<boolean> {
  const path = newPath()
  const first = await openAcmeHouse({ vault: { path } })
  await careOf(first).open()
  await first.close()
  let calls = 0
  const dying = await openAcmeHouse({
    ca: first.ca,
    vault: {
      path,
      seed: 'dying',
      through: (storage) => {
        const breaking = breakingStorage(storage, { ...broken, call: broken.call + setUpCalls })
        return {
          read: (work) => breaking.read(work),
          transact: (work) => {
            calls = breaking.calls + 1
            return breaking.transact(work)
          },
          close: () => breaking.close(),
        }
      },
    },
  })
  await careOf(dying)
    .replaceKey()
    .catch(() => undefined)
  await dying.close()
  const later = await openAcmeHouse({ ca: first.ca, vault: { path, seed: 'later' } })
  assert.match(await careOf(later).open(), /is valid/, `died ${broken.when} write ${broken.call}`)
  assert.match(await careOf(later).replaceKey(), /has a new key/)
  assert.ok(await orders(later))
  assert.equal(first.ca.accounts.size, 1)
  await later.close()
  return calls >= broken.call + setUpCalls
}

/** What the house itself writes: the issuer object. */
const setUpCalls = 1

for (const when of ['before', 'after'] as const)
  test(`dying ${when} each write of a replacement: the account is never lost`, async () => {
    let call = 1
    while (await diesReplacing({ call, when })) call++
    assert.equal(call - 1, 2, 'the key is kept, then it is adopted')
  })

test('a deactivated account orders nothing, here and there, until somebody starts anew', async () => {
  const house = await openAcmeHouse()
  assert.match(await careOf(house).deactivate(), /no account/)
  await careOf(house).open()
  const [first] = urls(house)
  assert.match(await careOf(house).deactivate(), /is deactivated:.*start-anew\.$/)
  assert.match(await careOf(house).deactivate(), /is deactivated already/)
  assert.equal(house.ca.accounts.get(first!)?.status, 'deactivated')
  assert.equal((await careOf(house).read()).status, 'deactivated')
  for (const act of [() => careOf(house).open(), () => careOf(house).replaceKey()])
    await assert.rejects(act(), {
      failure: 'auth',
      message: /is deactivated: .*certkeep issuer account public start-anew\.$/,
    })
  const asked = house.ca.requests.length
  assert.equal(await orders(house), false)
  assert.equal(house.ca.requests.length, asked, 'the CA is not even asked')
  assert.match(await careOf(house).startAnew({ evenIfValid: false }), /is forgotten/)
  // The refusal of the order has made the account rest.
  house.clock.move(3600)
  assert.equal((await careOf(house).read()).status, 'none')
  assert.deepEqual(await house.register.knownKeys(place), {})
  assert.ok(await orders(house, 'another'))
  assert.equal(house.ca.accounts.size, 2)
})

test('the answer to the deactivation is lost: asking again finds out that it is done', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  house.ca.loseNext('/account/')
  await assert.rejects(careOf(house).deactivate(), { failure: 'transient' })
  assert.match(await careOf(house).deactivate(), /is deactivated:/)
  assert.equal((await careOf(house).read()).status, 'deactivated')
})

test('an account that the CA closed by itself is marked when somebody looks', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  const account = house.ca.accounts.get(urls(house)[0]!)!
  account.status = 'revoked'
  await assert.rejects(careOf(house).open(), { failure: 'auth' })
  await careOf(house).startAnew({ evenIfValid: false })
  assert.match(await careOf(house).open(), /was opened/)
})

test('a valid account is not forgotten unless somebody insists, nor one that cannot be asked for', async () => {
  const house = await openAcmeHouse()
  assert.match(await careOf(house).startAnew({ evenIfValid: false }), /no account here/)
  await careOf(house).open()
  await assert.rejects(careOf(house).startAnew({ evenIfValid: false }), {
    failure: 'permanent',
    message: /is valid\. Deactivate it first.*--even-if-valid\.$/,
  })
  house.ca.dropNext('/account/')
  await assert.rejects(careOf(house).startAnew({ evenIfValid: false }), {
    failure: 'transient',
    message: /could not be found out/,
  })
  assert.equal((await careOf(house).read()).status, 'valid')
  await careOf(house).startAnew({ evenIfValid: true })
  assert.match(await careOf(house).open(), /was opened/)
  assert.equal(house.ca.accounts.size, 2)
})

test('all of it is on record', async () => {
  const house = await openAcmeHouse()
  await careOf(house).open()
  await careOf(house).deactivate()
  await careOf(house).startAnew({ evenIfValid: false })
  const records = (await house.audit()).filter(({ operation }) => operation.startsWith('AcmeAccount'))
  assert.deepEqual(
    records.map(({ operation, object, facts }) => [operation, object, facts?.status]),
    [
      ['AcmeAccountUpdate', 'issuers/public', 'valid'],
      ['AcmeAccountUpdate', 'issuers/public', 'deactivated'],
      ['AcmeAccountForget', 'issuers/public', undefined],
    ],
  )
})
