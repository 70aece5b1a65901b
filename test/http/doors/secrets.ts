/** The life of a secret. */
import type { Tour } from './tour.ts'

export const secrets: Tour = {
  bodies: {},
  life: [
    ['GetSecrets', 200],
    ['GetSecretVersions', 200],
    ['GetSecret', 404],
  ],
}
