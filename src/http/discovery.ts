/**
 * How clients find the token service: OpenID Connect Discovery 1.0, Microsoft's instance discovery, and WebFinger
 * (RFC 7033) for those who take us for an AD FS server. All URLs carry the host by which the caller came, because
 * clients insist that the issuer's origin is that of the authority they were given.
 */

/** Versions of the token endpoint; AD FS has paths like version 1. */
export type EndpointVersion = 1 | 2

/** @param origin `https://host[:port]`. @param tenant as it stands in the path. */
export function discoveryDocument(origin: string, tenant: string, version: EndpointVersion) {
  const authority = `${origin}/${tenant}`
  const infix = version === 2 ? '/v2.0' : ''
  return {
    issuer: `${authority}${infix}`,
    token_endpoint: `${authority}/oauth2${infix}/token`,
    // Nobody signs in here yet, but clients refuse a document without it.
    authorization_endpoint: `${authority}/oauth2${infix}/authorize`,
    jwks_uri: `${authority}/discovery${infix}/keys`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    response_types_supported: [],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}

export function instanceDiscovery(origin: string, tenantId: string) {
  const { host } = new URL(origin)
  return {
    tenant_discovery_endpoint: `${origin}/${tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  }
}

const trustedRealm = 'http://schemas.microsoft.com/rel/trusted-realm'

export function webFinger(origin: string) {
  return { subject: origin, links: [{ rel: trustedRealm, href: origin }] }
}
