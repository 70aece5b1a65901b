/** The keys behind certificates: their public halves. */
import { parseVersion } from '../../domain/names.ts'
import { keyNotFound } from '../../domain/refusals.ts'
import { byName, byVersion, listRoute } from '../list-route.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { writeKey, writeKeyItem, writeKeyVersionItem } from '../wire/key.ts'

export const keyRoutes: readonly Route[] = [
  listRoute({
    id: 'GetKeys',
    summary: 'Lists the keys of the vault by name.',
    verb: 'KeyList',
    path: '/keys',
    answer: answers.KeyList,
    list: ({ vault, caller }, page) => vault.listKeys(caller, page),
    write: writeKeyItem,
    keyOf: byName,
  }),

  listRoute({
    id: 'GetKeyVersions',
    summary: 'Lists the versions of a key by their ids; an unknown name has none.',
    verb: 'KeyListVersions',
    path: '/keys/:name/versions',
    answer: answers.KeyList,
    list: ({ vault, caller, params }, page) => vault.listKeyVersions(caller, params.name!, page),
    write: writeKeyVersionItem,
    keyOf: byVersion,
  }),

  route({
    id: 'GetKey',
    summary: 'Reads the public key of a certificate as a JSON Web Key.',
    verb: 'KeyGet',
    method: 'GET',
    path: '/keys/:name/:version',
    answers: { 200: answers.Key },
    async handle({ vault, caller, params, place }) {
      const name = params.name!
      const version = params.version === '' ? undefined : parseVersion(params.version!)
      if (version === undefined && params.version !== '') throw keyNotFound(name, params.version!)
      return ok(writeKey(await vault.readKey(caller, name, version), place))
    },
  }),
]
