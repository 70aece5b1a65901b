/** The certificate contacts of a vault: JSON <-> domain. */
import Type from 'typebox'
import type { Contact } from '../../domain/contacts.ts'
import type { Place } from './certificate.ts'

export const ContactsBody = Type.Object({
  contacts: Type.Array(
    Type.Object({
      email: Type.String(),
      name: Type.Optional(Type.String()),
      phone: Type.Optional(Type.String()),
    }),
  ),
})

/** Members that nobody knows are left behind. */
export function readContacts(body: { contacts: readonly Contact[] }): Contact[] {
  return body.contacts.map(contact)
}

export function writeContacts(contacts: readonly Contact[], { baseUrl }: Place) {
  return { id: `${baseUrl}/certificates/contacts`, contacts: contacts.map(contact) }
}

function contact({ email, name, phone }: Contact): Contact {
  return { email, ...(name !== undefined && { name }), ...(phone !== undefined && { phone }) }
}
