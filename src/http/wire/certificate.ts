/** Certificates, their lists, deleted ones and operations: domain -> JSON. The order of members is Key Vault's. */
import Type from 'typebox'
import type { Deletion, VaultSettings, VersionSummary } from '../../domain/certificate.ts'
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import { waitingForIssuer, waitingForMerge, waitsForPerson } from '../../domain/certificate-operation.ts'
import type {
  CertificateDescription,
  CertificateItem,
  CertificateView,
  VersionView,
} from '../../vault/vault.ts'
import {
  AttributesBody,
  base64,
  base64url,
  TagsBody,
  writeAttributes,
  writeFullAttributes,
  writeTags,
} from './attributes.ts'
import { PolicyBody, writeNames, writePolicy } from './policy.ts'

const common = {
  policy: Type.Optional(PolicyBody),
  attributes: Type.Optional(AttributesBody),
  tags: Type.Optional(TagsBody),
}

export const CreateBody = Type.Object({ ...common, preserveCertOrder: Type.Optional(Type.Boolean()) })

export const ImportBody = Type.Object({
  value: Type.String(),
  pwd: Type.Optional(Type.String()),
  ...common,
  preserveCertOrder: Type.Optional(Type.Boolean()),
})

/** The entries are certificates in any of the forms that clients send. */
export const MergeBody = Type.Object({
  x5c: Type.Array(Type.String(), { minItems: 1 }),
  attributes: Type.Optional(AttributesBody),
  tags: Type.Optional(TagsBody),
})

export const UpdateBody = Type.Object(common)

export const UpdateOperationBody = Type.Object({ cancellation_requested: Type.Boolean() })

/** Where the caller found the vault, and what the vault is set to: what answers are made with. */
export interface Place {
  /** `https://host[:port]`. */
  readonly baseUrl: string
  readonly settings: VaultSettings
}

/** The unversioned view: with policy, and `pending` where there is an operation. */
export function writeCertificate({ certificate, version }: CertificateView, place: Place) {
  const id = `${place.baseUrl}/certificates/${certificate.name}`
  return {
    ...(version
      ? writeContents(certificate.name, version, place)
      : writeShell(certificate.name, certificate.current, place)),
    policy: writePolicy(certificate, id),
    ...(certificate.hasOperation && { pending: { id: `${id}/pending` } }),
  }
}

/** One version by its id: neither policy nor pending. */
export function writeCertificateVersion({ name, version }: VersionView, place: Place) {
  return writeContents(name, version, place)
}

export function writeDeletedCertificate(view: CertificateView, place: Place) {
  const { name, deleted } = view.certificate
  return { ...writeDeletion(name, deleted!, place), ...writeCertificate(view, place) }
}

/** One row of a list: Key Vault adds an empty subject, and no document says why. */
export function writeCertificateItem({ name, current }: CertificateItem, { baseUrl }: Place) {
  return writeItem(`${baseUrl}/certificates/${name}`, current)
}

export function writeVersionItem(summary: VersionSummary, { baseUrl }: Place, name: string) {
  return writeItem(`${baseUrl}/certificates/${name}/${summary.version}`, summary)
}

export function writeDeletedItem({ name, current, deleted }: CertificateItem, place: Place) {
  return {
    ...writeDeletion(name, deleted!, place),
    id: `${place.baseUrl}/certificates/${name}`,
    ...writeThumbprint(current),
    attributes: writeFullAttributes(current, place.settings),
    ...writeTags(current),
  }
}

/** What Key Vault tells clients to wait between two looks at an operation, in seconds. */
export const retryAfterSeconds = '10'

export function writeOperation(operation: CertificateOperation, { baseUrl }: Place) {
  const { name, status, error, policy } = operation
  const certificate = `${baseUrl}/certificates/${name}`
  return {
    id: `${certificate}/pending`,
    issuer: { name: policy.issuer.name },
    csr: base64(operation.request),
    cancellation_requested: operation.cancellationRequested,
    status,
    ...(status === 'inProgress' && { status_details: operation.statusDetails ?? detailsOf(operation) }),
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(status === 'completed' && { target: certificate }),
    ...(operation.preserveCertOrder !== undefined && { preserveCertOrder: operation.preserveCertOrder }),
    request_id: operation.requestId,
  }
}

function detailsOf(operation: CertificateOperation): string {
  return waitsForPerson(operation) ? waitingForMerge : waitingForIssuer
}

/** Under version 7.2 of the API alone, the names and number that stand in a certificate. */
export function writeDescription({ subject, issuer, sans, serialNumber }: CertificateDescription) {
  return {
    subject,
    issuer,
    sans: sans ? writeNames(sans) : {},
    serialnumber: Buffer.from(serialNumber).toString('hex').toUpperCase(),
  }
}

function writeContents(name: string, version: VersionView['version'], { baseUrl, settings }: Place) {
  const path = `${name}/${version.version}`
  return {
    id: `${baseUrl}/certificates/${path}`,
    kid: `${baseUrl}/keys/${path}`,
    sid: `${baseUrl}/secrets/${path}`,
    x5t: base64url(version.thumbprint),
    cer: base64(version.certificate),
    attributes: writeFullAttributes(version, settings),
    ...writeTags(version),
    ...(version.preserveCertOrder !== undefined && { preserveCertOrder: version.preserveCertOrder }),
  }
}

/** A certificate whose first version was never issued: it has an id and dates, and nothing to show. */
function writeShell(name: string, shell: VersionSummary, { baseUrl, settings }: Place) {
  return {
    id: `${baseUrl}/certificates/${name}/${shell.version}`,
    attributes: writeFullAttributes(shell, settings),
    ...writeTags(shell),
  }
}

function writeItem(id: string, summary: VersionSummary) {
  return {
    id,
    ...writeThumbprint(summary),
    attributes: writeAttributes(summary),
    ...writeTags(summary),
    subject: '',
  }
}

function writeThumbprint({ thumbprint }: VersionSummary) {
  return thumbprint ? { x5t: base64url(thumbprint) } : {}
}

function writeDeletion(name: string, deletion: Deletion, { baseUrl }: Place) {
  return {
    recoveryId: `${baseUrl}/deletedcertificates/${name}`,
    deletedDate: deletion.at,
    scheduledPurgeDate: deletion.scheduledPurgeAt,
  }
}
