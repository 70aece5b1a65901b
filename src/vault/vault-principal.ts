/** Who acts when nobody asked: the service, for itself. */
import type { Principal } from '../access/principal.ts'

export const vaultPrincipal: Principal = {
  kind: 'vault',
  objectId: '00000000-0000-0000-0000-000000000000',
  name: 'certkeep',
}
