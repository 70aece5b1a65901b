/** Base64 as clients send it (RFC 4648 4): line breaks and blanks may be in it, the padding may be missing. */

/** Undefined for what is not base64. */
export function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replace(/[\r\n\t ]/g, '')
  if (compact.length === 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length % 4 === 1)
    return undefined
  return Buffer.from(compact, 'base64')
}
