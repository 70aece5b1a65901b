/** Object identifiers of PKCS#12 (RFC 7292 D) and of the containers it borrows from PKCS#7 (RFC 5652 14). */

export const contentType = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  encryptedData: '1.2.840.113549.1.7.6',
} as const

export const bagOid = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  crl: '1.2.840.113549.1.12.10.1.4',
  secret: '1.2.840.113549.1.12.10.1.5',
  safeContents: '1.2.840.113549.1.12.10.1.6',
} as const

/** PKCS#9 attributes of bags (RFC 2985 5.5). */
export const bagAttribute = {
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
} as const

/** What a certificate bag may hold (RFC 7292 4.2.3). */
export const x509Certificate = '1.2.840.113549.1.9.22.1'

/** Password-based schemes that certkeep itself writes. */
export const tripleDesWithSha1 = '1.2.840.113549.1.12.1.3'
