/** Certificates for servers and clients of tests, in the PEM that Node's TLS takes. */
import { emptyNames, type SubjectAlternativeNames } from '../../src/domain/subject.ts'
import { extendedKeyUsageExtension, subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { ca, issue, type Party, type Wishes } from '../x509/authority.ts'

export interface TlsParty {
  readonly cert: string
  readonly key: string
}

export const root = (name: string): Party => issue(`CN=${name}`, ca)

export const pemOf = ({ certificate }: Party): string => formatPem('CERTIFICATE', certificate.der)

/** A party that may be server and client, under the issuer. */
export function tlsParty(
  issuer: Party,
  names: Partial<SubjectAlternativeNames>,
  wishes: Wishes = {},
): TlsParty {
  const extensions = [
    subjectAltNameExtension({ ...emptyNames, ...names }, true),
    extendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']),
  ]
  const party = issue('CN=party', { ...wishes, issuer, extensions })
  return {
    cert: pemOf(party),
    key: party.key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}

export const loopbackNames = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] } as const
