/** `PrivateCA`: certificates of the authorities that the vault keeps itself, under the profile of the issuer object. */
import type { Authority } from '../../domain/authority.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { checkSubjectAlternativeNames, parseDistinguishedName } from '../../domain/subject.ts'
import { seconds, secondsPerDay } from '../../domain/time.ts'
import { type Validity, validityFrom } from '../../domain/validity.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import { anyPolicy } from '../../x509/object-identifiers.ts'
import type {
  AccountFinding,
  CertificateOrder,
  Issuer,
  IssuerAccount,
  IssuerProvider,
  OrderAnswer,
} from '../issuer.ts'
import { issueUnder } from './issue.ts'
import { checkProfile, profiles } from './profiles.ts'
import type { AuthorityRegister } from './register.ts'
import { type PrivateCaSettings, readSettings } from './settings.ts'
import type { Wish } from './wish.ts'

export const privateCaName = 'PrivateCA'

export function privateCaProvider(register: AuthorityRegister): IssuerProvider {
  return {
    name: privateCaName,
    checkSettings: (settings) => void readSettings(settings),
    connect: (account) => connect(register, account),
  }
}

function connect(register: AuthorityRegister, { vault, settings: sent }: IssuerAccount): Issuer {
  const settings = readSettings(sent)
  const answer = (order: CertificateOrder) => answered(() => issue(register, vault, settings, order))
  return {
    capabilities: { idempotentOrders: true, caCertificates: profiles[settings.profile].ca },
    order: answer,
    check: answer,
    revoke: async (certificate, wish) =>
      (await refusalOf(() => register.revoke(vault, certificate, wish))) ?? { state: 'revoked' },
    release: async (certificate) =>
      (await refusalOf(() => register.release(vault, certificate))) ?? { state: 'released' },
    verifyAccount: async () => [await findingOf(register, vault, settings)],
  }
}

async function issue(
  register: AuthorityRegister,
  vault: string,
  settings: PrivateCaSettings,
  order: CertificateOrder,
): Promise<OrderAnswer> {
  const asked = wishOf(order, settings)
  checkProfile(settings.profile, asked)
  // An order stays where it is on record, whatever the issuer object names since.
  const holder = await register.findHolder(vault, order.orderKey)
  const authority = holder ?? (await authorityFor(register, vault, settings.authority))
  const validity = validityOf(order, settings, authority)
  const wish = { ...asked, noRevocation: isShortLived(order, validity, settings) }
  const kind = profiles[settings.profile].lintKind
  const chain = await issueUnder(register, authority, { orderKey: order.orderKey, wish, validity, kind })
  return { state: 'issued', chain }
}

/** What cannot be signed is refused; an authority that cannot sign is a CA that cannot be asked. */
async function answered(work: () => Promise<OrderAnswer>): Promise<OrderAnswer> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    if (error.code === 'BadParameter') return { state: 'refused', reason: error.message }
    if (error.code === 'NotFound' || error.code === 'Conflict')
      return { state: 'unable', reason: error.message }
    throw error
  }
}

/** @returns why the work was not done; undefined when it was. */
async function refusalOf(
  work: () => Promise<void>,
): Promise<{ readonly state: 'refused'; readonly reason: string } | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    return { state: 'refused', reason: error.message }
  }
}

/** @throws VaultError `BadParameter` for more CAs below than the issuer object gives. */
function wishOf({ policy, publicKey }: CertificateOrder, settings: PrivateCaSettings): Wish {
  const { subject, sans, keyUsage, ekus, basicConstraints } = policy.x509
  const { ca } = profiles[settings.profile]
  const { pathLength: given = 0, policyOids } = settings
  const { pathLength = given } = basicConstraints
  if (pathLength > given)
    throw badParameter(
      `policy.x509_props.basic_constraints: the issuer gives CAs a path_len_constraint of ${given} at most; ask for no more, or raise pathLength in its settings.`,
    )
  return {
    subject: parseDistinguishedName(subject),
    sans: checkSubjectAlternativeNames(sans ?? {}),
    publicKey,
    keyUsage,
    ekus,
    basicConstraints: ca && basicConstraints.ca ? { ca, pathLength } : { ca: basicConstraints.ca },
    // Where nothing is said, a CA does not limit the policies below it.
    policies: ca && policyOids.length === 0 ? [anyPolicy] : policyOids,
  }
}

/** Counted from the order on: that it begins a little earlier makes nothing of it longer. */
function isShortLived(
  { created }: CertificateOrder,
  { notAfter }: Validity,
  { shortLivedDays = 0 }: PrivateCaSettings,
): boolean {
  return notAfter <= created + shortLivedDays * secondsPerDay
}

function validityOf(
  { created, policy }: CertificateOrder,
  { validityDaysMax = Number.POSITIVE_INFINITY, profile }: PrivateCaSettings,
  { rules }: Authority,
): Validity {
  const { notBefore, notAfter } = validityFrom(created, policy.x509.validityMonths)
  const daysMax = profiles[profile].ca ? validityDaysMax : Math.min(validityDaysMax, rules.validityDaysMax)
  return { notBefore, notAfter: seconds(Math.min(notAfter, created + daysMax * secondsPerDay)) }
}

/** Successors that succeed each other. */
const successionsMax = 10

/**
 * The authority that issues now: successors take over at their date.
 * @throws VaultError `NotFound`.
 */
async function authorityFor(register: AuthorityRegister, vault: string, name: string): Promise<Authority> {
  let authority = await find(register, vault, name)
  for (let count = 0; count < successionsMax; count++) {
    const { successor } = authority
    if (!successor || successor.from > register.now()) return authority
    authority = await find(register, vault, successor.name)
  }
  throw new VaultError('Conflict', `The authorities that succeed ${name} never come to an end.`)
}

async function find(register: AuthorityRegister, vault: string, name: string): Promise<Authority> {
  const authority = await register.find(vault, name)
  if (authority) return authority
  throw new VaultError('NotFound', `There is no authority ${name} in this vault; create it first.`)
}

async function findingOf(
  register: AuthorityRegister,
  vault: string,
  settings: PrivateCaSettings,
): Promise<AccountFinding> {
  const finding = (inOrder: boolean, details: string) => ({ subject: 'account', inOrder, details }) as const
  try {
    const { name, state, certificate } = await authorityFor(register, vault, settings.authority)
    if (!certificate) return finding(false, `The authority ${name} waits for its certificate.`)
    if (state === 'retired') return finding(false, `The authority ${name} is retired.`)
    if (parseCertificate(certificate).notAfter <= register.now())
      return finding(false, `The authority ${name} is past its end.`)
    return finding(true, `The authority ${name} signs under the profile ${settings.profile}.`)
  } catch (error) {
    if (error instanceof VaultError) return finding(false, error.message)
    throw error
  }
}
