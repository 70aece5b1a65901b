/** Which names the account may have certificates for without another proof of control. */
import type { UnixSeconds } from '../../domain/time.ts'
import { type Domain, domainsAtOnceMax, listDomains, readDomain } from './protocol/catalogue.ts'
import type { Session } from './session.ts'
import type { Names } from './wish.ts'

const pagesMax = 20

/** Those that stand in the way of an order; empty where DigiCert does not tell enough to say so. */
export async function unvalidatedNames(
  session: Session,
  { commonName, others }: Names,
): Promise<readonly string[]> {
  const { domains, complete } = await activeDomains(session)
  const open: string[] = []
  for (const name of [commonName, ...others])
    if (!(await isCovered(session, domainsAbove(name, domains)))) open.push(name)
  return complete ? open : []
}

/** By their names, as far as the list tells. */
export async function validatedDomains(session: Session): Promise<readonly string[]> {
  const { domains } = await activeDomains(session)
  const now = session.clock.now()
  return [...domains.values()].filter((domain) => isUsable(domain, now)).map(({ name }) => name)
}

async function activeDomains({ api, settings }: Session) {
  const domains = new Map<string, Domain>()
  let offset = 0
  for (let page = 0; page < pagesMax; page++) {
    const listed = await api.make(listDomains(settings.container, offset))
    for (const domain of listed.domains) if (domain.isActive) domains.set(domain.name, domain)
    offset += listed.domains.length
    if (listed.domains.length < domainsAtOnceMax || offset >= listed.total) return { domains, complete: true }
  }
  return { domains, complete: false }
}

/** A domain that is validated covers what is below it. */
function domainsAbove(name: string, domains: ReadonlyMap<string, Domain>): Domain[] {
  const labels = name.replace(/^\*\./, '').split('.')
  return labels.flatMap((_, index) => domains.get(labels.slice(index).join('.')) ?? [])
}

/** Where the list is silent on how a domain was validated, the domain itself is asked for; if that is too, it is believed. */
async function isCovered({ api, clock }: Session, domains: readonly Domain[]): Promise<boolean> {
  const now = clock.now()
  if (domains.some((domain) => isUsable(domain, now))) return true
  for (const { id } of domains.filter(isUntold)) {
    const domain = await api.make(readDomain(id))
    if (isUntold(domain) || isUsable(domain, now)) return true
  }
  return false
}

function isUntold({ validations }: Domain): boolean {
  return validations.length === 0
}

function isUsable({ validations }: Domain, now: UnixSeconds): boolean {
  return validations.some(({ status, until }) => isCurrent(status, until, now))
}

/** Whether a validation is in force. */
export function isCurrent(status: string, until: UnixSeconds | undefined, now: UnixSeconds): boolean {
  return /^(?:active|complete|valid)/.test(status) && (until === undefined || until > now)
}
