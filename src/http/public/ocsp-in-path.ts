/** An OCSP request in the path of a GET: URL-encoded base64 of its DER (RFC 6960 A.1). */

/** Longer ones belong into a POST: room for a few certificates, a nonce, and every octet of the base64 encoded once more. */
export const ocspPathLengthMax = 4096

/** What cannot be read gives no octets, which is no request either: the responder says that it is malformed. */
export function ocspRequestInPath(text: string): Uint8Array {
  const base64 = unescaped(text)
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)
    ? Buffer.from(base64, 'base64')
    : new Uint8Array()
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return '%'
  }
}
