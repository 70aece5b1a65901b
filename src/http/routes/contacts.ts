/** The certificate contacts of a vault: one list. */
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { ContactsBody, readContacts, writeContacts } from '../wire/contacts.ts'

const path = '/certificates/contacts'

export const contactRoutes: readonly Route[] = [
  route({
    id: 'GetCertificateContacts',
    summary: 'Reads the contacts that the vault writes to about its certificates.',
    verb: 'CertificateContactsGet',
    method: 'GET',
    path,
    answers: { 200: answers.Contacts },
    async handle({ vault, caller, place }) {
      return ok(writeContacts(await vault.readContacts(caller), place))
    },
  }),

  route({
    id: 'SetCertificateContacts',
    summary: 'Replaces the whole list of contacts.',
    verb: 'CertificateContactsSet',
    method: 'PUT',
    path,
    body: ContactsBody,
    answers: { 200: answers.Contacts },
    async handle({ vault, caller, body, place }) {
      return ok(writeContacts(await vault.setContacts(caller, readContacts(body)), place))
    },
  }),

  route({
    id: 'DeleteCertificateContacts',
    summary: 'Removes all contacts, and answers them.',
    verb: 'CertificateContactsDelete',
    method: 'DELETE',
    path,
    answers: { 200: answers.Contacts },
    async handle({ vault, caller, place }) {
      return ok(writeContacts(await vault.deleteContacts(caller), place))
    },
  }),
]
