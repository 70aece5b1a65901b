/** Authority information access (RFC 5280 4.2.2.1): where the issuer's certificate is, and who answers for revocation. */
import {
  type Der,
  DerReader,
  malformed,
  objectIdentifier,
  openDer,
  readObjectIdentifier,
  sequence,
  tag,
} from './der.ts'
import { type ExtensionFacts, extension, extensionValue } from './extensions.ts'
import { encodeUri, readGeneralNames } from './general-names.ts'
import { accessMethod, extensionOid } from './object-identifiers.ts'

/** URIs, each kind in its order. */
export interface AuthorityInformation {
  readonly caIssuers: readonly string[]
  readonly ocsp: readonly string[]
}

/** RFC 5280 4.2.2.1: never critical. */
export function authorityInformationExtension({ caIssuers, ocsp }: AuthorityInformation): Der {
  const descriptions = [
    ...ocsp.map((uri) => sequence(objectIdentifier(accessMethod.ocsp), encodeUri(uri))),
    ...caIssuers.map((uri) => sequence(objectIdentifier(accessMethod.caIssuers), encodeUri(uri))),
  ]
  if (descriptions.length === 0) throw new RangeError('authority information that says nothing')
  return extension(extensionOid.authorityInformationAccess, false, sequence(...descriptions))
}

/** What a certificate says about its issuer. Other methods, and places that are not URIs, are passed over. */
export function authorityInformation(certificate: Pick<ExtensionFacts, 'extensions'>): AuthorityInformation {
  const found = { caIssuers: [] as string[], ocsp: [] as string[] }
  const value = extensionValue(certificate, extensionOid.authorityInformationAccess)
  if (!value) return found
  const descriptions = openDer(value)
  if (descriptions.atEnd) throw malformed('a list of access descriptions is empty')
  while (!descriptions.atEnd) {
    const description = descriptions.enter(tag.sequence)
    const method = readObjectIdentifier(description.read(tag.objectIdentifier))
    const { uris } = readGeneralNames(new DerReader(description.read().encoded))
    description.end()
    if (method === accessMethod.caIssuers) found.caIssuers.push(...uris)
    if (method === accessMethod.ocsp) found.ocsp.push(...uris)
  }
  return found
}
