/** Secrets: those that stand for themselves, and those of certificates, which can only be read. */
import type { SecretContentType } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { parseVersion } from '../../domain/names.ts'
import { secretNotFound } from '../../domain/refusals.ts'
import { byName, byVersion, listRoute } from '../list-route.ts'
import { ok, type Route, type RouteRequest, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import {
  readSecret,
  readSecretUpdate,
  SecretBody,
  SecretUpdateBody,
  writeSecret,
  writeSecretItem,
  writeSecretProperties,
  writeSecretVersionItem,
} from '../wire/secret.ts'

export const secretRoutes: readonly Route[] = [
  route({
    id: 'SetSecret',
    summary: 'Makes a secret, or its next version.',
    verb: 'SecretSet',
    method: 'PUT',
    path: '/secrets/:name',
    body: SecretBody,
    answers: { 200: answers.Secret },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeSecret(await vault.setSecret(caller, params.name!, readSecret(body)), place))
    },
  }),

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
    summary:
      'Reads a secret; of a certificate, the private key with the chain, as PFX without password or as PEM.',
    verb: 'SecretGet',
    method: 'GET',
    path: '/secrets/:name/:version',
    query: ['outContentType'],
    answers: { 200: answers.Secret },
    async handle(request) {
      const { vault, caller, params, query, place } = request
      const version = versionOf(request)
      const contentType = readContentType(query.get('outcontenttype'))
      const options = { ...(version !== undefined && { version }), ...(contentType && { contentType }) }
      return ok(writeSecret(await vault.readSecret(caller, params.name!, options), place))
    },
  }),

  route({
    id: 'UpdateSecret',
    summary:
      'Changes attributes, tags and content type; members that are not sent stay, and so does the value.',
    verb: 'SecretUpdate',
    method: 'PATCH',
    path: '/secrets/:name/:version',
    body: SecretUpdateBody,
    answers: { 200: answers.SecretProperties },
    async handle(request) {
      const { vault, caller, params, body, place } = request
      const input = readSecretUpdate(body)
      const secret = await vault.updateSecret(caller, params.name!, versionOf(request), input)
      return ok(writeSecretProperties(secret, place))
    },
  }),
]

/** The current one if `undefined`. No version has an id of another form. */
function versionOf({ params }: RouteRequest): string | undefined {
  if (params.version === '') return undefined
  const version = parseVersion(params.version!)
  if (version === undefined) throw secretNotFound(params.name!, params.version!)
  return version
}

function readContentType(text: string | undefined): SecretContentType | undefined {
  if (text === undefined || text === 'application/x-pkcs12' || text === 'application/x-pem-file') return text
  throw badParameter('outContentType: send application/x-pem-file or application/x-pkcs12.')
}
