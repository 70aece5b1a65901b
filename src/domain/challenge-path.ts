/** Where a CA looks for `http-01` (RFC 8555 8.3): under a path that names the token, on whichever host is to be proved. */

/** Below the root of a host; in files as in URLs. */
export const challengeFolders = ['.well-known', 'acme-challenge'] as const

/** Letters of base64url (RFC 8555 8.1). Nothing that could mean something in a path, a file name or a page. */
export function isChallengeToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{16,256}$/.test(text)
}

/** @param token as `isChallengeToken` let it through. */
export function challengePath(token: string): string {
  return `/${challengeFolders.join('/')}/${token}`
}

/** The way back from a path, without its query, to the token. Undefined for every other path. */
export function challengeTokenAt(path: string): string | undefined {
  const folder = challengePath('')
  const token = path.slice(folder.length)
  return path.startsWith(folder) && isChallengeToken(token) ? token : undefined
}
