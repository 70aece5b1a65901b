/** Binds the verbs to their parts. */
import * as create from './create-certificate.ts'
import * as remove from './delete-certificate.ts'
import { importCertificate } from './import-certificate.ts'
import type { Parts } from './parts.ts'
import * as operation from './pending-operation.ts'
import { identityOf } from './perform.ts'
import * as read from './read-certificate.ts'
import * as key from './read-key.ts'
import * as secret from './read-secret.ts'
import * as update from './update-certificate.ts'
import type { Refusal, Vault } from './vault.ts'

/** @param begin takes the first step of an operation that was just recorded; not waited for. */
export function createVault(parts: Parts, begin: Begin): Vault {
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

    deleteCertificate: (caller, name) => remove.deleteCertificate(parts, caller, name),
    readDeletedCertificate: (caller, name) => remove.readDeletedCertificate(parts, caller, name),
    listDeletedCertificates: (caller, page, options) =>
      remove.listDeletedCertificates(parts, caller, page, options),
    recoverCertificate: (caller, name) => remove.recoverCertificate(parts, caller, name),
    purgeCertificate: (caller, name) => remove.purgeCertificate(parts, caller, name),

    readSecret: (caller, name, options) => secret.readSecret(parts, caller, name, options),
    listSecrets: (caller, page) => secret.listSecrets(parts, caller, page),
    listSecretVersions: (caller, name, page) => secret.listSecretVersions(parts, caller, name, page),
    readKey: (caller, name, version) => key.readKey(parts, caller, name, version),
    listKeys: (caller, page) => key.listKeys(parts, caller, page),
    listKeyVersions: (caller, name, page) => key.listKeyVersions(parts, caller, name, page),

    recordRefusal: (refusal) => recordRefusal(parts, refusal),
  }
}

export type Begin = (operation: Awaited<ReturnType<Vault['createCertificate']>>) => void

function recordRefusal(parts: Parts, refusal: Refusal): Promise<void> {
  const { vault, operation, origin, principal, errorCode, errorMessage } = refusal
  const identity = principal ? identityOf(principal) : ({ kind: 'anonymous' } as const)
  const record = { at: parts.clock.now(), vault, operation, identity, origin, errorCode, errorMessage }
  return parts.storage.transact((writer) => writer.journal.append({ ...record, outcome: 'refused' }))
}
