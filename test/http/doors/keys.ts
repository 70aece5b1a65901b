/** The life of a key that stands for itself. */
import { generateKeyPairSync } from 'node:crypto'
import type { Tour } from './tour.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

export const keys: Tour = {
  bodies: {
    CreateKey: () => ({ kty: 'RSA', key_size: 2048, attributes: { exp: 4_000_000_000 }, tags: { a: 'b' } }),
    ImportKey: () => ({ key: privateKey.export({ format: 'jwk' }) }),
    UpdateKey: () => ({ key_ops: ['sign'], attributes: { enabled: true } }),
    UpdateKeyRotationPolicy: () => ({
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
      attributes: { expiryTime: 'P60D' },
    }),
    GetRandomBytes: () => ({ count: 32 }),
    release: () => ({ target: 'an attestation token' }),
    secureWrapKey: () => ({ alg: 'A256KW' }),
    secureUnwrapKey: () => ({ alg: 'A256KW', value: 'AAAA', target: 'an attestation token' }),
  },
  life: [
    ['GetKeys', 200],
    ['GetKeyVersions', 200],
    ['GetKey', 404],
    ['CreateKey', 200],
    ['CreateKey', 200, { kty: 'oct' }],
    ['ImportKey', 200],
    ['GetKeys', 200],
    ['GetKeyVersions', 200],
    ['GetKey', 200],
    ['UpdateKey', 200],
    ['GetKeyRotationPolicy', 200],
    ['UpdateKeyRotationPolicy', 200],
    ['GetKeyRotationPolicy', 200],
    ['RotateKey', 200],
    ['release', 403],
    ['GetKeyAttestation', 400],
    ['secureWrapKey', 400],
    ['secureUnwrapKey', 400],
    ['DeleteKey', 200],
    ['GetDeletedKeys', 200],
    ['GetDeletedKey', 200],
    ['RecoverDeletedKey', 200],
    ['DeleteKey', 200],
    ['PurgeDeletedKey', 204],
    ['GetRandomBytes', 200],
  ],
}
