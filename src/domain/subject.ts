/** Distinguished names and subject alternative names as structures: what policies hold and certificates carry. */

/** One attribute of a name: `type` is a dotted object identifier, `value` its text. */
export interface NameAttribute {
  readonly type: string
  readonly value: string
}

/** A set of attributes at one level; almost always a single one. */
export type RelativeDistinguishedName = readonly NameAttribute[]

/** A name in the order of its DER encoding (RFC 5280 4.1.2.4). */
export type DistinguishedName = readonly RelativeDistinguishedName[]

/** Subject alternative names by kind (RFC 5280 4.2.1.6). `upns` are otherNames with Microsoft's UPN identifier. */
export interface SubjectAlternativeNames {
  readonly dnsNames: readonly string[]
  readonly emails: readonly string[]
  readonly upns: readonly string[]
  readonly uris: readonly string[]
  readonly ipAddresses: readonly string[]
}
