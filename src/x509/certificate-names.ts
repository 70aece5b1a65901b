/** Every name that a certificate gives its subject, for those who have to judge them all (RFC 5280 4.2.1.6, 4.2.1.10). */
import type { DistinguishedName, SubjectAlternativeNames } from '../domain/subject.ts'
import { emptyNames } from '../domain/subject.ts'
import type { CertificateFacts } from './certificate.ts'
import { contextTag, type Element, inside, malformed, openDer, readObjectIdentifier, tag } from './der.ts'
import { extensionValue } from './extensions.ts'
import { readName } from './name.ts'
import { extensionOid, smtpUtf8Mailbox } from './object-identifiers.ts'
import { utf8 } from './text.ts'

export interface CertificateNames {
  readonly subject: DistinguishedName
  readonly sans: SubjectAlternativeNames
  /** Those among the alternative names. */
  readonly directoryNames?: readonly DistinguishedName[]
  /** Tag numbers of GeneralName of alternative names that are not read. */
  readonly otherKinds?: readonly number[]
}

/** The names of a certificate or of a request; mailboxes that are not ASCII stand among the others (RFC 9598). */
export function certificateNames(
  certificate: Pick<CertificateFacts, 'subject' | 'sans' | 'extensions'>,
): CertificateNames {
  const { subject, sans = emptyNames } = certificate
  const value = extensionValue(certificate, extensionOid.subjectAltName)
  if (!value) return { subject, sans }
  const directoryNames: DistinguishedName[] = []
  const mailboxes: string[] = []
  const otherKinds = new Set<number>()
  for (const names = openDer(value); !names.atEnd; ) {
    const name = names.read()
    if (name.tag === directoryName) directoryNames.push(readDirectoryName(name))
    else if (name.tag === otherName) {
      const mailbox = readMailbox(name)
      if (mailbox === undefined) otherKinds.add(0)
      else mailboxes.push(mailbox)
    } else if (!readKinds.has(name.tag)) otherKinds.add(name.tag & 0x1f)
  }
  const allSans = mailboxes.length > 0 ? { ...sans, emails: [...sans.emails, ...mailboxes] } : sans
  return { subject, sans: allSans, directoryNames, otherKinds: [...otherKinds] }
}

const otherName = contextTag(0, 'constructed')
const directoryName = contextTag(4, 'constructed')
/** E-mail, DNS, URI and address: `readGeneralNames` read them. */
const readKinds: ReadonlySet<number> = new Set([1, 2, 6, 7].map((number) => contextTag(number, 'primitive')))

/** Name is a CHOICE, so its tag is explicit. */
function readDirectoryName(element: Element): DistinguishedName {
  const outer = inside(element)
  const name = readName(outer.enter(tag.sequence))
  outer.end()
  return name
}

/** Undefined for otherNames of another type. */
function readMailbox(element: Element): string | undefined {
  const name = inside(element)
  if (readObjectIdentifier(name.read(tag.objectIdentifier)) !== smtpUtf8Mailbox) return undefined
  const value = name.enter(contextTag(0, 'constructed'))
  name.end()
  const mailbox = utf8(value.read(tag.utf8String).contents)
  value.end()
  if (!mailbox.includes('@')) throw malformed('a mailbox has no host')
  return mailbox
}
