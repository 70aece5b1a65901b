/** The life of a key. */
import type { Tour } from './tour.ts'

export const keys: Tour = {
  bodies: {},
  life: [
    ['GetKeys', 200],
    ['GetKeyVersions', 200],
    ['GetKey', 404],
  ],
}
