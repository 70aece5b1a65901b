/** The secrets behind certificates: the way by which programs get certificate and private key. */
import type { SecretContentType } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import { parseVersion } from '../../domain/names.ts'
import { secretNotFound } from '../../domain/refusals.ts'
import type { ManagedItem } from '../../vault/vault.ts'
import { readPage, withOneMore, writePage } from '../paging.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers.ts'
import { writeSecret, writeSecretItem, writeSecretVersionItem } from '../wire/secret-and-key.ts'

export const secretRoutes: readonly Route[] = [
  route({
    id: 'GetSecrets',
    summary: 'Lists the secrets of the vault by name, without their values.',
    operation: 'SecretList',
    method: 'GET',
    path: '/secrets',
    permission: 'secrets/readMetadata/action',
    query: ['maxresults', '$skiptoken'],
    answers: { 200: answers.SecretList },
    async handle({ vault, caller, query, place }) {
      const page = readPage(query)
      const items = await vault.listSecrets(caller, withOneMore(page))
      const write = (item: ManagedItem) => writeSecretItem(item, place)
      return ok(writePage(items, page, write, ({ name }) => name, { url: `${place.baseUrl}/secrets`, query }))
    },
  }),

  route({
    id: 'GetSecretVersions',
    summary: 'Lists the versions of a secret by their ids; an unknown name has none.',
    operation: 'SecretListVersions',
    method: 'GET',
    path: '/secrets/:name/versions',
    permission: 'secrets/readMetadata/action',
    query: ['maxresults', '$skiptoken'],
    answers: { 200: answers.SecretList },
    async handle({ vault, caller, params, query, place }) {
      const name = params.name!
      const page = readPage(query)
      const versions = await vault.listSecretVersions(caller, name, withOneMore(page))
      const url = `${place.baseUrl}/secrets/${name}/versions`
      return ok(
        writePage(
          versions,
          page,
          (item) => writeSecretVersionItem(name, item, place),
          ({ version }) => version,
          { url, query },
        ),
      )
    },
  }),

  route({
    id: 'GetSecret',
    summary: 'Reads a certificate with its private key, as PFX without password or as PEM.',
    operation: 'SecretGet',
    method: 'GET',
    path: '/secrets/:name/:version',
    permission: 'secrets/getSecret/action',
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
