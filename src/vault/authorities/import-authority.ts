/** Takes in an authority that exists: its certificate with its chain, and its key. */
import type { AuthorityRules } from '../../domain/authority.ts'
import { completeRules } from '../../domain/authority-rules.ts'
import { parseObjectName } from '../../domain/names.ts'
import type { Secret } from '../../domain/secret.ts'
import { readImportedContent } from '../certificates/imported-content.ts'
import type { PreparedAct } from '../prepared-act.ts'
import { authorityBinding } from './authority-key.ts'
import { type Makings, type NewAuthority, newAuthority } from './create-authority.ts'
import { type AuthorityView, viewOf } from './describe-authority.ts'
import { checkNameIsFree } from './find-authority.ts'
import { judgeAuthority } from './judge-authority.ts'

export interface ImportAuthorityInput {
  /** PEM text, or the base64 of a PFX. */
  readonly value: Secret<string>
  readonly password?: Secret<string>
  readonly rules?: Partial<AuthorityRules>
}

/** @throws VaultError `BadParameter`; the act `Conflict` when the name is taken. */
export function importing(
  makings: Makings,
  vault: string,
  name: string,
  input: ImportAuthorityInput,
): PreparedAct<void, NewAuthority, AuthorityView> {
  parseObjectName(name)
  const rules = completeRules(input.rules ?? {})
  return {
    verb: 'AuthorityImport',
    name,
    check: (reader) => checkNameIsFree(reader, vault, name),
    prepare: () => prepare(makings, { vault, name }, input, rules),
    async work(writer, { authority, key }, facts) {
      await checkNameIsFree(writer, vault, name)
      await writer.authorities.insert(authority, key)
      facts.state = authority.state
      return viewOf(writer, authority, makings.clock.now())
    },
  }
}

async function prepare(
  makings: Makings,
  place: { readonly vault: string; readonly name: string },
  input: ImportAuthorityInput,
  rules: AuthorityRules,
): Promise<NewAuthority> {
  const { privateKey, certificates } = await readImportedContent(input)
  const { certificate, chain } = judgeAuthority(privateKey.spki, certificates, makings.clock.now())
  const key = await makings.keys.import(privateKey.pkcs8, authorityBinding(place))
  return {
    authority: {
      ...newAuthority(makings, place, key.publicKey, rules),
      state: 'active',
      certificate: certificate.der,
      chain: chain.map(({ der }) => der),
    },
    key: key.stored,
  }
}
