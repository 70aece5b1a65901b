/** Certificate policies (RFC 5280 4.2.1.4): under which rules a certificate was issued. */
import {
  type Der,
  type DerReader,
  encode,
  malformed,
  objectIdentifier,
  openDer,
  readObjectIdentifier,
  sequence,
  tag,
} from './der.ts'
import { type ExtensionFacts, extension, extensionValue } from './extensions.ts'
import { extensionOid, practiceStatement } from './object-identifiers.ts'
import { ascii } from './text.ts'

export interface PolicyInformation {
  /** Dotted object identifier. */
  readonly oid: string
  /** URI of the certification practice statement. */
  readonly practiceStatement?: string
}

/** RFC 5280 4.2.1.4: not critical, so that those who know nothing of policies accept the certificate. */
export function certificatePoliciesExtension(policies: readonly PolicyInformation[]): Der {
  if (policies.length === 0) throw new RangeError('certificate policies that name none')
  return extension(extensionOid.certificatePolicies, false, sequence(...policies.map(encodePolicy)))
}

/** The policies of a certificate, in its order; qualifiers other than the practice statement are passed over. */
export function certificatePolicies(certificate: Pick<ExtensionFacts, 'extensions'>): PolicyInformation[] {
  const value = extensionValue(certificate, extensionOid.certificatePolicies)
  if (!value) return []
  const list = openDer(value)
  if (list.atEnd) throw malformed('a list of certificate policies is empty')
  const policies = new Map<string, PolicyInformation>()
  while (!list.atEnd) {
    const policy = readPolicy(list.enter(tag.sequence))
    if (policies.has(policy.oid)) throw malformed(`the certificate policy ${policy.oid} occurs twice`)
    policies.set(policy.oid, policy)
  }
  return [...policies.values()]
}

function encodePolicy(policy: PolicyInformation): Der {
  const identifier = objectIdentifier(policy.oid)
  if (policy.practiceStatement === undefined) return sequence(identifier)
  const uri = encode(tag.ia5String, Buffer.from(policy.practiceStatement, 'latin1'))
  return sequence(identifier, sequence(sequence(objectIdentifier(practiceStatement), uri)))
}

function readPolicy(policy: DerReader): PolicyInformation {
  const oid = readObjectIdentifier(policy.read(tag.objectIdentifier))
  const statements = policy.atEnd ? [] : readQualifiers(policy.enter(tag.sequence))
  policy.end()
  return statements[0] === undefined ? { oid } : { oid, practiceStatement: statements[0] }
}

function readQualifiers(qualifiers: DerReader): string[] {
  const statements: string[] = []
  if (qualifiers.atEnd) throw malformed('a list of policy qualifiers is empty')
  while (!qualifiers.atEnd) {
    const qualifier = qualifiers.enter(tag.sequence)
    const isStatement = readObjectIdentifier(qualifier.read(tag.objectIdentifier)) === practiceStatement
    const value = qualifier.read()
    qualifier.end()
    if (!isStatement) continue
    if (value.tag !== tag.ia5String) throw malformed('a practice statement is not named by a URI')
    statements.push(ascii(value.contents))
  }
  return statements
}
