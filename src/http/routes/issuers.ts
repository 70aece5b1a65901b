/** The issuer objects of a vault, which policies name. */
import { byName, listRoute } from '../list-route.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import {
  AccountActBody,
  IssuerBody,
  IssuerUpdateBody,
  readAccountAct,
  readIssuer,
  readIssuerUpdate,
  writeAccount,
  writeFindings,
  writeIssuer,
  writeIssuerItem,
} from '../wire/issuer.ts'

const path = '/certificates/issuers/:name'

export const issuerRoutes: readonly Route[] = [
  listRoute({
    id: 'GetCertificateIssuers',
    summary: 'Lists the issuers of the vault by name.',
    verb: 'CertificateIssuersList',
    path: '/certificates/issuers',
    answer: answers.IssuerList,
    list: ({ vault, caller }, page) => vault.listIssuers(caller, page),
    write: writeIssuerItem,
    keyOf: byName,
  }),

  route({
    id: 'GetCertificateIssuer',
    summary: 'Reads an issuer, without its password.',
    verb: 'CertificateIssuerGet',
    method: 'GET',
    path,
    answers: { 200: answers.Issuer },
    async handle({ vault, caller, params, place }) {
      return ok(writeIssuer(await vault.readIssuer(caller, params.name!), place))
    },
  }),

  route({
    id: 'SetCertificateIssuer',
    summary: 'Makes an issuer, or replaces the one of that name.',
    verb: 'CertificateIssuerSet',
    method: 'PUT',
    path,
    body: IssuerBody,
    answers: { 200: answers.Issuer },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeIssuer(await vault.setIssuer(caller, params.name!, readIssuer(body)), place))
    },
  }),

  route({
    id: 'UpdateCertificateIssuer',
    summary: 'Changes the members of an issuer that are sent.',
    verb: 'CertificateIssuerUpdate',
    method: 'PATCH',
    path,
    body: IssuerUpdateBody,
    answers: { 200: answers.Issuer },
    async handle({ vault, caller, params, body, place }) {
      return ok(writeIssuer(await vault.updateIssuer(caller, params.name!, readIssuerUpdate(body)), place))
    },
  }),

  route({
    id: 'DeleteCertificateIssuer',
    summary: 'Removes an issuer, and answers its last state.',
    verb: 'CertificateIssuerDelete',
    method: 'DELETE',
    path,
    answers: { 200: answers.Issuer },
    async handle({ vault, caller, params, place }) {
      return ok(writeIssuer(await vault.deleteIssuer(caller, params.name!), place))
    },
  }),

  // From here on, what Key Vault has no operations for.
  route({
    id: 'VerifyCertificateIssuer',
    summary: 'Asks the CA whether certificates could be had there. Orders nothing.',
    verb: 'CertificateIssuerVerify',
    method: 'POST',
    path: `${path}/verify`,
    answers: { 200: answers.Findings },
    async handle({ vault, caller, params }) {
      return ok(writeFindings(await vault.verifyIssuer(caller, params.name!)))
    },
  }),

  route({
    id: 'GetIssuerAccount',
    summary: 'Tells how the account at the CA stands, as far as that is on record. Asks nobody.',
    verb: 'CertificateIssuerAccountGet',
    method: 'GET',
    path: `${path}/account`,
    answers: { 200: answers.IssuerAccount },
    async handle({ vault, caller, params, place }) {
      return ok(writeAccount(await vault.readIssuerAccount(caller, params.name!), place))
    },
  }),

  route({
    id: 'UpdateIssuerAccount',
    summary: 'Opens the account at the CA, replaces its key, deactivates it, or makes way for another.',
    verb: 'CertificateIssuerAccountUpdate',
    method: 'POST',
    path: `${path}/account`,
    body: AccountActBody,
    answers: { 200: answers.IssuerAccount },
    async handle({ vault, caller, params, body, place }) {
      const view = await vault.changeIssuerAccount(caller, params.name!, readAccountAct(body))
      return ok(writeAccount(view, place))
    },
  }),
]
