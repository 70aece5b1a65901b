/** Revocation of versions, and of whatever else an authority issued. Key Vault has none of it. */

import { parseVersion } from '../../domain/names.ts'
import { certificateNotFound } from '../../domain/refusals.ts'
import { listRoute } from '../list-route.ts'
import { ok, type Route, type RouteRequest, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import {
  ReleaseIssuedBody,
  RevokeBody,
  RevokeIssuedBody,
  readRevocationWish,
  serialOf,
  writeIssued,
  writeIssuedItem,
  writeRevocation,
} from '../wire/revocation.ts'

const versionPath = '/certificates/:name/:version'
const authorityPath = '/authorities/:name'

export const revocationRoutes: readonly Route[] = [
  route({
    id: 'RevokeCertificate',
    summary: 'Revokes a version at the CA that signed it, or puts it on hold.',
    verb: 'CertificateRevoke',
    method: 'POST',
    path: `${versionPath}/revoke`,
    body: RevokeBody,
    answers: { 200: answers.Revocation },
    async handle(request) {
      const { vault, caller, params, body, place } = request
      const wish = readRevocationWish(body)
      const view = await vault.revokeCertificate(caller, params.name!, versionOf(request), wish)
      return ok(writeRevocation(view, place))
    },
  }),

  route({
    id: 'ReleaseCertificate',
    summary: 'Lifts the hold of a version; what is revoked for good stays so.',
    verb: 'CertificateRevocationRelease',
    method: 'POST',
    path: `${versionPath}/release`,
    answers: { 200: answers.Revocation },
    async handle(request) {
      const { vault, caller, params, place } = request
      const view = await vault.releaseCertificate(caller, params.name!, versionOf(request))
      return ok(writeRevocation(view, place))
    },
  }),

  route({
    id: 'GetCertificateRevocation',
    summary: 'Tells whether a version is revoked, as far as the vault knows.',
    verb: 'CertificateRevocationGet',
    method: 'GET',
    path: `${versionPath}/revocation`,
    answers: { 200: answers.Revocation },
    async handle(request) {
      const { vault, caller, params, place } = request
      return ok(writeRevocation(await vault.readRevocation(caller, params.name!, versionOf(request)), place))
    },
  }),

  route({
    id: 'RevokeIssuedCertificate',
    summary: 'Revokes what an authority issued, or puts it on hold, by its serial number.',
    verb: 'AuthorityCertificateRevoke',
    method: 'POST',
    path: `${authorityPath}/revoke`,
    body: RevokeIssuedBody,
    answers: { 200: answers.Issued },
    async handle({ vault, caller, params, body, place }) {
      const wish = readRevocationWish(body)
      return ok(writeIssued(await vault.revokeIssued(caller, params.name!, body.serial_number, wish), place))
    },
  }),

  route({
    id: 'ReleaseIssuedCertificate',
    summary: 'Lifts the hold of what an authority issued.',
    verb: 'AuthorityCertificateRelease',
    method: 'POST',
    path: `${authorityPath}/release`,
    body: ReleaseIssuedBody,
    answers: { 200: answers.Issued },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeIssued(await vault.releaseIssued(caller, params.name!, body.serial_number), place))
    },
  }),

  listRoute({
    id: 'GetIssuedCertificates',
    summary: 'Lists all that an authority issued, by serial number.',
    verb: 'AuthorityCertificateList',
    path: `${authorityPath}/issued`,
    answer: answers.IssuedList,
    list: ({ vault, caller, params }, page) => vault.listIssued(caller, params.name!, page),
    write: writeIssuedItem,
    keyOf: serialOf,
  }),

  route({
    id: 'GetIssuedCertificate',
    summary: 'Reads what an authority issued under a serial number, and how it stands.',
    verb: 'AuthorityCertificateGet',
    method: 'GET',
    path: `${authorityPath}/issued/:serial`,
    answers: { 200: answers.Issued },
    async handle({ vault, caller, params, place }) {
      return ok(writeIssued(await vault.readIssued(caller, params.name!, params.serial!), place))
    },
  }),
]

/** The current version where the path has none. No version has an id of another form. */
function versionOf({ params }: RouteRequest): string | undefined {
  if (params.version === '') return undefined
  const version = parseVersion(params.version!)
  if (version === undefined) throw certificateNotFound(params.name!, params.version!)
  return version
}
