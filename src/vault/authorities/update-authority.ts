/** Changes how an authority works from now on: its rules, who succeeds it, and that it signs no more. */
import type { Authority, AuthorityRules } from '../../domain/authority.ts'
import { completeRules } from '../../domain/authority-rules.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import type { PreparedAct } from '../prepared-act.ts'
import type { Makings } from './create-authority.ts'
import { type AuthorityView, viewOf } from './describe-authority.ts'
import { findAuthority } from './find-authority.ts'

/** What is absent stays. */
export interface AuthorityChange {
  readonly rules?: Partial<AuthorityRules>
  /** It signs nothing new but its revocation lists; for good. */
  readonly retired?: true
  /** Issuers that name this authority get their certificates from that one, from a date on, or from now. */
  readonly successor?: { readonly name: string; readonly from?: UnixSeconds }
}

const successionsMax = 10

export function changing(
  { clock }: Pick<Makings, 'clock'>,
  vault: string,
  name: string,
  change: AuthorityChange,
): PreparedAct<void, void, AuthorityView> {
  return {
    verb: 'AuthorityUpdate',
    name,
    check: async (reader) => void (await findAuthority(reader, vault, name)),
    prepare: async () => undefined,
    async work(writer, _prepared, facts) {
      const former = await findAuthority(writer, vault, name)
      const { rules, retired, successor } = change
      const authority: Authority = {
        ...former,
        updated: clock.now(),
        ...(rules && { rules: completeRules(rules, former.rules) }),
        ...(retired && { state: retirement(former) }),
        ...(successor && {
          successor: await successorOf(writer, former, { from: clock.now(), ...successor }),
        }),
      }
      await writer.authorities.update(authority)
      facts.state = authority.state
      if (successor) facts.successor = successor.name
      return viewOf(writer, authority, clock.now())
    },
  }
}

function retirement({ name, certificate }: Authority): 'retired' {
  if (certificate) return 'retired'
  throw new VaultError('Conflict', `The authority ${name} was never certified; there is nothing to retire.`)
}

/** @throws VaultError `BadParameter` for authorities that would succeed each other in a circle. */
async function successorOf(
  reader: Reader,
  { vault, name }: Authority,
  successor: NonNullable<Authority['successor']>,
): Promise<NonNullable<Authority['successor']>> {
  const first = await findAuthority(reader, vault, successor.name)
  if (!first.certificate)
    throw badParameter(`successor.name: the authority ${first.name} waits for its certificate.`)
  let next: Authority | undefined = first
  for (let count = 0; next && count <= successionsMax; count++) {
    if (next.name.toUpperCase() === name.toUpperCase())
      throw badParameter('successor.name: the authorities would succeed each other in a circle.')
    next = next.successor && (await findAuthority(reader, vault, next.successor.name))
  }
  if (next) throw badParameter(`successor.name: at most ${successionsMax} authorities follow each other.`)
  return { name: first.name, from: successor.from }
}
