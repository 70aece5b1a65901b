/** The verbs on the issuer objects of a vault, and on the accounts behind them. */
import type { CertificateIssuer, CertificateIssuerInput } from '../../domain/certificate-issuer.ts'
import type { AccountFinding } from '../../issuers/issuer.ts'
import type { Page } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import { asCaller, type PreparedAct } from '../prepared-act.ts'
import type { Caller } from '../vault.ts'
import * as issuers from './administer-issuers.ts'
import { type AccountView, type AccountWish, accountChange, accountReading } from './issuer-account.ts'
import { auditNameOf, type NewIssuerInput } from './issuer-object.ts'
import { verification } from './verify-issuer.ts'

export type { CertificateIssuer, CertificateIssuerInput } from '../../domain/certificate-issuer.ts'
export type { AccountFinding } from '../../issuers/issuer.ts'
export type { AccountView, AccountWish } from './issuer-account.ts'

export interface IssuerVerbs {
  readIssuer(caller: Caller, name: string): Promise<CertificateIssuer>
  listIssuers(caller: Caller, page: Page): Promise<CertificateIssuer[]>
  setIssuer(caller: Caller, name: string, input: NewIssuerInput): Promise<CertificateIssuer>
  updateIssuer(caller: Caller, name: string, input: CertificateIssuerInput): Promise<CertificateIssuer>
  deleteIssuer(caller: Caller, name: string): Promise<CertificateIssuer>
  /** Orders nothing. */
  verifyIssuer(caller: Caller, name: string): Promise<readonly AccountFinding[]>
  readIssuerAccount(caller: Caller, name: string): Promise<AccountView>
  changeIssuerAccount(caller: Caller, name: string, wish: AccountWish): Promise<AccountView>
}

export function issuerVerbs(parts: Parts): IssuerVerbs {
  const placeOf = ({ vault }: Caller, name: string) => ({ vault: vault.name, name })
  const asking = <C, P, R>(caller: Caller, act: PreparedAct<C, P, R>) =>
    asCaller(parts.perform, caller, { name: auditNameOf(act.name) }, act)
  return {
    readIssuer: (caller, name) => issuers.readIssuer(parts, caller, name),
    listIssuers: (caller, page) => issuers.listIssuers(parts, caller, page),
    setIssuer: (caller, name, input) => issuers.setIssuer(parts, caller, name, input),
    updateIssuer: (caller, name, input) => issuers.updateIssuer(parts, caller, name, input),
    deleteIssuer: (caller, name) => issuers.deleteIssuer(parts, caller, name),
    verifyIssuer: (caller, name) => asking(caller, verification(parts, placeOf(caller, name))),
    readIssuerAccount: (caller, name) => asking(caller, accountReading(parts, placeOf(caller, name))),
    changeIssuerAccount: (caller, name, wish) =>
      asking(caller, accountChange(parts, placeOf(caller, name), wish)),
  }
}
