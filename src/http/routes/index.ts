/** Every route of the data plane. */
import type { Route } from '../route.ts'
import { attestedKeyRoutes } from './attested-keys.ts'
import { authorityRoutes } from './authorities.ts'
import { backupRoutes } from './backup.ts'
import { certificateOperationRoutes } from './certificate-operations.ts'
import { certificateRoutes } from './certificates.ts'
import { contactRoutes } from './contacts.ts'
import { deletedCertificateRoutes } from './deleted-certificates.ts'
import { deletedKeyRoutes } from './deleted-keys.ts'
import { deletedSecretRoutes } from './deleted-secrets.ts'
import { issuerRoutes } from './issuers.ts'
import { keyOperationRoutes } from './key-operations.ts'
import { keyRotationRoutes } from './key-rotation.ts'
import { keyRoutes } from './keys.ts'
import { revocationRoutes } from './revocation.ts'
import { secretRoutes } from './secrets.ts'

export const routes: readonly Route[] = [
  ...certificateRoutes,
  ...certificateOperationRoutes,
  ...issuerRoutes,
  ...authorityRoutes,
  ...revocationRoutes,
  ...contactRoutes,
  ...deletedCertificateRoutes,
  ...secretRoutes,
  ...deletedSecretRoutes,
  ...keyRoutes,
  ...deletedKeyRoutes,
  ...keyRotationRoutes,
  ...keyOperationRoutes,
  ...attestedKeyRoutes,
  ...backupRoutes,
]
