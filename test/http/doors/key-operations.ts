/** What a key is used for, here the key of a certificate. */
import { createHash } from 'node:crypto'
import type { Tour } from './tour.ts'

const policy = {
  issuer: { name: 'Self' },
  key_props: { kty: 'RSA', key_size: 2048 },
  x509_props: {
    subject: 'CN=door',
    key_usage: ['digitalSignature', 'keyEncipherment', 'dataEncipherment'],
  },
}
const digest = createHash('sha256').update('door').digest('base64url')
const message = Buffer.from('door').toString('base64url')

export const keyOperations: Tour = {
  bodies: {
    sign: () => ({ alg: 'RS256', value: digest }),
    verify: (kept) => ({ alg: 'RS256', digest, value: kept.get('signature') ?? '' }),
    encrypt: () => ({ alg: 'RSA-OAEP-256', value: message }),
    decrypt: (kept) => ({ alg: 'RSA-OAEP-256', value: kept.get('encrypted') ?? '' }),
    wrapKey: () => ({ alg: 'RSA-OAEP', value: digest }),
    unwrapKey: (kept) => ({ alg: 'RSA-OAEP', value: kept.get('wrapped') ?? '' }),
  },
  life: [
    ['CreateCertificate', 202, { policy }],
    ['sign', 200],
    ['verify', 200],
    ['encrypt', 200],
    ['decrypt', 200],
    ['wrapKey', 200],
    ['unwrapKey', 200],
  ],
  keep: {
    sign: ({ value }) => ['signature', value!],
    encrypt: ({ value }) => ['encrypted', value!],
    wrapKey: ({ value }) => ['wrapped', value!],
  },
}
