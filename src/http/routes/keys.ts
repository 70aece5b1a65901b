/** The keys behind certificates: their public halves. */
import { parseVersion } from '../../domain/names.ts'
import { keyNotFound } from '../../domain/refusals.ts'
import type { ManagedItem } from '../../vault/vault.ts'
import { readPage, withOneMore, writePage } from '../paging.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers.ts'
import { writeKey, writeKeyItem, writeKeyVersionItem } from '../wire/secret-and-key.ts'

export const keyRoutes: readonly Route[] = [
  route({
    id: 'GetKeys',
    summary: 'Lists the keys of the vault by name.',
    operation: 'KeyList',
    method: 'GET',
    path: '/keys',
    permission: 'keys/read',
    query: ['maxresults', '$skiptoken'],
    answers: { 200: answers.KeyList },
    async handle({ vault, caller, query, place }) {
      const page = readPage(query)
      const items = await vault.listKeys(caller, withOneMore(page))
      const write = (item: ManagedItem) => writeKeyItem(item, place)
      return ok(writePage(items, page, write, ({ name }) => name, { url: `${place.baseUrl}/keys`, query }))
    },
  }),

  route({
    id: 'GetKeyVersions',
    summary: 'Lists the versions of a key by their ids; an unknown name has none.',
    operation: 'KeyListVersions',
    method: 'GET',
    path: '/keys/:name/versions',
    permission: 'keys/read',
    query: ['maxresults', '$skiptoken'],
    answers: { 200: answers.KeyList },
    async handle({ vault, caller, params, query, place }) {
      const name = params.name!
      const page = readPage(query)
      const versions = await vault.listKeyVersions(caller, name, withOneMore(page))
      const url = `${place.baseUrl}/keys/${name}/versions`
      return ok(
        writePage(
          versions,
          page,
          (version) => writeKeyVersionItem(name, version, place),
          ({ version }) => version,
          { url, query },
        ),
      )
    },
  }),

  route({
    id: 'GetKey',
    summary: 'Reads the public key of a certificate as a JSON Web Key.',
    operation: 'KeyGet',
    method: 'GET',
    path: '/keys/:name/:version',
    permission: 'keys/read',
    answers: { 200: answers.Key },
    async handle({ vault, caller, params, place }) {
      const name = params.name!
      const version = params.version === '' ? undefined : parseVersion(params.version!)
      if (version === undefined && params.version !== '') throw keyNotFound(name, params.version!)
      return ok(writeKey(await vault.readKey(caller, name, version), place))
    },
  }),
]
