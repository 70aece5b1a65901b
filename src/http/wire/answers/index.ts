/** The shapes of answers, for `openapi.json`; a test holds real answers against them. */
export * from './authorities.ts'
export * from './certificates.ts'
export * from './issuers.ts'
export * from './key-operations.ts'
export * from './keys.ts'
export * from './revocation.ts'
export * from './secrets.ts'
