/** Makes an authority: a root, an intermediate below another, or one that waits for a certificate from outside. */
import type { Authority, AuthorityRules } from '../../domain/authority.ts'
import type { StoredKey } from '../../domain/certificate.ts'
import { algorithmOf, issueUnder } from '../../issuers/private-ca/issue.ts'
import { certificateFor, type Wish } from '../../issuers/private-ca/wish.ts'
import type { CreatedKey } from '../../keys/key-protection.ts'
import { assembleSigned } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import {
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  keyUsageExtension,
} from '../../x509/extensions.ts'
import { checkBeforeSigning } from '../../x509/lint/lint.ts'
import { encodeName } from '../../x509/name.ts'
import { nameConstraintsExtension } from '../../x509/name-constraints.ts'
import { buildRequestInfo } from '../../x509/request.ts'
import { newLongSerialNumber } from '../../x509/serial-number.ts'
import { newId, type Parts } from '../parts.ts'
import type { PreparedAct } from '../prepared-act.ts'
import { type AuthorityInput, type AuthorityPlan, planAuthority } from './authority-input.ts'
import { authorityBinding } from './authority-key.ts'
import { authorityRegister } from './authority-register.ts'
import { type AuthorityView, viewOf } from './describe-authority.ts'
import { checkNameIsFree, findAuthority } from './find-authority.ts'

export type Makings = Pick<Parts, 'storage' | 'keys' | 'clock' | 'random'>

export interface NewAuthority {
  readonly authority: Authority
  readonly key: StoredKey
}

/** @throws VaultError `BadParameter`; the act `Conflict` when the name is taken or the parent does not sign. */
export function creation(
  makings: Makings,
  vault: string,
  name: string,
  input: AuthorityInput,
): PreparedAct<Authority | undefined, NewAuthority, AuthorityView> {
  const plan = planAuthority(name, input)
  return {
    verb: 'AuthorityCreate',
    name,
    async check(reader) {
      await checkNameIsFree(reader, vault, name)
      return plan.parent === undefined ? undefined : findAuthority(reader, vault, plan.parent)
    },
    prepare: (parent) => prepare(makings, vault, name, plan, parent),
    async work(writer, { authority, key }, facts) {
      await checkNameIsFree(writer, vault, name)
      await writer.authorities.insert(authority, key)
      facts.kind = plan.kind
      facts.state = authority.state
      return viewOf(writer, authority, makings.clock.now())
    },
  }
}

/** What all authorities have in common when they begin. */
export function newAuthority(
  { clock }: Pick<Makings, 'clock'>,
  place: Pick<Authority, 'vault' | 'name'>,
  publicKey: Der,
  rules: AuthorityRules,
): Omit<Authority, 'state'> {
  const now = clock.now()
  return { ...place, created: now, updated: now, publicKey, chain: [], crossCertificates: [], rules }
}

async function prepare(
  makings: Makings,
  vault: string,
  name: string,
  plan: AuthorityPlan,
  parent: Authority | undefined,
): Promise<NewAuthority> {
  const place = { vault, name }
  const key = await makings.keys.create(plan.spec, authorityBinding(place))
  const wish = plan.wish(key.publicKey)
  const common = newAuthority(makings, place, key.publicKey, plan.rules)
  if (plan.kind === 'requested') {
    const request = await requestFor(makings, place, key, wish)
    return { authority: { ...common, state: 'requested', request }, key: key.stored }
  }
  if (!parent) {
    const certificate = await rootCertificate(makings, place, key, wish, plan)
    return { authority: { ...common, state: 'active', certificate }, key: key.stored }
  }
  const [certificate, ...chain] = await issueUnder(authorityRegister(makings), parent, {
    orderKey: `authority/${name.toUpperCase()}/${newId(makings.random)}`,
    wish,
    validity: plan.validity(makings.clock.now()),
    kind: 'intermediate',
  })
  const authority = {
    ...common,
    state: 'active',
    certificate: certificate!,
    chain,
    parent: parent.name,
  } as const
  return { authority, key: key.stored }
}

async function rootCertificate(
  { keys, clock, random }: Makings,
  place: Pick<Authority, 'vault' | 'name'>,
  { stored, publicKey }: CreatedKey,
  wish: Wish,
  plan: AuthorityPlan,
): Promise<Der> {
  const { identifier, hash } = algorithmOf(publicKey)
  const now = clock.now()
  const serialNumber = newLongSerialNumber(random)
  const tbs = certificateFor(wish, { serialNumber, signatureAlgorithm: identifier, ...plan.validity(now) })
  checkBeforeSigning(tbs, identifier, { kind: 'root', at: now })
  return assembleSigned(tbs, identifier, await keys.sign(stored, authorityBinding(place), { hash }, tbs))
}

/** PKCS#10 for whoever certifies it: with the rights that it asks for. */
async function requestFor(
  { keys }: Makings,
  place: Pick<Authority, 'vault' | 'name'>,
  { stored, publicKey }: CreatedKey,
  { subject, basicConstraints, keyUsage, ekus, nameConstraints }: Wish,
): Promise<Der> {
  const extensions = [
    basicConstraintsExtension(basicConstraints, true),
    keyUsageExtension(keyUsage),
    ...(ekus.length > 0 ? [extendedKeyUsageExtension(ekus)] : []),
    ...(nameConstraints ? [nameConstraintsExtension(nameConstraints)] : []),
  ]
  const info = buildRequestInfo({ subject: encodeName(subject), spki: publicKey, extensions })
  const { identifier, hash } = algorithmOf(publicKey)
  return assembleSigned(info, identifier, await keys.sign(stored, authorityBinding(place), { hash }, info))
}
