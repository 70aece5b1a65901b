/** What the operator at the machine does: applications, their roles, vaults, issuers, and authorities. The type that the commands receive. */
import { findRole } from '../../access/roles.ts'
import type { VaultSettings } from '../../domain/certificate.ts'
import type { IssuerSettings } from '../../domain/certificate-issuer.ts'
import { newGuid } from '../../domain/guid.ts'
import { type AuthorityAdministration, authorityAdministration } from '../authorities/operate-authorities.ts'
import * as issuer from '../issuers/operate-issuers.ts'
import { type RevocationAdministration, revocationAdministration } from '../revocation/operate-revocation.ts'
import * as vault from '../vaults/administer-vaults.ts'
import * as application from './administer-applications.ts'
import * as role from './administer-roles.ts'
import { type OperatorDesk, recordAct } from './operator-verb.ts'

export type {
  AuthorityChange,
  AuthorityInput,
  AuthorityView,
  ImportAuthorityInput,
} from '../authorities/operate-authorities.ts'
export type {
  AccountFinding,
  AccountView,
  AccountWish,
  CaDescription,
  CertificateIssuer,
  NewIssuerInput,
} from '../issuers/operate-issuers.ts'
export type {
  IssuedCertificate,
  IssuedPlace,
  Revocation,
  RevocationView,
  RevocationWish,
  VersionPlace,
} from '../revocation/operate-revocation.ts'
export type { VaultChange, VaultChoices } from '../vaults/administer-vaults.ts'
export type { ApplicationCredentials, ApplicationView } from './administer-applications.ts'
export type { RoleAssignmentView, RoleSelection } from './administer-roles.ts'

export interface Administration extends AuthorityAdministration, RevocationAdministration {
  createApplication(name: string): Promise<application.ApplicationCredentials>
  listApplications(): Promise<application.ApplicationView[]>
  /** Here and below, an application is selected by name, application id or object id. */
  readApplication(app: string): Promise<application.ApplicationView>
  /** Without a name: of the first administrator. */
  credentialsOf(app?: string): Promise<application.ApplicationCredentials>
  removeApplication(app: string): Promise<application.ApplicationView>
  assignRole(selection: role.RoleSelection): Promise<role.RoleAssignmentView[]>
  listAssignments(app?: string): Promise<role.RoleAssignmentView[]>
  removeAssignment(target: string | role.RoleSelection): Promise<role.RoleAssignmentView[]>
  createVault(name: string, choices: vault.VaultChoices): Promise<VaultSettings>
  listVaults(): Promise<VaultSettings[]>
  /** @throws VaultError `VaultNotFound`. */
  readVault(name: string): Promise<VaultSettings>
  updateVault(name: string, change: vault.VaultChange): Promise<VaultSettings>
  addIssuer(vault: string, name: string, input: issuer.NewIssuerInput): Promise<issuer.CertificateIssuer>
  listIssuers(vault: string): Promise<issuer.CertificateIssuer[]>
  readIssuer(vault: string, name: string): Promise<issuer.CertificateIssuer>
  removeIssuer(vault: string, name: string): Promise<issuer.CertificateIssuer>
  verifyIssuer(vault: string, name: string): Promise<readonly issuer.AccountFinding[]>
  readIssuerAccount(vault: string, name: string): Promise<issuer.AccountView>
  changeIssuerAccount(vault: string, name: string, wish: issuer.AccountWish): Promise<issuer.AccountView>
  /** Of a CA that there may be no issuer for yet. */
  describeCa(vault: string, provider: string, settings: IssuerSettings): Promise<issuer.CaDescription>
  /** @returns whether this call made it. */
  ensureFirstAdministrator(): Promise<boolean>
}

export function createAdministration(desk: OperatorDesk): Administration {
  return {
    createApplication: (name) => application.createApplication(desk, name),
    listApplications: () => application.listApplications(desk),
    readApplication: (app) => application.readApplication(desk, app),
    credentialsOf: (app = firstAdministratorName) => application.credentialsOf(desk, app),
    removeApplication: (app) => application.removeApplication(desk, app),
    assignRole: (selection) => role.assignRole(desk, selection),
    listAssignments: (app) => role.listAssignments(desk, app),
    removeAssignment: (target) =>
      typeof target === 'string'
        ? role.removeAssignment(desk, target)
        : role.removeSelectedAssignments(desk, target),
    createVault: (name, choices) => vault.createVault(desk, name, choices),
    listVaults: () => vault.listVaults(desk),
    readVault: (name) => vault.readVault(desk, name),
    updateVault: (name, change) => vault.updateVault(desk, name, change),
    addIssuer: (vaultName, name, input) => issuer.addIssuer(desk, vaultName, name, input),
    listIssuers: (vaultName) => issuer.listIssuers(desk, vaultName),
    readIssuer: (vaultName, name) => issuer.readIssuer(desk, vaultName, name),
    removeIssuer: (vaultName, name) => issuer.removeIssuer(desk, vaultName, name),
    verifyIssuer: (vaultName, name) => issuer.verifyIssuer(desk, vaultName, name),
    readIssuerAccount: (vaultName, name) => issuer.readIssuerAccount(desk, vaultName, name),
    changeIssuerAccount: (vaultName, name, wish) => issuer.changeIssuerAccount(desk, vaultName, name, wish),
    describeCa: (vaultName, provider, settings) => issuer.describeCa(desk, vaultName, provider, settings),
    ...authorityAdministration(desk),
    ...revocationAdministration(desk),
    ensureFirstAdministrator: () => ensureFirstAdministrator(desk),
  }
}

/** The application of the first minutes. */
const firstAdministratorName = 'administrator'
const settingName = 'first-administrator'
const administratorRole = findRole('Key Vault Administrator')!

/** Once for an installation: an administrator that was removed does not come back. */
async function ensureFirstAdministrator(desk: OperatorDesk): Promise<boolean> {
  const { application: administrator } = application.makeApplication(desk, firstAdministratorName)
  const ids = application.idsOf(administrator)
  return desk.storage.transact(async (writer) => {
    if ((await writer.settings.get(settingName)) !== undefined) return false
    await writer.settings.set(settingName, administrator.applicationId)
    await writer.identities.insertApplication(administrator)
    await recordAct(desk, writer, { operation: 'ApplicationCreate' }, ids)
    const { id } = await writer.identities.addAssignment({
      id: newGuid(desk.random),
      roleId: administratorRole.id,
      principalId: administrator.objectId,
      scope: {},
    })
    const facts = { ...ids, role: administratorRole.name, scopes: '/', assignments: id }
    await recordAct(desk, writer, { operation: 'RoleAssignmentCreate' }, facts)
    return true
  })
}
