/** The verbs on the issuer objects of a vault. */
import type { CertificateIssuer, CertificateIssuerInput } from '../../domain/certificate-issuer.ts'
import type { Page } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import * as issuers from './administer-issuers.ts'
import type { NewIssuerInput } from './issuer-object.ts'

export type { CertificateIssuer, CertificateIssuerInput } from '../../domain/certificate-issuer.ts'

export interface IssuerVerbs {
  readIssuer(caller: Caller, name: string): Promise<CertificateIssuer>
  listIssuers(caller: Caller, page: Page): Promise<CertificateIssuer[]>
  setIssuer(caller: Caller, name: string, input: NewIssuerInput): Promise<CertificateIssuer>
  updateIssuer(caller: Caller, name: string, input: CertificateIssuerInput): Promise<CertificateIssuer>
  deleteIssuer(caller: Caller, name: string): Promise<CertificateIssuer>
}

export function issuerVerbs(parts: Parts): IssuerVerbs {
  return {
    readIssuer: (caller, name) => issuers.readIssuer(parts, caller, name),
    listIssuers: (caller, page) => issuers.listIssuers(parts, caller, page),
    setIssuer: (caller, name, input) => issuers.setIssuer(parts, caller, name, input),
    updateIssuer: (caller, name, input) => issuers.updateIssuer(parts, caller, name, input),
    deleteIssuer: (caller, name) => issuers.deleteIssuer(parts, caller, name),
  }
}
