/** Certificates of an order: which there are, fetching them, and revoking them. */
import type { Der } from '../../../x509/der.ts'
import type { Call } from './api.ts'
import { certificatesIn } from './pem-certificates.ts'

/** One certificate of an order, as the lists of reissues and duplicates have it. */
export interface ListedCertificate {
  readonly id: number
  readonly serialNumber: string
  readonly status: string
  /** PEM; not told by every answer. */
  readonly csr?: string
}

const certificatesMax = 1000

export function listCertificates(
  order: number,
  kind: 'reissue' | 'duplicate',
): Call<readonly ListedCertificate[]> {
  return {
    method: 'GET',
    path: `/order/certificate/${order}/${kind}`,
    effect: 'read',
    read: (answer) =>
      answer
        .json()
        .objects('certificates', certificatesMax)
        .flatMap((entry) => {
          const id = entry.optionalId('id')
          const csr = entry.optionalText('csr', 32_768)
          return id === undefined
            ? []
            : {
                id,
                serialNumber: entry.optionalText('serial_number', 100) ?? '',
                status: entry.optionalText('status', 100)?.toLowerCase() ?? '',
                ...(csr !== undefined && { csr }),
              }
        }),
  }
}

/** With the chain up to the root, in any order. */
export function downloadCertificate(certificate: number): Call<readonly Der[]> {
  return download(`/certificate/${certificate}/download/format/pem_all`)
}

/** What DigiCert takes for the certificate of the order. */
export function downloadOfOrder(order: number): Call<readonly Der[]> {
  return download(`/certificate/download/order/${order}/format/pem_all`)
}

function download(path: string): Call<readonly Der[]> {
  return {
    method: 'GET',
    path,
    effect: 'read',
    accept: '*/*',
    read(answer) {
      const chain = certificatesIn(answer.text())
      if (chain) return chain
      throw answer.complain('it holds no certificates in PEM')
    },
  }
}

export interface RevocationRequest {
  /** As DigiCert spells it; absent: no reason is given. */
  readonly reason?: string
  readonly comments: string
  readonly skipApproval: boolean
}

/** `asked`: an administrator of the account has to agree. */
export function revokeCertificate(
  certificate: number,
  { reason, comments, skipApproval }: RevocationRequest,
): Call<'revoked' | 'asked'> {
  return {
    method: 'PUT',
    path: `/certificate/${certificate}/revoke`,
    effect: 'change',
    body: {
      ...(reason !== undefined && { revocation_reason: reason }),
      comments,
      skip_approval: skipApproval,
    },
    read(answer) {
      if (answer.status === 204) return 'revoked'
      const status = answer.json().optionalText('status', 100)?.toLowerCase()
      return status === 'approved' ? 'revoked' : 'asked'
    },
  }
}
