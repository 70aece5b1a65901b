/** Keys: those that stand for themselves, and those of certificates, which can be read but not changed. */
import { byName, byVersion, listRoute } from '../list-route.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import {
  CreateKeyBody,
  ImportKeyBody,
  RandomBytesBody,
  readCreateKey,
  readImportKey,
  readUpdateKey,
  UpdateKeyBody,
  writeKey,
  writeKeyItem,
  writeKeyVersionItem,
  writeRandomBytes,
} from '../wire/key.ts'
import { keyOf as keyReference } from './key-operations.ts'

export const keyRoutes: readonly Route[] = [
  route({
    id: 'CreateKey',
    summary: 'Makes a key, or its next version.',
    verb: 'KeyCreate',
    method: 'POST',
    path: '/keys/:name/create',
    body: CreateKeyBody,
    answers: { 200: answers.Key },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeKey(await vault.createKey(caller, params.name!, readCreateKey(body)), place))
    },
  }),

  route({
    id: 'ImportKey',
    summary: 'Takes in a private or symmetric key, a JSON Web Key, as a key or its next version.',
    verb: 'KeyImport',
    method: 'PUT',
    path: '/keys/:name',
    body: ImportKeyBody,
    answers: { 200: answers.Key },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeKey(await vault.importKey(caller, params.name!, readImportKey(body)), place))
    },
  }),

  listRoute({
    id: 'GetKeys',
    summary: 'Lists the keys of the vault by name, those of certificates among them.',
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
    summary: 'Reads a key: its public half as a JSON Web Key.',
    verb: 'KeyGet',
    method: 'GET',
    path: '/keys/:name/:version',
    answers: { 200: answers.Key },
    async handle(request) {
      const { name, version } = keyReference(request)
      return ok(writeKey(await request.vault.readKey(request.caller, name, version), request.place))
    },
  }),

  route({
    id: 'UpdateKey',
    summary: 'Changes operations, attributes or tags of a version.',
    verb: 'KeyUpdate',
    method: 'PATCH',
    path: '/keys/:name/:version',
    body: UpdateKeyBody,
    answers: { 200: answers.Key },
    async handle(request) {
      const { vault, caller, body, place } = request
      const { name, version } = keyReference(request)
      return ok(writeKey(await vault.updateKey(caller, name, version, readUpdateKey(body)), place))
    },
  }),

  route({
    id: 'GetRandomBytes',
    summary: 'Gives random octets.',
    verb: 'RandomBytesGet',
    method: 'POST',
    path: '/rng',
    body: RandomBytesBody,
    answers: { 200: answers.RandomBytes },
    async handle({ vault, caller, body }) {
      return ok(writeRandomBytes(await vault.readRandomBytes(caller, body.count)))
    },
  }),
]
