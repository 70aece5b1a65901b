/** The certificate contacts of a vault: whom it writes to. One list, set as a whole. */
import { type Contact, checkContacts } from '../../domain/contacts.ts'
import { VaultError } from '../../domain/errors.ts'
import type { Reader } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'

export interface ContactVerbs {
  /** @throws VaultError `ContactsNotFound` where none are set. */
  readContacts(caller: Caller): Promise<readonly Contact[]>
  setContacts(caller: Caller, contacts: readonly Contact[]): Promise<readonly Contact[]>
  /** Answers the list that was removed. */
  deleteContacts(caller: Caller): Promise<readonly Contact[]>
}

/** What the audit calls the list; certificates cannot have this name. */
const name = 'contacts'

export function contactVerbs(parts: Parts): ContactVerbs {
  return {
    readContacts: (caller) =>
      parts.perform({ caller, verb: 'CertificateContactsGet', name }, (reader) => find(reader, caller)),

    async setContacts(caller, contacts) {
      checkContacts(contacts)
      return parts.perform({ caller, verb: 'CertificateContactsSet', name }, async (writer, facts) => {
        await writer.settings.setContacts(caller.vault.name, contacts)
        facts.contacts = contacts.length
        return contacts
      })
    },

    deleteContacts: (caller) =>
      parts.perform({ caller, verb: 'CertificateContactsDelete', name }, async (writer) => {
        const contacts = await find(writer, caller)
        await writer.settings.setContacts(caller.vault.name, undefined)
        return contacts
      }),
  }
}

async function find(reader: Reader, caller: Caller): Promise<readonly Contact[]> {
  const contacts = await reader.settings.findContacts(caller.vault.name)
  if (!contacts) throw new VaultError('ContactsNotFound', 'Contacts not found')
  return contacts
}
