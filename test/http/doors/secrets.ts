/** The life of a secret. */
import type { Tour } from './tour.ts'

export const secrets: Tour = {
  bodies: {
    SetSecret: () => ({ value: 'hush', contentType: 'text/plain', attributes: { exp: 4_000_000_000 } }),
    UpdateSecret: () => ({ tags: { a: 'b' } }),
  },
  life: [
    ['GetSecret', 404],
    ['SetSecret', 200],
    ['GetSecrets', 200],
    ['GetSecretVersions', 200],
    ['GetSecret', 200],
    ['UpdateSecret', 200],
    ['DeleteSecret', 200],
    ['GetDeletedSecrets', 200],
    ['GetDeletedSecret', 200],
    ['RecoverDeletedSecret', 200],
    ['DeleteSecret', 200],
    ['PurgeDeletedSecret', 204],
    ['GetSecret', 404],
  ],
}
