/** The API in OpenAPI 3.1, from the routes as they are declared: what is not declared there cannot be called. */
import { dataActionPrefix } from '../access/roles.ts'
import { verbs } from '../access/verbs.ts'
import type { QueryParameter, Route } from './route.ts'
import * as answers from './wire/answers/index.ts'
import {
  AuthorityBody,
  AuthorityRulesBody,
  AuthorityUpdateBody,
  CrossCertifyBody,
  ImportAuthorityBody,
  InstallAuthorityBody,
  SignRequestBody,
} from './wire/authority.ts'
import { Backup, RestoreBody } from './wire/backup.ts'
import { CreateBody, ImportBody, MergeBody, UpdateBody, UpdateOperationBody } from './wire/certificate.ts'
import { ContactsBody } from './wire/contacts.ts'
import { AccountActBody, IssuerBody, IssuerUpdateBody } from './wire/issuer.ts'
import { CreateKeyBody, ImportKeyBody, RandomBytesBody, UpdateKeyBody } from './wire/key.ts'
import { KeyOperationBody, SignBody, VerifyBody } from './wire/key-operation.ts'
import { PolicyBody } from './wire/policy.ts'
import { ReleaseIssuedBody, RevokeBody, RevokeIssuedBody } from './wire/revocation.ts'
import { RotationPolicyBody } from './wire/rotation-policy.ts'
import { SecretBody, SecretUpdateBody } from './wire/secret.ts'

const schemas: Readonly<Record<string, object>> = {
  ...answers,
  CreateBody,
  ImportBody,
  MergeBody,
  UpdateBody,
  UpdateOperationBody,
  PolicyBody,
  SignBody,
  VerifyBody,
  KeyOperationBody,
  IssuerBody,
  IssuerUpdateBody,
  AccountActBody,
  AuthorityBody,
  AuthorityRulesBody,
  AuthorityUpdateBody,
  ImportAuthorityBody,
  InstallAuthorityBody,
  CrossCertifyBody,
  SignRequestBody,
  RevokeBody,
  RevokeIssuedBody,
  ReleaseIssuedBody,
  ContactsBody,
  SecretBody,
  SecretUpdateBody,
  CreateKeyBody,
  ImportKeyBody,
  UpdateKeyBody,
  RotationPolicyBody,
  RandomBytesBody,
  Backup,
  RestoreBody,
}
const names = new Map(Object.entries(schemas).map(([name, schema]) => [schema, name]))

const queryParameters: Readonly<Record<QueryParameter, object>> = {
  maxresults: {
    schema: { type: 'integer', minimum: 1, maximum: 25 },
    description: 'Items of a page, 25 if absent.',
  },
  $skiptoken: { schema: { type: 'string' }, description: 'Where the page begins; part of nextLink.' },
  includePending: {
    schema: { type: 'boolean' },
    description: 'Also certificates whose first version was never issued.',
  },
  request_id: { schema: { type: 'string' }, description: 'Only the operation with this id.' },
  outContentType: {
    schema: { enum: ['application/x-pkcs12', 'application/x-pem-file'] },
    description: 'Converts a PFX to PEM.',
  },
}

const errorAnswer = {
  description: 'An error; see docs/errors.md.',
  content: jsonOf({ $ref: '#/components/schemas/Error' }),
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        innererror: { type: 'object', properties: { code: { type: 'string' } } },
      },
    },
  },
}

function jsonOf(schema: object): object {
  return { 'application/json': { schema: referring(schema) } }
}

/** A schema with a name is referred to by it, wherever it stands. */
function referring(schema: object): object {
  const name = names.get(schema)
  return name === undefined ? expanded(schema) : { $ref: `#/components/schemas/${name}` }
}

function expanded(schema: object): object {
  if (Array.isArray(schema)) return schema.map((item) => (isObject(item) ? referring(item) : item))
  const members = Object.entries(schema).map(([key, value]) => [
    key,
    isObject(value) ? referring(value) : value,
  ])
  return Object.fromEntries(members)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

export function openApi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = describe(route, path)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'certkeep',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'The Azure Key Vault protocol, as certkeep speaks it.',
    },
    servers: [
      {
        url: 'https://{vault}.{suffix}',
        variables: { vault: { default: 'default' }, suffix: { default: 'vault.localhost' } },
      },
    ],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        Error: errorSchema,
        ...Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, expanded(schema)])),
      },
    },
  }
}

function describe(route: Route, path: string): object {
  return {
    operationId: route.id,
    summary: route.summary,
    'x-data-action': `${dataActionPrefix}${verbs[route.verb].action}`,
    'x-audit-operation': route.verb,
    parameters: [
      ...pathParameters(path),
      { name: 'api-version', in: 'query', required: true, schema: { type: 'string' } },
      ...(route.query ?? []).map((name) => ({
        name,
        in: 'query',
        required: false,
        ...queryParameters[name],
      })),
    ],
    ...(route.body && {
      requestBody: { required: true, content: jsonOf(route.body) },
    }),
    responses: { ...successes(route), default: errorAnswer },
  }
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(name === 'name' && { pattern: '^[0-9a-zA-Z-]{1,127}$' }) },
    ...(name === 'version' && { description: '32 hex digits; empty for the current version.' }),
  }))
}

function successes({ answers }: Route): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      schema
        ? { description: 'Success.', content: jsonOf(schema) }
        : { description: 'Success, without a body.' },
    ]),
  )
}
