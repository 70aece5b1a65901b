/** Deletion of keys and what can be done afterwards: look, list, recover, purge. */
import { byName, listRoute } from '../list-route.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { writeDeletedKey, writeDeletedKeyItem, writeKey } from '../wire/key.ts'

export const deletedKeyRoutes: readonly Route[] = [
  route({
    id: 'DeleteKey',
    summary: 'Deletes a key with all versions; they can be recovered for a while.',
    verb: 'KeyDelete',
    method: 'DELETE',
    path: '/keys/:name',
    answers: { 200: answers.DeletedKey },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedKey(await vault.deleteKey(caller, params.name!), place))
    },
  }),

  listRoute({
    id: 'GetDeletedKeys',
    summary: 'Lists the deleted keys of the vault by name, those of deleted certificates among them.',
    verb: 'KeyListDeleted',
    path: '/deletedkeys',
    answer: answers.DeletedKeyList,
    list: ({ vault, caller }, page) => vault.listDeletedKeys(caller, page),
    write: writeDeletedKeyItem,
    keyOf: byName,
  }),

  route({
    id: 'GetDeletedKey',
    summary: 'Reads a deleted key: its public half.',
    verb: 'KeyGetDeleted',
    method: 'GET',
    path: '/deletedkeys/:name',
    answers: { 200: answers.DeletedKey },
    async handle({ vault, caller, params, place }) {
      return ok(writeDeletedKey(await vault.readDeletedKey(caller, params.name!), place))
    },
  }),

  route({
    id: 'RecoverDeletedKey',
    summary: 'Brings a deleted key back with all its versions under their old ids.',
    verb: 'KeyRecover',
    method: 'POST',
    path: '/deletedkeys/:name/recover',
    answers: { 200: answers.Key },
    async handle({ vault, caller, params, place }) {
      return ok(writeKey(await vault.recoverKey(caller, params.name!), place))
    },
  }),

  route({
    id: 'PurgeDeletedKey',
    summary: 'Removes a deleted key for good; its name is free again.',
    verb: 'KeyPurge',
    method: 'DELETE',
    path: '/deletedkeys/:name',
    answers: { 204: null },
    async handle({ vault, caller, params }) {
      await vault.purgeKey(caller, params.name!)
      return { status: 204 }
    },
  }),
]
