/** What is sent to make an authority, and what it comes to. */
import type { AuthorityRules } from '../../domain/authority.ts'
import { completeRules } from '../../domain/authority-rules.ts'
import type { CurveName } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { type KeySpec, rsaSizes } from '../../domain/key-spec.ts'
import { parseObjectName } from '../../domain/names.ts'
import { objectIdentifierPattern } from '../../domain/policy-rules.ts'
import { type DistinguishedName, emptyNames, parseDistinguishedName } from '../../domain/subject.ts'
import { addMonths, type UnixSeconds } from '../../domain/time.ts'
import { type Validity, validityFrom } from '../../domain/validity.ts'
import type { Wish } from '../../issuers/private-ca/wish.ts'
import type { Der } from '../../x509/der.ts'
import type { NameConstraints } from '../../x509/name-constraints.ts'
import { anyPolicy } from '../../x509/object-identifiers.ts'

export type AuthorityKind = 'root' | 'intermediate' | 'requested'

/** What is absent is as nobody chose it. */
export interface AuthorityInput {
  readonly kind: AuthorityKind
  readonly subject: string
  readonly key?: {
    readonly keyType?: 'RSA' | 'EC'
    /** Bits, of RSA. */
    readonly keySize?: number
    readonly curve?: CurveName
  }
  /** Of a root 10 if absent, of an intermediate 5. Whoever certifies a requested one decides. */
  readonly validityYears?: number
  /** How many CAs there may be below. Absent: a root has no bound, and below others there are none. */
  readonly pathLength?: number
  /** Purposes that bind all certificates below. Roots are not bound. */
  readonly ekus?: readonly string[]
  readonly nameConstraints?: NameConstraints
  /** The authority of the same vault that certifies an intermediate. */
  readonly parent?: string
  readonly rules?: Partial<AuthorityRules>
}

/** The same, judged. */
export interface AuthorityPlan {
  readonly kind: AuthorityKind
  readonly spec: KeySpec
  readonly subject: DistinguishedName
  readonly parent: string | undefined
  readonly rules: AuthorityRules
  wish(publicKey: Der): Wish
  validity(now: UnixSeconds): Validity
}

const yearsMax = 30
const pathLengthMax = 10
const subjectLengthMax = 200
/** Several times what any CA has. */
const constraintsMax = 1000
const purposesMax = 100
/** Those whose signatures every verifier knows. */
const authorityCurves: readonly CurveName[] = ['P-256', 'P-384', 'P-521']

/** @throws VaultError `BadParameter` that names the member. */
export function planAuthority(name: string, input: AuthorityInput): AuthorityPlan {
  parseObjectName(name)
  const { kind, parent, pathLength, ekus = [], nameConstraints } = input
  checkKind(input)
  const years = input.validityYears ?? (kind === 'root' ? 10 : 5)
  checkWhole('validity_years', years, 1, yearsMax)
  if (pathLength !== undefined) checkWhole('path_len_constraint', pathLength, 0, pathLengthMax)
  checkPurposes(ekus)
  if (nameConstraints) checkCount(nameConstraints)
  const bound = pathLength ?? (kind === 'root' ? undefined : 0)
  const subject = subjectOf(input.subject)
  return {
    kind,
    spec: keySpecFor(input.key ?? {}),
    subject,
    parent,
    rules: completeRules(input.rules ?? {}),
    wish: (publicKey) => ({
      subject,
      sans: emptyNames,
      publicKey,
      keyUsage: ['keyCertSign', 'cRLSign'],
      ekus,
      basicConstraints: bound === undefined ? { ca: true } : { ca: true, pathLength: bound },
      ...(nameConstraints && { nameConstraints }),
      // A root is trusted as it is; one below it says that it does not limit the policies of others.
      policies: kind === 'root' ? [] : [anyPolicy],
    }),
    validity: (now) => ({ ...validityFrom(now, 0), notAfter: addMonths(now, years * 12) }),
  }
}

function checkKind({ kind, parent, ekus }: AuthorityInput): void {
  if (kind === 'intermediate' && parent === undefined)
    throw badParameter('parent: an intermediate needs the name of the authority that certifies it.')
  if (kind !== 'intermediate' && parent !== undefined)
    throw badParameter(`parent: only an intermediate has one; leave it out, or send the kind intermediate.`)
  if (kind === 'root' && ekus && ekus.length > 0)
    throw badParameter('ekus: a root is not bound to purposes; leave them out.')
}

/** Every certificate below is compared with each of them. */
function checkCount({ permitted, excluded }: NameConstraints): void {
  const count = [permitted, excluded].flatMap((subtrees) => Object.values(subtrees).flat()).length
  if (count > constraintsMax)
    throw badParameter(`name_constraints: at most ${constraintsMax} names are allowed, ${count} were sent.`)
}

function checkPurposes(ekus: readonly string[]): void {
  if (ekus.length > purposesMax) throw badParameter(`ekus: at most ${purposesMax} purposes are allowed.`)
  if (new Set(ekus).size < ekus.length) throw badParameter('ekus: send each purpose once.')
  const refused = ekus.find((eku) => !objectIdentifierPattern.test(eku))
  if (refused !== undefined)
    throw badParameter(
      `ekus: '${refused.slice(0, 80)}' is not an object identifier such as 1.3.6.1.5.5.7.3.1.`,
    )
}

function subjectOf(text: string): DistinguishedName {
  if (text.length > subjectLengthMax)
    throw badParameter(`subject: at most ${subjectLengthMax} characters are allowed.`)
  const subject = parseDistinguishedName(text)
  if (subject.length === 0)
    throw badParameter('subject: an authority needs a name, such as CN=Example Root CA.')
  return subject
}

function keySpecFor({ keyType, keySize, curve }: NonNullable<AuthorityInput['key']>): KeySpec {
  if ((keyType ?? (keySize === undefined ? 'EC' : 'RSA')) === 'RSA') return rsaSpec(keySize, curve)
  if (keySize !== undefined)
    throw badParameter('key_props.key_size: an EC key has a curve; send crv instead.')
  const chosen = authorityCurves.find((each) => each === (curve ?? 'P-384'))
  if (!chosen) throw badParameter(`key_props.crv: send one of ${authorityCurves.join(', ')}.`)
  return { kty: 'EC', curve: chosen }
}

function rsaSpec(keySize = 4096, curve: CurveName | undefined): KeySpec {
  if (curve !== undefined) throw badParameter('key_props.crv: a curve belongs to EC keys; leave it out.')
  const size = rsaSizes.find((each) => each === keySize)
  if (!size) throw badParameter(`key_props.key_size: an RSA key has ${rsaSizes.join(', ')} bits.`)
  return { kty: 'RSA', size }
}

function checkWhole(member: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw badParameter(`${member}: send a whole number from ${min} to ${max}.`)
}
