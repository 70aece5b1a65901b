/** The headers that every answer carries, errors included, as recorded answers of Key Vault have them. */

/** Without the version of the service, which each answer carries too. */
export const commonHeaders = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  'strict-transport-security': 'max-age=31536000;includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-ms-keyvault-region': 'local',
} as const

/** From which address the request came, as .NET names its family. */
export function networkInfo(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  return plain.includes(':')
    ? `conn_type=Ipv6;addr=${plain};act_addr_fam=InterNetworkV6;`
    : `conn_type=Ipv4;addr=${plain};act_addr_fam=InterNetwork;`
}

/**
 * Which role assignment allowed it, and how old the answers were by which that was decided: seconds since assignments,
 * deny assignments, role definitions and built-in ones were read. Here nothing is ever stale.
 */
export function assignmentHeaders(assignmentId: string): Readonly<Record<string, string>> {
  return {
    'x-ms-keyvault-rbac-assignment-id': assignmentId,
    'x-ms-keyvault-rbac-cache': 'ra_age=0;da_age=0;rd_age=0;brd_age=0;',
  }
}
