/**
 * Whether the DNS lets a CA certify a name (CAA, RFC 8659; RFC 8657 for its parameters). The CA looks for itself; to look
 * before it does saves an order that cannot be filled, and says what has to be changed.
 */
import type { CaaRecord, DnsClient } from '../../network/dns-client.ts'
import { DnsFailure } from '../../network/dns-client.ts'
import type { Identifier } from './identifiers.ts'

export interface CaaView {
  /** The names by which the CA calls itself (`meta.caaIdentities`). */
  readonly identities: readonly string[]
  /** URL of the account. */
  readonly account: string
  /** Ways of validation that may be used, such as `dns-01`. */
  readonly methods: readonly string[]
}

/** @returns why the CA would refuse, in a sentence, or undefined. What cannot be found out is no objection. */
export async function caaObjection(
  dns: DnsClient,
  identifier: Identifier,
  view: CaaView,
): Promise<string | undefined> {
  if (identifier.type !== 'dns' || view.identities.length === 0) return undefined
  const wildcard = identifier.value.startsWith('*.')
  const found = await relevantSet(dns, identifier.value.replace(/^\*\./, ''))
  if (!found) return undefined
  const { owner, records } = found
  const strange = records.find(({ critical, tag }) => critical && !knownTags.has(tag))
  if (strange)
    return `A CAA record of ${owner} has the critical property ${strange.tag}, with which no CA issues; remove it.`
  const deciding = decidingRecords(records, wildcard)
  if (deciding.length === 0 || deciding.some((record) => permits(record, view))) return undefined
  const [identity] = view.identities
  return `The CAA records of ${owner} do not let ${identity} certify ${identifier.value}; add the record: ${owner}. CAA 0 ${deciding[0]!.tag} "${identity}".`
}

const knownTags = new Set([
  'issue',
  'issuewild',
  'iodef',
  'issuemail',
  'issuevmc',
  'contactemail',
  'contactphone',
])

/** The records of the name, or of the closest name above that has any (RFC 8659 3). */
async function relevantSet(
  dns: DnsClient,
  name: string,
): Promise<{ owner: string; records: readonly CaaRecord[] } | undefined> {
  const labels = name.split('.')
  for (let depth = 0; depth < labels.length; depth++) {
    const owner = labels.slice(depth).join('.')
    try {
      const records = await dns.caa(owner)
      if (records.length > 0) return { owner, records }
    } catch (error) {
      if (error instanceof DnsFailure) return undefined
      throw error
    }
  }
  return undefined
}

/** `issuewild` takes the place of `issue` for wildcards, where there is one (RFC 8659 4.3). */
function decidingRecords(records: readonly CaaRecord[], wildcard: boolean): readonly CaaRecord[] {
  const wild = records.filter(({ tag }) => tag === 'issuewild')
  return wildcard && wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue')
}

/** An empty domain, or parameters that cannot be read, permit nobody (RFC 8659 4.2). */
function permits({ value }: CaaRecord, { identities, account, methods }: CaaView): boolean {
  const [domain = '', ...parameters] = value.split(';').map((part) => part.trim())
  if (!identities.some((identity) => identity.toLowerCase() === domain.toLowerCase())) return false
  for (const parameter of parameters.filter((text) => text !== '')) {
    const [tag = '', ...rest] = parameter.split('=')
    const told = rest.join('=').trim()
    if (tag.trim().toLowerCase() === 'accounturi' && told !== account) return false
    if (tag.trim().toLowerCase() === 'validationmethods' && !allowsOneOf(told, methods)) return false
  }
  return true
}

function allowsOneOf(told: string, methods: readonly string[]): boolean {
  const allowed = told.split(',').map((method) => method.trim().toLowerCase())
  return methods.some((method) => allowed.includes(method))
}
