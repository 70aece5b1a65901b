/** Certificates: create, import, read, list, update, policy. */

import { parseVersion } from '../../domain/names.ts'
import { certificateNotFound } from '../../domain/refusals.ts'
import { Secret } from '../../domain/secret.ts'
import { describeCertificate } from '../../vault/certificates/describe-certificate.ts'
import { describesCertificates, readApiVersion } from '../api-version.ts'
import { byName, byVersion, listRoute } from '../list-route.ts'
import { readIncludePending } from '../paging.ts'
import { ok, type Route, type RouteRequest, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { readCommon } from '../wire/attributes.ts'
import {
  CreateBody,
  ImportBody,
  retryAfterSeconds,
  UpdateBody,
  writeCertificate,
  writeCertificateItem,
  writeCertificateVersion,
  writeDescription,
  writeOperation,
  writeVersionItem,
} from '../wire/certificate.ts'
import { PolicyBody, readPolicy, writePolicy } from '../wire/policy.ts'

export const certificateRoutes: readonly Route[] = [
  route({
    id: 'CreateCertificate',
    summary: 'Opens an operation that makes the first or the next version of a certificate.',
    verb: 'CertificateCreate',
    method: 'POST',
    path: '/certificates/:name/create',
    body: CreateBody,
    answers: { 202: answers.Operation },
    async handle({ vault, caller, params, body, query, place }) {
      const operation = await vault.createCertificate(caller, params.name!, {
        ...readCommon(body),
        ...(body.policy && { policy: readPolicy(body.policy) }),
        ...(body.preserveCertOrder !== undefined && { preserveCertOrder: body.preserveCertOrder }),
      })
      const answer = writeOperation(operation, place)
      const location = `${answer.id}?api-version=${query.get('api-version')}&request_id=${operation.requestId}`
      return { status: 202, body: answer, headers: { location, 'retry-after': retryAfterSeconds } }
    },
  }),

  route({
    id: 'ImportCertificate',
    summary: 'Makes a version of a certificate out of a PFX or PEM that holds it with its private key.',
    verb: 'CertificateImport',
    method: 'POST',
    path: '/certificates/:name/import',
    body: ImportBody,
    answers: { 200: answers.Certificate },
    async handle({ vault, caller, params, body, place }) {
      const view = await vault.importCertificate(caller, params.name!, {
        ...readCommon(body),
        value: new Secret(body.value),
        ...(body.pwd !== undefined && { password: new Secret(body.pwd) }),
        ...(body.policy && { policy: readPolicy(body.policy) }),
        ...(body.preserveCertOrder !== undefined && { preserveCertOrder: body.preserveCertOrder }),
      })
      return ok(writeCertificate(view, place))
    },
  }),

  listRoute({
    id: 'GetCertificates',
    summary: 'Lists the certificates of the vault by name.',
    verb: 'CertificateList',
    path: '/certificates',
    query: ['includePending'],
    answer: answers.CertificateList,
    list: ({ vault, caller, query }, page) => vault.listCertificates(caller, page, readIncludePending(query)),
    write: writeCertificateItem,
    keyOf: byName,
  }),

  listRoute({
    id: 'GetCertificateVersions',
    summary: 'Lists the versions of a certificate by their ids; an unknown name has none.',
    verb: 'CertificateListVersions',
    path: '/certificates/:name/versions',
    answer: answers.CertificateList,
    list: ({ vault, caller, params }, page) => vault.listCertificateVersions(caller, params.name!, page),
    write: writeVersionItem,
    keyOf: byVersion,
  }),

  route({
    id: 'GetCertificate',
    summary: 'Reads a certificate: the current version with the policy, or one version alone.',
    verb: 'CertificateGet',
    method: 'GET',
    path: '/certificates/:name/:version',
    answers: { 200: answers.CertificateOrVersion },
    async handle(request) {
      const { vault, caller, params, place, query } = request
      if (params.version === '')
        return ok(writeCertificate(await vault.readCertificate(caller, params.name!), place))
      const view = await vault.readCertificateVersion(caller, params.name!, versionOf(request))
      const body = writeCertificateVersion(view, place)
      if (!describesCertificates(readApiVersion(query.get('api-version')))) return ok(body)
      return ok({ ...body, ...writeDescription(describeCertificate(view.version)) })
    },
  }),

  route({
    id: 'UpdateCertificate',
    summary: 'Changes attributes, tags and policy; members that are not sent stay.',
    verb: 'CertificateUpdate',
    method: 'PATCH',
    path: '/certificates/:name/:version',
    body: UpdateBody,
    answers: { 200: answers.CertificateOrVersion },
    async handle(request) {
      const { vault, caller, params, body, place } = request
      const input = { ...readCommon(body), ...(body.policy && { policy: readPolicy(body.policy) }) }
      if (params.version === '')
        return ok(writeCertificate(await vault.updateCertificate(caller, params.name!, input), place))
      const view = await vault.updateCertificateVersion(caller, params.name!, versionOf(request), input)
      return ok(writeCertificateVersion(view, place))
    },
  }),

  route({
    id: 'GetCertificatePolicy',
    summary: 'Reads the policy by which the next version is made.',
    verb: 'CertificatePolicyGet',
    method: 'GET',
    path: '/certificates/:name/policy',
    answers: { 200: answers.Policy },
    async handle({ vault, caller, params, place }) {
      const certificate = await vault.readPolicy(caller, params.name!)
      return ok(writePolicy(certificate, `${place.baseUrl}/certificates/${certificate.name}`))
    },
  }),

  route({
    id: 'UpdateCertificatePolicy',
    summary: 'Changes the members of the policy that are sent; no version is made.',
    verb: 'CertificatePolicyUpdate',
    method: 'PATCH',
    path: '/certificates/:name/policy',
    body: PolicyBody,
    answers: { 200: answers.Policy },
    async handle({ vault, caller, params, body, place }) {
      const certificate = await vault.updatePolicy(caller, params.name!, readPolicy(body))
      return ok(writePolicy(certificate, `${place.baseUrl}/certificates/${certificate.name}`))
    },
  }),
]

/** No version has an id of another form. */
function versionOf({ params }: RouteRequest): string {
  const version = parseVersion(params.version!)
  if (version === undefined) throw certificateNotFound(params.name!, params.version!)
  return version
}
