/** Deletion and what can be done afterwards: look, list, recover, purge. */
import type { CertificateItem } from '../../vault/vault.ts'
import { readIncludePending, readPage, withOneMore, writePage } from '../paging.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers.ts'
import { writeCertificate, writeDeletedCertificate, writeDeletedItem } from '../wire/certificate.ts'

export const deletedCertificateRoutes: readonly Route[] = [
  route({
    id: 'DeleteCertificate',
    summary:
      'Deletes a certificate with all versions, its key and its secret; they can be recovered for a while.',
    operation: 'CertificateDelete',
    method: 'DELETE',
    path: '/certificates/:name',
    permission: 'certificates/delete',
    answers: { 200: answers.DeletedCertificate },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedCertificate(await vault.deleteCertificate(caller, params.name!), place))
    },
  }),

  route({
    id: 'GetDeletedCertificates',
    summary: 'Lists the deleted certificates of the vault by name.',
    operation: 'CertificateListDeleted',
    method: 'GET',
    path: '/deletedcertificates',
    permission: 'certificates/read',
    query: ['maxresults', '$skiptoken', 'includePending'],
    answers: { 200: answers.DeletedCertificateList },
    async handle({ vault, caller, query, place }) {
      const page = readPage(query)
      const items = await vault.listDeletedCertificates(caller, withOneMore(page), readIncludePending(query))
      const write = (item: CertificateItem) => writeDeletedItem(item, place)
      const url = `${place.baseUrl}/deletedcertificates`
      return ok(writePage(items, page, write, ({ name }) => name, { url, query }))
    },
  }),

  route({
    id: 'GetDeletedCertificate',
    summary: 'Reads a deleted certificate.',
    operation: 'CertificateGetDeleted',
    method: 'GET',
    path: '/deletedcertificates/:name',
    permission: 'certificates/read',
    answers: { 200: answers.DeletedCertificate },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedCertificate(await vault.readDeletedCertificate(caller, params.name!), place))
    },
  }),

  route({
    id: 'RecoverDeletedCertificate',
    summary: 'Brings a deleted certificate back with all its versions under their old ids.',
    operation: 'CertificateRecover',
    method: 'POST',
    path: '/deletedcertificates/:name/recover',
    permission: 'certificates/recover/action',
    answers: { 200: answers.Certificate },
    async handle({ vault, caller, params, place }) {
      return ok(writeCertificate(await vault.recoverCertificate(caller, params.name!), place))
    },
  }),

  route({
    id: 'PurgeDeletedCertificate',
    summary: 'Removes a deleted certificate for good; its name is free again.',
    operation: 'CertificatePurge',
    method: 'DELETE',
    path: '/deletedcertificates/:name',
    permission: 'certificates/purge/action',
    answers: { 204: null },
    async handle({ vault, caller, params }) {
      await vault.purgeCertificate(caller, params.name!)
      return { status: 204 }
    },
  }),
]
