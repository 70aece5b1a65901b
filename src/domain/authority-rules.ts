/** How an authority works: what its operator may choose, and what holds where nothing is chosen. */
import type { AuthorityRules } from './authority.ts'
import { badParameter } from './errors.ts'

const usualRules: AuthorityRules = { validityDaysMax: 398, crlHours: 168, partitions: 1 }
const validityDaysMost = 36_525
const crlHoursMost = 8784
const partitionsMost = 256

/** @throws VaultError `BadParameter` that names the member. */
export function completeRules(sent: Partial<AuthorityRules>, former = usualRules): AuthorityRules {
  const rules = { ...former, ...sent }
  checkWhole('validity_days_max', rules.validityDaysMax, validityDaysMost)
  checkWhole('crl_hours', rules.crlHours, crlHoursMost)
  checkWhole('partitions', rules.partitions, partitionsMost)
  if (rules.deltaHours !== undefined) checkWhole('delta_hours', rules.deltaHours, rules.crlHours)
  if (rules.baseUrl !== undefined) checkBaseUrl(rules.baseUrl)
  // Verifiers tell the lists of an authority apart by the URL that stands in the certificate (RFC 5280 6.3.3 b).
  else if (rules.partitions > 1)
    throw badParameter(
      'rules.partitions: more than one list needs rules.base_url, by which verifiers tell them apart; send it, or 1.',
    )
  return rules
}

function checkWhole(member: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw badParameter(`rules.${member}: send a whole number from 1 to ${max}.`)
}

/** Verifiers fetch lists without TLS, for TLS would need them (RFC 5280 8). */
function checkBaseUrl(baseUrl: string): void {
  if (
    /^http:\/\/(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9-]+(?::\d{1,5})?$/i.test(baseUrl) &&
    URL.canParse(baseUrl)
  )
    return
  throw badParameter('rules.base_url: send http:// with a host and no path, such as http://pki.example.com.')
}
