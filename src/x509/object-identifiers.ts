/**
 * Object identifiers by name. Those of PKCS#7, PKCS#12 and of password-based encryption stand with their readers, those of
 * curves and of name attributes in the tables of `domain/`.
 */

/** Public key algorithms (RFC 3279 2.3, RFC 4055, RFC 8410). */
export const keyAlgorithm = {
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
} as const

/** Signature algorithms (RFC 4055, RFC 5758, RFC 8410). */
export const signatureOid = {
  sha1WithRsa: '1.2.840.113549.1.1.5',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha384WithRsa: '1.2.840.113549.1.1.12',
  sha512WithRsa: '1.2.840.113549.1.1.13',
  rsaPss: '1.2.840.113549.1.1.10',
  ecdsaWithSha1: '1.2.840.10045.4.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ecdsaWithSha512: '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
} as const

/** Message digests (RFC 4055 2.1), as the parameters of RSASSA-PSS name them. */
export const digestOid = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const

/** The mask generation function of RSASSA-PSS (RFC 4055 2.2). */
export const mgf1 = '1.2.840.113549.1.1.8'

/** Extensions of certificates (RFC 5280 4.2). */
export const extensionOid = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  acmeIdentifier: '1.3.6.1.5.5.7.1.31',
  noRevocationAvailable: '2.5.29.56',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const

/** Extensions of revocation lists (RFC 5280 5.2) and of their entries (5.3), beside those that certificates have too. */
export const crlExtensionOid = {
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
} as const

/** What OCSP names (RFC 6960 4.2.1, 4.4.1). */
export const ocspOid = {
  basicResponse: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
} as const

/** The certificate policy that stands for every one: of CAs that do not limit those below (RFC 5280 4.2.1.4). */
export const anyPolicy = '2.5.29.32.0'

/** Qualifier of a certificate policy: where its practice statement is (RFC 5280 4.2.1.4). */
export const practiceStatement = '1.3.6.1.5.5.7.2.1'

/** Purposes of an extended key usage (RFC 5280 4.2.1.12). */
export const keyPurpose = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
} as const

/** Access methods of the authority information access extension (RFC 5280 4.2.2.1). */
export const accessMethod = {
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
} as const

/** PKCS#9 attributes of a certification request (RFC 2985 5.4). */
export const requestAttribute = {
  challengePassword: '1.2.840.113549.1.9.7',
  extensionRequest: '1.2.840.113549.1.9.14',
} as const

/** The `otherName` by which Microsoft writes a user principal name. */
export const userPrincipalName = '1.3.6.1.4.1.311.20.2.3'

/** The `otherName` for mailboxes that are not ASCII (RFC 9598 3). */
export const smtpUtf8Mailbox = '1.3.6.1.5.5.7.8.9'
