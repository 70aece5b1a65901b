/** How much of a vault's key transactions one request takes: long RSA keys cost more (Key Vault's service limits). */

/** In transactions with RSA 2048 or an elliptic curve, of which 4,000 are published beside 1,000 and 500. */
const weights = [
  { bitsAbove: 3072, weight: 8 },
  { bitsAbove: 2048, weight: 4 },
] as const

/** @param sent body of a request about a key that was served. @param answered its answer. */
export function keyWeight(sent: unknown, answered: unknown): number {
  const bits = rsaBits((sent ?? {}) as KeyMembers, (answered ?? {}) as KeyMembers)
  return weights.find(({ bitsAbove }) => bits > bitsAbove)?.weight ?? 1
}

interface KeyMembers {
  readonly alg?: unknown
  readonly value?: unknown
  readonly key?: { readonly n?: unknown }
}

/** The length shows in the modulus; and in what RSA makes or takes, one of which is as long as it. */
function rsaBits(sent: KeyMembers, answered: KeyMembers): number {
  if (answered.key) return bitsOf(answered.key.n)
  const isRsa = typeof sent.alg === 'string' && /^(?:RS|PS)/.test(sent.alg)
  return isRsa ? Math.max(bitsOf(sent.value), bitsOf(answered.value)) : 0
}

/** Of octets in base64url. */
function bitsOf(text: unknown): number {
  return typeof text === 'string' ? Math.floor((text.length * 6) / 8) * 8 : 0
}
