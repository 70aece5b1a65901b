/** RC4, the stream cipher of two PKCS#12 schemes (RFC 7292 C) that a few old files use. Reading only. */

/** Encrypting and decrypting are the same. */
export function applyRc4(key: Uint8Array, text: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let index = 0, other = 0; index < 256; index++) {
    other = (other + state[index]! + key[index % key.length]!) & 0xff
    swap(state, index, other)
  }
  let [index, other] = [0, 0]
  return text.map((octet) => {
    index = (index + 1) & 0xff
    other = (other + state[index]!) & 0xff
    swap(state, index, other)
    return octet ^ state[(state[index]! + state[other]!) & 0xff]!
  })
}

function swap(state: Uint8Array, left: number, right: number): void {
  const kept = state[left]!
  state[left] = state[right]!
  state[right] = kept
}
