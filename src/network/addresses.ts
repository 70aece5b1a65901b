/** Which hosts are this machine. */

/** Of names only `localhost`, which resolvers must not send elsewhere (RFC 6761 6.3). @param hostname as `URL` writes it. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
