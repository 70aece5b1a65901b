/**
 * The endpoint of managed identities in the shape of Azure App Service (api-version 2019-08-01): programs on this
 * machine get tokens by showing the header that only they were given. The header, the refusal of proxies and the GET
 * keep out requests that somebody tricks another program into making.
 */
import type { FastifyRequest } from 'fastify'
import { Secret } from '../domain/secret.ts'
import type { IssuedToken, ManagedIdentityGrant } from '../vault/identity/issue-token.ts'
import { tokenRefusals } from '../vault/identity/token-refusal.ts'
import { isFromThisMachine } from './this-machine.ts'
import { readFields } from './token-request.ts'

const proxyHeaders = ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via']

/** @throws TokenRefusal. */
export function readManagedIdentityRequest(request: FastifyRequest): Omit<ManagedIdentityGrant, 'origin'> {
  const { headers, url } = request
  const forwarded = proxyHeaders.some((name) => headers[name] !== undefined)
  if (forwarded || !isFromThisMachine(request)) throw tokenRefusals.notFromThisMachine()
  const identityHeader = headers['x-identity-header']
  if (typeof identityHeader !== 'string' || identityHeader === '') throw tokenRefusals.wrongIdentityHeader()
  const query = readFields(url.split('?', 2)[1] ?? '')
  const audience = query.get('resource')
  if (audience === undefined) throw tokenRefusals.missingParameter('resource')
  const applicationId = query.get('client_id') ?? query.get('clientid')
  const objectId = query.get('object_id') ?? query.get('principal_id')
  const resourceId = query.get('mi_res_id') ?? query.get('msi_res_id')
  return {
    identityHeader: new Secret(identityHeader),
    audience,
    selector: {
      ...(applicationId !== undefined && { applicationId }),
      ...(objectId !== undefined && { objectId }),
      ...(resourceId !== undefined && { resourceId }),
    },
  }
}

/**
 * Numbers are strings here, and the order of the members counts: one client reads `expires_in` and `expires_on` into the
 * same place, and the later one must win.
 */
export function managedIdentityAnswer(issued: IssuedToken): Record<string, string> {
  return {
    access_token: issued.token,
    refresh_token: '',
    expires_in: String(issued.expiresInSeconds),
    expires_on: String(issued.expires),
    not_before: String(issued.notBefore),
    resource: issued.audience,
    token_type: 'Bearer',
    client_id: issued.applicationId,
  }
}
