/** The verbs on the authorities of a vault. They are authorised at the vault: no role on a certificate reaches them. */
import type { Page } from '../../storage/storage.ts'
import type { Der } from '../../x509/der.ts'
import type { Parts } from '../parts.ts'
import { asCaller, type PreparedAct } from '../prepared-act.ts'
import type { Caller } from '../vault.ts'
import type { AuthorityInput } from './authority-input.ts'
import { creation } from './create-authority.ts'
import { crossCertification } from './cross-certify.ts'
import { type AuthorityView, viewOf } from './describe-authority.ts'
import { auditNameOf, findAuthority, requestOf } from './find-authority.ts'
import { type ImportAuthorityInput, importing } from './import-authority.ts'
import { installation } from './install-authority.ts'
import { type SignedRequest, type SignRequestInput, signRequest } from './sign-request.ts'
import { type AuthorityChange, changing } from './update-authority.ts'

export type { Authority, AuthorityRules } from '../../domain/authority.ts'
export type { AuthorityInput } from './authority-input.ts'
export type { AuthorityView } from './describe-authority.ts'
export type { ImportAuthorityInput } from './import-authority.ts'
export type { SignedRequest, SignRequestInput } from './sign-request.ts'
export type { AuthorityChange } from './update-authority.ts'

export interface AuthorityVerbs {
  createAuthority(caller: Caller, name: string, input: AuthorityInput): Promise<AuthorityView>
  /** Takes in an authority that exists, with its private key. */
  importAuthority(caller: Caller, name: string, input: ImportAuthorityInput): Promise<AuthorityView>
  /** By name. */
  listAuthorities(caller: Caller, page: Page): Promise<AuthorityView[]>
  readAuthority(caller: Caller, name: string): Promise<AuthorityView>
  updateAuthority(caller: Caller, name: string, change: AuthorityChange): Promise<AuthorityView>
  installAuthority(caller: Caller, name: string, x5c: readonly string[]): Promise<AuthorityView>
  /** Certifies `name` with the key of `by`, another authority of the vault. */
  crossCertifyAuthority(caller: Caller, name: string, by: string): Promise<AuthorityView>
  /** DER CertificationRequest. */
  readAuthorityRequest(caller: Caller, name: string): Promise<Der>
  /** Signs a request of somebody outside, whose key the vault never sees. */
  signRequest(caller: Caller, issuer: string, input: SignRequestInput): Promise<SignedRequest>
}

export function authorityVerbs(parts: Parts): AuthorityVerbs {
  const { perform, clock } = parts
  const onAuthority = <C, P, R>(caller: Caller, act: PreparedAct<C, P, R>) =>
    asCaller(perform, caller, { name: auditNameOf(act.name) }, act)
  return {
    createAuthority: async (caller, name, input) =>
      onAuthority(caller, creation(parts, caller.vault.name, name, input)),
    importAuthority: async (caller, name, input) =>
      onAuthority(caller, importing(parts, caller.vault.name, name, input)),
    listAuthorities: (caller, page) =>
      perform({ caller, verb: 'AuthorityList' }, async (reader) => {
        const authorities = await reader.authorities.list(caller.vault.name, page)
        const views: AuthorityView[] = []
        for (const authority of authorities) views.push(await viewOf(reader, authority, clock.now()))
        return views
      }),
    readAuthority: (caller, name) =>
      perform({ caller, verb: 'AuthorityGet', name: auditNameOf(name) }, async (reader) =>
        viewOf(reader, await findAuthority(reader, caller.vault.name, name), clock.now()),
      ),
    updateAuthority: (caller, name, change) =>
      onAuthority(caller, changing(parts, caller.vault.name, name, change)),
    installAuthority: (caller, name, x5c) =>
      onAuthority(caller, installation(parts, caller.vault.name, name, x5c)),
    crossCertifyAuthority: (caller, name, by) =>
      onAuthority(caller, crossCertification(parts, caller.vault.name, name, by)),
    readAuthorityRequest: (caller, name) =>
      perform({ caller, verb: 'AuthorityRequestGet', name: auditNameOf(name) }, async (reader) =>
        requestOf(await findAuthority(reader, caller.vault.name, name)),
      ),
    signRequest: (caller, issuer, input) => signRequest(parts, caller, issuer, input),
  }
}
