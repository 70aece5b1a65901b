/** The issuers that need no settings, by the name that policies call them. */
import type { Issuer } from './issuer.ts'
import { selfIssuer } from './self/self-issuer.ts'
import { unknownIssuer } from './unknown/unknown-issuer.ts'

const builtIn: ReadonlyMap<string, Issuer> = new Map([
  ['self', selfIssuer],
  ['unknown', unknownIssuer],
])

/** Names are compared without regard to case. */
export function findIssuer(name: string): Issuer | undefined {
  return builtIn.get(name.toLowerCase())
}
