/** The authorities of a vault, and requests of others that are signed under them. Key Vault has neither. */
import { listRoute } from '../list-route.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { base64 } from '../wire/attributes.ts'
import {
  AuthorityBody,
  AuthorityUpdateBody,
  CrossCertifyBody,
  ImportAuthorityBody,
  InstallAuthorityBody,
  readAuthority,
  readAuthorityUpdate,
  readImportedAuthority,
  readSignRequest,
  SignRequestBody,
  writeAuthority,
  writeAuthorityItem,
  writeSigned,
} from '../wire/authority.ts'

const path = '/authorities/:name'

export const authorityRoutes: readonly Route[] = [
  listRoute({
    id: 'GetAuthorities',
    summary: 'Lists the authorities of the vault by name.',
    verb: 'AuthorityList',
    path: '/authorities',
    answer: answers.AuthorityList,
    list: ({ vault, caller }, page) => vault.listAuthorities(caller, page),
    write: writeAuthorityItem,
    keyOf: ({ authority }) => authority.name,
  }),

  route({
    id: 'GetAuthority',
    summary: 'Reads an authority: its certificate with the chain, its rules, and how much hangs on it.',
    verb: 'AuthorityGet',
    method: 'GET',
    path,
    answers: { 200: answers.Authority },
    async handle({ vault, caller, params, place }) {
      return ok(writeAuthority(await vault.readAuthority(caller, params.name!), place))
    },
  }),

  route({
    id: 'CreateAuthority',
    summary: 'Makes an authority: a root, an intermediate, or one that waits for a certificate from outside.',
    verb: 'AuthorityCreate',
    method: 'PUT',
    path,
    body: AuthorityBody,
    answers: { 200: answers.Authority },
    async handle({ vault, caller, params, body, place }) {
      const view = await vault.createAuthority(caller, params.name!, readAuthority(body))
      return ok(writeAuthority(view, place))
    },
  }),

  route({
    id: 'UpdateAuthority',
    summary: 'Changes the rules of an authority, names its successor, or retires it.',
    verb: 'AuthorityUpdate',
    method: 'PATCH',
    path,
    body: AuthorityUpdateBody,
    answers: { 200: answers.Authority },
    async handle({ vault, caller, params, body, place }) {
      const view = await vault.updateAuthority(caller, params.name!, readAuthorityUpdate(body))
      return ok(writeAuthority(view, place))
    },
  }),

  route({
    id: 'GetAuthorityRequest',
    summary: 'Reads the request of an authority that is certified outside.',
    verb: 'AuthorityRequestGet',
    method: 'GET',
    path: `${path}/request`,
    answers: { 200: answers.AuthorityRequest },
    async handle({ vault, caller, params }) {
      return ok({ csr: base64(await vault.readAuthorityRequest(caller, params.name!)) })
    },
  }),

  route({
    id: 'ImportAuthority',
    summary:
      'Takes in an authority that exists: its private key, its certificate, and its chain up to the root.',
    verb: 'AuthorityImport',
    method: 'POST',
    path: `${path}/import`,
    body: ImportAuthorityBody,
    answers: { 200: answers.Authority },
    async handle({ vault, caller, params, body, place }) {
      const view = await vault.importAuthority(caller, params.name!, readImportedAuthority(body))
      return ok(writeAuthority(view, place))
    },
  }),

  route({
    id: 'InstallAuthority',
    summary: 'Gives an authority the certificate that was made outside, with its chain up to the root.',
    verb: 'AuthorityInstall',
    method: 'POST',
    path: `${path}/install`,
    body: InstallAuthorityBody,
    answers: { 200: answers.Authority },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeAuthority(await vault.installAuthority(caller, params.name!, body.x5c), place))
    },
  }),

  route({
    id: 'CrossCertifyAuthority',
    summary: 'Certifies the key of an authority with that of another one of the vault.',
    verb: 'AuthorityCrossCertify',
    method: 'POST',
    path: `${path}/cross`,
    body: CrossCertifyBody,
    answers: { 200: answers.Authority },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeAuthority(await vault.crossCertifyAuthority(caller, params.name!, body.by), place))
    },
  }),

  route({
    id: 'SignCertificateRequest',
    summary: 'Signs a request of somebody outside under an issuer of the private CA.',
    verb: 'CertificateIssuerSign',
    method: 'POST',
    path: '/certificates/issuers/:name/sign',
    body: SignRequestBody,
    answers: { 200: answers.SignedRequest },
    async handle({ vault, caller, params, body }) {
      return ok(writeSigned(await vault.signRequest(caller, params.name!, readSignRequest(body))))
    },
  }),
]
