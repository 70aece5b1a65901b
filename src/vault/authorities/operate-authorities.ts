/** Authorities, as the operator at the machine makes and changes them. */
import type { VerbName } from '../../access/verbs.ts'
import type { Der } from '../../x509/der.ts'
import { asOperator, type OperatorDesk } from '../identity/operator-verb.ts'
import { atDesk, type DeskCall } from '../prepared-act.ts'
import { requireVault } from '../vaults/administer-vaults.ts'
import type { AuthorityInput } from './authority-input.ts'
import { creation } from './create-authority.ts'
import { crossCertification } from './cross-certify.ts'
import { type AuthorityView, viewOf } from './describe-authority.ts'
import { auditNameOf, findAuthority, requestOf } from './find-authority.ts'
import { type ImportAuthorityInput, importing } from './import-authority.ts'
import { installation } from './install-authority.ts'
import { type AuthorityChange, changing } from './update-authority.ts'

export type { AuthorityInput } from './authority-input.ts'
export type { AuthorityView } from './describe-authority.ts'
export type { ImportAuthorityInput } from './import-authority.ts'
export type { AuthorityChange } from './update-authority.ts'

/** More than any vault has. */
const listMax = 10_000

export interface AuthorityAdministration {
  /** @throws VaultError `BadParameter`; `Conflict` when the name is taken or the parent does not sign. */
  createAuthority(vault: string, name: string, input: AuthorityInput): Promise<AuthorityView>
  importAuthority(vault: string, name: string, input: ImportAuthorityInput): Promise<AuthorityView>
  installAuthority(vault: string, name: string, x5c: readonly string[]): Promise<AuthorityView>
  updateAuthority(vault: string, name: string, change: AuthorityChange): Promise<AuthorityView>
  /** Certifies `name` with the key of `by`, another authority of the vault. */
  crossCertifyAuthority(vault: string, name: string, by: string): Promise<AuthorityView>
  /** By name. */
  listAuthorities(vault: string): Promise<AuthorityView[]>
  /** @throws VaultError `NotFound`. */
  readAuthority(vault: string, name: string): Promise<AuthorityView>
  /** DER CertificationRequest. @throws VaultError `NotFound`. */
  readAuthorityRequest(vault: string, name: string): Promise<Der>
}

export function authorityAdministration(desk: OperatorDesk): AuthorityAdministration {
  return {
    createAuthority: (vault, name, input) =>
      atDesk(desk, on('AuthorityCreate', vault, name), (spelled) => creation(desk, spelled, name, input)),
    importAuthority: (vault, name, input) =>
      atDesk(desk, on('AuthorityImport', vault, name), (spelled) => importing(desk, spelled, name, input)),
    installAuthority: (vault, name, x5c) =>
      atDesk(desk, on('AuthorityInstall', vault, name), (spelled) => installation(desk, spelled, name, x5c)),
    updateAuthority: (vault, name, change) =>
      atDesk(desk, on('AuthorityUpdate', vault, name), (spelled) => changing(desk, spelled, name, change)),
    crossCertifyAuthority: (vault, name, by) =>
      atDesk(desk, on('AuthorityCrossCertify', vault, name), (spelled) =>
        crossCertification(desk, spelled, name, by),
      ),
    listAuthorities: (vault) => listAuthorities(desk, vault),
    readAuthority: (vault, name) => readAuthority(desk, vault, name),
    readAuthorityRequest: (vault, name) => readAuthorityRequest(desk, vault, name),
  }
}

function on(verb: VerbName, vault: string, name: string): DeskCall {
  return { verb, vault, object: auditNameOf(name) }
}

function listAuthorities(desk: OperatorDesk, vault: string): Promise<AuthorityView[]> {
  return asOperator(desk, { operation: 'AuthorityList', vault }, async (reader) => {
    const settings = await requireVault(reader, vault)
    const views: AuthorityView[] = []
    for (const authority of await reader.authorities.list(settings.name, { limit: listMax }))
      views.push(await viewOf(reader, authority, desk.clock.now()))
    return views
  })
}

function readAuthority(desk: OperatorDesk, vault: string, name: string): Promise<AuthorityView> {
  const call = { operation: 'AuthorityGet', vault, object: auditNameOf(name) }
  return asOperator(desk, call, async (reader) => {
    const settings = await requireVault(reader, vault)
    return viewOf(reader, await findAuthority(reader, settings.name, name), desk.clock.now())
  })
}

function readAuthorityRequest(desk: OperatorDesk, vault: string, name: string): Promise<Der> {
  const call = { operation: 'AuthorityRequestGet', vault, object: auditNameOf(name) }
  return asOperator(desk, call, async (reader) => {
    const settings = await requireVault(reader, vault)
    return requestOf(await findAuthority(reader, settings.name, name))
  })
}
