/** Deletion and what can be done afterwards: look, list, recover, purge. */

import { byName, listRoute } from '../list-route.ts'
import { readIncludePending } from '../paging.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { writeCertificate, writeDeletedCertificate, writeDeletedItem } from '../wire/certificate.ts'

export const deletedCertificateRoutes: readonly Route[] = [
  route({
    id: 'DeleteCertificate',
    summary:
      'Deletes a certificate with all versions, its key and its secret; they can be recovered for a while.',
    verb: 'CertificateDelete',
    method: 'DELETE',
    path: '/certificates/:name',
    answers: { 200: answers.DeletedCertificate },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedCertificate(await vault.deleteCertificate(caller, params.name!), place))
    },
  }),

  listRoute({
    id: 'GetDeletedCertificates',
    summary: 'Lists the deleted certificates of the vault by name.',
    verb: 'CertificateListDeleted',
    path: '/deletedcertificates',
    query: ['includePending'],
    answer: answers.DeletedCertificateList,
    list: ({ vault, caller, query }, page) =>
      vault.listDeletedCertificates(caller, page, readIncludePending(query)),
    write: writeDeletedItem,
    keyOf: byName,
  }),

  route({
    id: 'GetDeletedCertificate',
    summary: 'Reads a deleted certificate.',
    verb: 'CertificateGetDeleted',
    method: 'GET',
    path: '/deletedcertificates/:name',
    answers: { 200: answers.DeletedCertificate },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedCertificate(await vault.readDeletedCertificate(caller, params.name!), place))
    },
  }),

  route({
    id: 'RecoverDeletedCertificate',
    summary: 'Brings a deleted certificate back with all its versions under their old ids.',
    verb: 'CertificateRecover',
    method: 'POST',
    path: '/deletedcertificates/:name/recover',
    answers: { 200: answers.Certificate },
    async handle({ vault, caller, params, place }) {
      return ok(writeCertificate(await vault.recoverCertificate(caller, params.name!), place))
    },
  }),

  route({
    id: 'PurgeDeletedCertificate',
    summary: 'Removes a deleted certificate for good; its name is free again.',
    verb: 'CertificatePurge',
    method: 'DELETE',
    path: '/deletedcertificates/:name',
    answers: { 204: null },
    async handle({ vault, caller, params }) {
      await vault.purgeCertificate(caller, params.name!)
      return { status: 204 }
    },
  }),
]
