/** Which issuer made a version, and what its CA said when it was asked to revoke it (JSON); null where there is nothing to say. */
export const versionIssuers = {
  number: 8,
  name: 'version issuers',
  sql: `
    ALTER TABLE versions ADD COLUMN issuer TEXT;
    ALTER TABLE versions ADD COLUMN revocation TEXT;
  `,
} as const
