/** Merge, issuers and contacts: what nobody should send, and who may not send it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { certkeep, environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Ask, type Send, sender } from './request.ts'

let service: Service
let nobody: Send
let reader: Send
let send: Send

const version = 'api-version=2025-07-01'
const foreign = readFileSync(join(import.meta.dirname, '..', 'vectors', 'x509', 'p-256.pem'), 'utf8')

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  nobody = sender(service, environment)
  send = sender(service, environment, await tokenOf(environment))
  await certkeep('app', 'create', 'reader', '--data', service.dataFolder)
  const [role, data] = ['Key Vault Reader', service.dataFolder]
  await certkeep('role', 'assign', '--app', 'reader', '--role', role, '--data', data)
  reader = sender(service, environment, await tokenOf(await environmentOf(service, 'reader')))
  await create('waiting')
  await create('deleted')
  await send({ method: 'DELETE', path: `/certificates/deleted?${version}` })
  await send({ ...setIssuer({ provider: 'Test' }), path: `/certificates/issuers/kept?${version}` })
})
after(() => service?.stop())

function create(name: string) {
  const body = { policy: { issuer: { name: 'Unknown' }, x509_props: { subject: 'CN=a' } } }
  return send({ method: 'POST', path: `/certificates/${name}/create?${version}`, body })
}

const merge = (body: Ask['body'], name = 'waiting'): Ask => ({
  method: 'POST',
  path: `/certificates/${name}/pending/merge?${version}`,
  body: body!,
})
const setIssuer = (body: Ask['body'], name = 'new'): Ask => ({
  method: 'PUT',
  path: `/certificates/issuers/${name}?${version}`,
  body: body!,
})
const updateIssuer = (body: Ask['body'], name = 'kept'): Ask => ({
  ...setIssuer(body, name),
  method: 'PATCH',
})
const readIssuer = (name: string): Ask => ({ path: `/certificates/issuers/${name}?${version}` })
const deleteIssuer = (name: string): Ask => ({ ...readIssuer(name), method: 'DELETE' })
const setContacts = (body: Ask['body']): Ask => ({
  method: 'PUT',
  path: `/certificates/contacts?${version}`,
  body: body!,
})
const readContacts: Ask = { path: `/certificates/contacts?${version}` }
const deleteContacts: Ask = { ...readContacts, method: 'DELETE' }

const chain = [Buffer.from(foreign).toString('base64')]
const importBody = { value: foreign }
const policyBody = { policy: { issuer: { name: 'Self' } } }

const cases: readonly [string, Ask, number, string, RegExp][] = [
  ['a merge without body', { ...merge({}), body: '' }, 400, 'BadParameter', /x5c/],
  ['a merge with the body of an import', merge(importBody), 400, 'BadParameter', /x5c/],
  ['a merge of a text', merge({ x5c: chain[0] }), 400, 'BadParameter', /x5c/],
  ['a merge of numbers', merge({ x5c: [1] }), 400, 'BadParameter', /x5c/],
  ['a merge of nothing', merge({ x5c: [] }), 400, 'BadParameter', /x5c/],
  ['a merge for another key', merge({ x5c: chain }), 400, 'BadParameter', /^Unable to parse X5c/],
  ['a merge of no base64', merge({ x5c: ['-'] }), 400, 'BadParameter', /^Unable to parse X5c.+x5c\.0/],
  ['sixteen tags', merge({ x5c: chain, tags: tagsOf(16) }), 400, 'BadParameter', /tags/],
  ['a merge into nothing', merge({ x5c: chain }, 'none'), 404, 'PendingCertificateNotFound', /none/],
  ['a merge into what is deleted', merge({ x5c: chain }, 'deleted'), 404, 'CertificateNotFound', /deleted/],

  ['an issuer without body', setIssuer({}), 400, 'BadParameter', /provider/],
  ['an issuer with the body of a create', setIssuer(policyBody), 400, 'BadParameter', /provider/],
  [
    'an issuer of nobody',
    setIssuer({ provider: 'Nobody' }),
    400,
    'BadParameter',
    /DigiCert, GlobalSign, ACME, PrivateCA, Test/,
  ],
  ['a provider that is a number', setIssuer({ provider: 1 }), 400, 'BadParameter', /provider/],
  [
    'settings that are a list',
    setIssuer({ provider: 'Test', settings: [] }),
    400,
    'BadParameter',
    /settings/,
  ],
  [
    'settings for a provider without',
    setIssuer({ provider: 'Test', settings: { url: 'x' } }),
    400,
    'BadParameter',
    /Test takes none/,
  ],
  ['an issuer named Self', setIssuer({ provider: 'Test' }, 'Self'), 400, 'BadParameter', /built in/],
  ['a name with a dot', setIssuer({ provider: 'Test' }, 'a.b'), 400, 'BadParameter', /letters, digits/],
  [
    'a list of credentials',
    setIssuer({ provider: 'Test', credentials: [] }),
    400,
    'BadParameter',
    /credentials/,
  ],
  [
    'an administrator without address',
    setIssuer({ provider: 'Test', org_details: { admin_details: [{ email: 'x' }] } }),
    400,
    'BadParameter',
    /org_details\.admin_details\.0\.email/,
  ],
  [
    'a change of nothing',
    updateIssuer({}, 'none'),
    404,
    'CertificateIssuerNotFound',
    /^Issuer none not found/,
  ],
  ['a change to nobody', updateIssuer({ provider: 'x' }), 400, 'BadParameter', /provider/],
  ['an issuer that is not there', readIssuer('none'), 404, 'CertificateIssuerNotFound', /none/],
  ['the deletion of nothing', deleteIssuer('none'), 404, 'CertificateIssuerNotFound', /none/],
  [
    'a page of none',
    { path: `/certificates/issuers?maxresults=0&${version}` },
    400,
    'BadParameter',
    /maxresults/,
  ],

  ['contacts without body', setContacts({}), 400, 'BadParameter', /contacts/],
  ['contacts with the body of an issuer', setContacts({ provider: 'Test' }), 400, 'BadParameter', /contacts/],
  ['no contact at all', setContacts({ contacts: [] }), 400, 'BadParameter', /DELETE removes/],
  ['a contact without address', setContacts({ contacts: [{ name: 'A' }] }), 400, 'BadParameter', /email/],
  ['an address that is none', setContacts({ contacts: [{ email: 'A' }] }), 400, 'BadParameter', /0\.email/],
  ['contacts that were never set', readContacts, 404, 'ContactsNotFound', /Contacts not found/],
  ['the removal of none', deleteContacts, 404, 'ContactsNotFound', /Contacts not found/],
]
for (const [what, ask, status, code, message] of cases)
  test(`${what} is answered ${status}`, async () => {
    const reply = await send(ask)
    assert.equal(reply.status, status, reply.text)
    assert.equal(reply.json.error.code, code)
    assert.match(reply.json.error.message, message)
  })

const asks: Readonly<Record<string, Ask>> = {
  'a merge': merge({ x5c: chain }),
  'an issuer that is set': setIssuer({ provider: 'Test' }),
  'an issuer that is changed': updateIssuer({}),
  'an issuer that is deleted': deleteIssuer('kept'),
  'contacts that are set': setContacts({ contacts: [{ email: 'a@b.example' }] }),
  'contacts that are read': readContacts,
  'contacts that are removed': deleteContacts,
}
for (const [what, ask] of Object.entries(asks)) {
  test(`${what}: without a token that is all that is said`, async () => {
    const reply = await nobody({ ...ask, body: '{' })
    assert.deepEqual([reply.status, reply.json.error.code], [401, 'Unauthorized'])
    assert.ok(reply.headers['www-authenticate'])
  })

  test(`${what}: with a role that only reads it is refused`, async () => {
    const reply = await reader(ask)
    assert.deepEqual([reply.status, reply.json.error.innererror?.code], [403, 'ForbiddenByRbac'], reply.text)
  })
}

test('nothing of all this changed anything', async () => {
  const { json: pending } = await send({ path: `/certificates/waiting/pending?${version}` })
  assert.equal(pending.status, 'inProgress')
  const { json: issuers } = await send({ path: `/certificates/issuers?${version}` })
  assert.deepEqual(
    issuers.value.map(({ id }: { id: string }) => id.split('/').at(-1)),
    ['kept'],
  )
  assert.equal((await send(readContacts)).status, 404)
})

test('no answer holds a password that was sent', async () => {
  const pwd = 'a-password-of-the-ca'
  const credentials = { account_id: 'me', pwd }
  for (const ask of [
    setIssuer({ provider: 'DigiCert', credentials }, 'sealed'),
    setIssuer({ provider: 'Nobody', credentials }, 'sealed'),
    updateIssuer({ credentials }, 'sealed'),
    readIssuer('sealed'),
    deleteIssuer('sealed'),
  ]) {
    const reply = await send(ask)
    assert.ok(!reply.text.includes(pwd))
    if (reply.status === 200) assert.deepEqual(reply.json.credentials, { account_id: 'me' })
  }
})

function tagsOf(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'v']))
}
