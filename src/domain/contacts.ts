/** The certificate contacts of a vault: whom it writes to about all of its certificates. One list for each vault. */
import { badParameter } from './errors.ts'
import { hasControlCharacter } from './name-attributes.ts'

export interface Contact {
  readonly email: string
  readonly name?: string
  readonly phone?: string
}

const contactsMax = 100
/** RFC 5321 4.5.3.1: a path has at most 256 octets, its brackets included. */
const emailLengthMax = 254
const textLengthMax = 256
const phoneLengthMax = 64

/** One mailbox without display name: nothing that could add recipients or header lines to a message. */
const emailPattern =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

/** @throws VaultError `BadParameter` that names the member at fault. */
export function checkContacts(contacts: readonly Contact[]): void {
  if (contacts.length === 0)
    throw badParameter('contacts: send at least one contact; DELETE removes the list.')
  if (contacts.length > contactsMax)
    throw badParameter(`contacts: at most ${contactsMax} are allowed, ${contacts.length} were sent.`)
  for (const [index, { email, name, phone }] of contacts.entries()) {
    checkEmail(email, `contacts.${index}.email`)
    checkText(name, `contacts.${index}.name`)
    checkPhone(phone, `contacts.${index}.phone`)
  }
}

/** @param member the JSON path, for the message. @throws VaultError `BadParameter`. */
export function checkEmail(email: string | undefined, member: string): void {
  if (email === undefined) return
  if (email.length > emailLengthMax || !emailPattern.test(email))
    throw badParameter(`${member}: send one e-mail address such as user@example.com.`)
}

export function checkPhone(phone: string | undefined, member: string): void {
  checkText(phone, member, phoneLengthMax)
}

/** Plain text of one line. */
export function checkText(text: string | undefined, member: string, lengthMax = textLengthMax): void {
  if (text === undefined) return
  if (text.length > lengthMax || !text.isWellFormed() || hasControlCharacter(text))
    throw badParameter(`${member}: send at most ${lengthMax} characters on one line.`)
}
