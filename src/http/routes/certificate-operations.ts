/** The pending operation of a certificate: read, cancel, delete, merge. */
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { readCommon } from '../wire/attributes.ts'
import {
  MergeBody,
  retryAfterSeconds,
  UpdateOperationBody,
  writeCertificate,
  writeOperation,
} from '../wire/certificate.ts'

const path = '/certificates/:name/pending'

export const certificateOperationRoutes: readonly Route[] = [
  route({
    id: 'GetCertificateOperation',
    summary: 'Reads the operation, or with `Accept: application/pkcs10` its request alone.',
    verb: 'CertificatePendingGet',
    method: 'GET',
    path,
    query: ['request_id'],
    answers: { 200: answers.Operation },
    async handle({ vault, caller, params, query, header, place }) {
      const operation = await vault.readOperation(caller, params.name!, query.get('request_id'))
      const body = writeOperation(operation, place)
      if (header('accept')?.toLowerCase().includes('application/pkcs10'))
        return {
          status: 200,
          body: body.csr,
          headers: { 'content-type': 'application/pkcs10; charset=utf-8' },
        }
      if (operation.status !== 'inProgress') return ok(body)
      return { status: 200, body, headers: { 'retry-after': retryAfterSeconds } }
    },
  }),

  route({
    id: 'UpdateCertificateOperation',
    summary: 'Asks for the cancellation of an operation in progress.',
    verb: 'CertificatePendingUpdate',
    method: 'PATCH',
    path,
    body: UpdateOperationBody,
    answers: { 200: answers.Operation },
    async handle({ vault, caller, params, body, place }) {
      const operation = await vault.cancelOperation(caller, params.name!, body.cancellation_requested)
      return ok(writeOperation(operation, place))
    },
  }),

  route({
    id: 'DeleteCertificateOperation',
    summary: 'Removes the operation in whatever state, and answers its last one.',
    verb: 'CertificatePendingDelete',
    method: 'DELETE',
    path,
    answers: { 200: answers.Operation },
    async handle({ vault, caller, params, place }) {
      return ok(writeOperation(await vault.deleteOperation(caller, params.name!), place))
    },
  }),

  route({
    id: 'MergeCertificate',
    summary: 'Completes the operation with a certificate that a CA made from its request.',
    verb: 'CertificatePendingMerge',
    method: 'POST',
    path: `${path}/merge`,
    body: MergeBody,
    answers: { 201: answers.Certificate },
    async handle({ vault, caller, params, body, query, place }) {
      const view = await vault.mergeCertificate(caller, params.name!, {
        ...readCommon(body),
        chain: body.x5c,
      })
      const certificate = `${place.baseUrl}/certificates/${view.certificate.name}`
      const location = `${certificate}?api-version=${query.get('api-version')}`
      return { status: 201, body: writeCertificate(view, place), headers: { location } }
    },
  }),
]
