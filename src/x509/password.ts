/** Passwords as octets: every scheme has its own way, and programs have had their own mistakes. */

export interface PasswordOctets {
  /** UTF-8: PBKDF1, PBKDF2, scrypt and the keys of PEM. */
  readonly utf8: Uint8Array
  /** What the derivation of PKCS#12 is to try, in this order. */
  readonly pkcs12: readonly Uint8Array[]
}

/**
 * A BMPString with two zero octets behind it (RFC 7292 B.1); characters beyond the basic plane as their surrogates. An empty
 * password is met as the zeros alone and as nothing at all. OpenSSL before 1.1 took each octet of UTF-8 for a character.
 */
export function passwordOctets(password: string): PasswordOctets {
  const utf8 = Buffer.from(password)
  const pkcs12: Uint8Array[] = [terminatedUtf16(password)]
  if (password === '') pkcs12.push(new Uint8Array())
  if (utf8.length !== password.length) pkcs12.push(terminatedUtf16(utf8.toString('latin1')))
  return { utf8, pkcs12 }
}

function terminatedUtf16(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16()
}
