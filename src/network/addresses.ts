/** Hosts that are at hand: this machine, and what only its own network link leads to. */

/** Of names only `localhost`, which resolvers must not send elsewhere (RFC 6761 6.3). @param hostname as `URL` writes it. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/** RFC 3927, RFC 4291 2.5.6: among others where clouds tell machines who they are. @param hostname as `URL` writes it. */
export function isLinkLocal(hostname: string): boolean {
  return /^169\.254(?:\.\d{1,3}){2}$/.test(hostname) || /^\[fe[89ab][0-9a-f]:/.test(hostname)
}
