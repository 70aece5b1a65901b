/** The contacts of a vault. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contact } from '../../src/domain/contacts.ts'
import { openTestVault } from '../doubles/vault.ts'

test('contacts are set as a whole, read, and removed once', async () => {
  const { vault, officer, audit, close } = await openTestVault()
  await assert.rejects(vault.readContacts(officer), { code: 'ContactsNotFound' })
  await assert.rejects(vault.deleteContacts(officer), { code: 'ContactsNotFound' })
  const ada: Contact = { email: 'ada@example.com', name: 'Ada', phone: '+1 555' }
  await vault.setContacts(officer, [ada, { email: 'bob@example.com' }])
  assert.equal((await vault.readContacts(officer)).length, 2)
  await vault.setContacts(officer, [ada])
  assert.deepEqual(await vault.readContacts(officer), [ada])
  assert.deepEqual(await vault.deleteContacts(officer), [ada])
  await assert.rejects(vault.readContacts(officer), { code: 'ContactsNotFound' })
  assert.ok(!JSON.stringify(await audit()).includes('ada@example.com'))
  await close()
})

const refused: [what: string, contacts: Contact[], message: RegExp][] = [
  ['an empty list', [], /at least one/],
  ['too many', Array(101).fill({ email: 'a@b.example' }), /at most 100/],
  ['a name for an address', [{ email: 'Ada' }], /contacts\.0\.email/],
  ['two addresses', [{ email: 'a@b.example,c@d.example' }], /contacts\.0\.email/],
  ['an address with its name', [{ email: 'Ada <ada@example.com>' }], /contacts\.0\.email/],
  ['a header line behind an address', [{ email: 'a@b.example\r\nBcc: c@d.example' }], /contacts\.0\.email/],
  ['an address that is too long', [{ email: `a@${'b.'.repeat(130)}example` }], /contacts\.0\.email/],
  ['two lines of name', [{ email: 'a@b.example', name: 'a\nb' }], /contacts\.0\.name/],
  ['half a character', [{ email: 'a@b.example', name: '\ud83d' }], /contacts\.0\.name/],
  [
    'a long number',
    [{ email: 'a@b.example' }, { email: 'a@b.example', phone: '1'.repeat(65) }],
    /contacts\.1\.phone/,
  ],
]
for (const [what, contacts, message] of refused)
  test(`${what} is refused, and the former list stays`, async () => {
    const { vault, officer, close } = await openTestVault()
    const former = [{ email: "o'hara+x@sub.example" }]
    await vault.setContacts(officer, former)
    await assert.rejects(vault.setContacts(officer, contacts), { code: 'BadParameter', message })
    assert.deepEqual(await vault.readContacts(officer), former)
    await close()
  })
