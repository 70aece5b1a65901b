/** Deletion of secrets and what can be done afterwards: look, list, recover, purge. */
import { byName, listRoute } from '../list-route.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { writeDeletedSecret, writeDeletedSecretItem, writeSecretProperties } from '../wire/secret.ts'

export const deletedSecretRoutes: readonly Route[] = [
  route({
    id: 'DeleteSecret',
    summary: 'Deletes a secret with all versions; they can be recovered for a while.',
    verb: 'SecretDelete',
    method: 'DELETE',
    path: '/secrets/:name',
    answers: { 200: answers.DeletedSecret },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedSecret(await vault.deleteSecret(caller, params.name!), place))
    },
  }),

  listRoute({
    id: 'GetDeletedSecrets',
    summary: 'Lists the deleted secrets of the vault by name, those of deleted certificates among them.',
    verb: 'SecretListDeleted',
    path: '/deletedsecrets',
    answer: answers.DeletedSecretList,
    list: ({ vault, caller }, page) => vault.listDeletedSecrets(caller, page),
    write: writeDeletedSecretItem,
    keyOf: byName,
  }),

  route({
    id: 'GetDeletedSecret',
    summary: 'Reads a deleted secret, without its value.',
    verb: 'SecretGetDeleted',
    method: 'GET',
    path: '/deletedsecrets/:name',
    answers: { 200: answers.DeletedSecret },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedSecret(await vault.readDeletedSecret(caller, params.name!), place))
    },
  }),

  route({
    id: 'RecoverDeletedSecret',
    summary: 'Brings a deleted secret back with all its versions under their old ids.',
    verb: 'SecretRecover',
    method: 'POST',
    path: '/deletedsecrets/:name/recover',
    answers: { 200: answers.SecretProperties },
    async handle({ vault, caller, params, place }) {
      return ok(writeSecretProperties(await vault.recoverSecret(caller, params.name!), place))
    },
  }),

  route({
    id: 'PurgeDeletedSecret',
    summary: 'Removes a deleted secret for good; its name is free again.',
    verb: 'SecretPurge',
    method: 'DELETE',
    path: '/deletedsecrets/:name',
    answers: { 204: null },
    async handle({ vault, caller, params }) {
      await vault.purgeSecret(caller, params.name!)
      return { status: 204 }
    },
  }),
]
