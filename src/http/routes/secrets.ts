/** The secrets behind certificates: the way by which programs get certificate and private key. */
import type { SecretContentType } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { parseVersion } from '../../domain/names.ts'
import { secretNotFound } from '../../domain/refusals.ts'
import { byName, byVersion, listRoute } from '../list-route.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { writeSecret, writeSecretItem, writeSecretVersionItem } from '../wire/secret.ts'

export const secretRoutes: readonly Route[] = [
  listRoute({
    id: 'GetSecrets',
    summary: 'Lists the secrets of the vault by name, without their values.',
    verb: 'SecretList',
    path: '/secrets',
    answer: answers.SecretList,
    list: ({ vault, caller }, page) => vault.listSecrets(caller, page),
    write: writeSecretItem,
    keyOf: byName,
  }),

  listRoute({
    id: 'GetSecretVersions',
    summary: 'Lists the versions of a secret by their ids; an unknown name has none.',
    verb: 'SecretListVersions',
    path: '/secrets/:name/versions',
    answer: answers.SecretList,
    list: ({ vault, caller, params }, page) => vault.listSecretVersions(caller, params.name!, page),
    write: writeSecretVersionItem,
    keyOf: byVersion,
  }),

  route({
    id: 'GetSecret',
    summary: 'Reads a certificate with its private key, as PFX without password or as PEM.',
    verb: 'SecretGet',
    method: 'GET',
    path: '/secrets/:name/:version',
    query: ['outContentType'],
    answers: { 200: answers.Secret },
    async handle({ vault, caller, params, query, place }) {
      const name = params.name!
      const version = params.version === '' ? undefined : parseVersion(params.version!)
      if (version === undefined && params.version !== '') throw secretNotFound(name, params.version!)
      const contentType = readContentType(query.get('outcontenttype'))
      const options = { ...(version !== undefined && { version }), ...(contentType && { contentType }) }
      return ok(writeSecret(await vault.readSecret(caller, name, options), place))
    },
  }),
]

function readContentType(text: string | undefined): SecretContentType | undefined {
  if (text === undefined || text === 'application/x-pkcs12' || text === 'application/x-pem-file') return text
  throw badParameter('outContentType: send application/x-pem-file or application/x-pkcs12.')
}
