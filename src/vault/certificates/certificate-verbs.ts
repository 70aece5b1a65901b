/** The verbs on certificates and their operations: what they take and answer, and the files that do it. */
import type { Certificate, CertificateVersion, Tags, VersionSummary } from '../../domain/certificate.ts'
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import type { PolicyInput } from '../../domain/policy-input.ts'
import type { Secret } from '../../domain/secret.ts'
import type { SubjectAlternativeNames } from '../../domain/subject.ts'
import type { CertificateItem, Page } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import * as create from './create-certificate.ts'
import * as remove from './delete-certificate.ts'
import { importCertificate } from './import-certificate.ts'
import { mergeCertificate } from './merge-certificate.ts'
import * as operation from './pending-operation.ts'
import * as read from './read-certificate.ts'
import * as update from './update-certificate.ts'

export interface CreateCertificateInput {
  readonly policy?: PolicyInput
  readonly enabled?: boolean
  readonly tags?: Tags
  readonly preserveCertOrder?: boolean
}

export interface ImportCertificateInput {
  /** As sent: base64 of a PFX, base64 of PEM text, or PEM text itself. */
  readonly value: Secret<string>
  readonly password?: Secret<string>
  readonly policy?: PolicyInput
  readonly enabled?: boolean
  readonly tags?: Tags
  readonly preserveCertOrder?: boolean
}

export interface MergeCertificateInput {
  /** As sent, in any order: each the base64 of DER, of PEM text or its body, or of a PKCS#7. */
  readonly chain: readonly string[]
  /** What is absent is as it was asked for at creation. */
  readonly enabled?: boolean
  readonly tags?: Tags
}

export interface UpdateCertificateInput {
  readonly policy?: PolicyInput
  readonly enabled?: boolean
  readonly tags?: Tags
}

/** The unversioned view: the certificate and its current version, if one was issued. */
export interface CertificateView {
  readonly certificate: Certificate
  readonly version: CertificateVersion | undefined
}

/** One version by its id: neither policy nor pending. */
export interface VersionView {
  readonly name: string
  readonly version: CertificateVersion
}

/** What stands in the certificate of a version. */
export interface CertificateDescription {
  /** In the spelling of Windows, as policies have it. */
  readonly subject: string
  readonly issuer: string
  readonly sans: SubjectAlternativeNames | undefined
  readonly serialNumber: Uint8Array
}

export interface CertificateVerbs {
  createCertificate(
    caller: Caller,
    name: string,
    input: CreateCertificateInput,
  ): Promise<CertificateOperation>
  importCertificate(caller: Caller, name: string, input: ImportCertificateInput): Promise<CertificateView>

  readCertificate(caller: Caller, name: string): Promise<CertificateView>
  readCertificateVersion(caller: Caller, name: string, version: string): Promise<VersionView>
  listCertificates(
    caller: Caller,
    page: Page,
    options: { includePending: boolean },
  ): Promise<CertificateItem[]>
  listCertificateVersions(caller: Caller, name: string, page: Page): Promise<VersionSummary[]>
  updateCertificate(caller: Caller, name: string, input: UpdateCertificateInput): Promise<CertificateView>
  updateCertificateVersion(
    caller: Caller,
    name: string,
    version: string,
    input: UpdateCertificateInput,
  ): Promise<VersionView>
  readPolicy(caller: Caller, name: string): Promise<Certificate>
  updatePolicy(caller: Caller, name: string, input: PolicyInput): Promise<Certificate>

  /** `requestId` filters: an operation with another id is not found. */
  readOperation(caller: Caller, name: string, requestId?: string): Promise<CertificateOperation>
  cancelOperation(caller: Caller, name: string, cancellationRequested: boolean): Promise<CertificateOperation>
  deleteOperation(caller: Caller, name: string): Promise<CertificateOperation>
  mergeCertificate(caller: Caller, name: string, input: MergeCertificateInput): Promise<CertificateView>

  deleteCertificate(caller: Caller, name: string): Promise<CertificateView>
  readDeletedCertificate(caller: Caller, name: string): Promise<CertificateView>
  listDeletedCertificates(
    caller: Caller,
    page: Page,
    options: { includePending: boolean },
  ): Promise<CertificateItem[]>
  recoverCertificate(caller: Caller, name: string): Promise<CertificateView>
  purgeCertificate(caller: Caller, name: string): Promise<void>
}

export type Begin = (operation: CertificateOperation) => void

/** @param begin takes the first step of an operation that was just recorded; not waited for. */
export function certificateVerbs(parts: Parts, begin: Begin): CertificateVerbs {
  return {
    async createCertificate(caller, name, input) {
      const created = await create.createCertificate(parts, caller, name, input)
      begin(created)
      return created
    },
    importCertificate: (caller, name, input) => importCertificate(parts, caller, name, input),

    readCertificate: (caller, name) => read.readCertificate(parts, caller, name),
    readCertificateVersion: (caller, name, version) =>
      read.readCertificateVersion(parts, caller, name, version),
    listCertificates: (caller, page, options) => read.listCertificates(parts, caller, page, options),
    listCertificateVersions: (caller, name, page) => read.listCertificateVersions(parts, caller, name, page),
    updateCertificate: (caller, name, input) => update.updateCertificate(parts, caller, name, input),
    updateCertificateVersion: (caller, name, version, input) =>
      update.updateCertificateVersion(parts, caller, name, version, input),
    readPolicy: (caller, name) => read.readPolicy(parts, caller, name),
    updatePolicy: (caller, name, input) => update.updatePolicy(parts, caller, name, input),

    readOperation: (caller, name, requestId) => operation.readOperation(parts, caller, name, requestId),
    async cancelOperation(caller, name, cancellationRequested) {
      const cancelling = await operation.cancelOperation(parts, caller, name, cancellationRequested)
      begin(cancelling)
      return cancelling
    },
    deleteOperation: (caller, name) => operation.deleteOperation(parts, caller, name),
    mergeCertificate: (caller, name, input) => mergeCertificate(parts, caller, name, input),

    deleteCertificate: (caller, name) => remove.deleteCertificate(parts, caller, name),
    readDeletedCertificate: (caller, name) => remove.readDeletedCertificate(parts, caller, name),
    listDeletedCertificates: (caller, page, options) =>
      remove.listDeletedCertificates(parts, caller, page, options),
    recoverCertificate: (caller, name) => remove.recoverCertificate(parts, caller, name),
    purgeCertificate: (caller, name) => remove.purgeCertificate(parts, caller, name),
  }
}
