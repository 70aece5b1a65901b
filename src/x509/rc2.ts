/**
 * RC2 in CBC mode (RFC 2268), decryption only: programs before about 2022 hide the certificates of a PFX with it, under a
 * key of 40 bits. It protects nothing, and OpenSSL 3 keeps it in its legacy provider, which Node leaves out.
 */

/** The permutation of RFC 2268 2, digits of pi. */
const permutation = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
)

const blockLength = 8
/** Rotations of the four words of a block (RFC 2268 3.1). */
const rotations = [1, 2, 3, 5]

/** Decrypts whole blocks; the padding stays. `effectiveBits` is what the key is worth (RFC 2268 2, T1). */
export function decryptRc2Cbc(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const schedule = expandKey(key, effectiveBits)
  const plaintext = new Uint8Array(ciphertext.length)
  const words = new Uint16Array(blockLength / 2)
  let previous = iv
  for (let offset = 0; offset + blockLength <= ciphertext.length; offset += blockLength) {
    const block = ciphertext.subarray(offset, offset + blockLength)
    for (let index = 0; index < 4; index++) words[index] = block[2 * index]! | (block[2 * index + 1]! << 8)
    decryptBlock(schedule, words)
    for (let index = 0; index < blockLength; index++)
      plaintext[offset + index] = (words[index >> 1]! >> (8 * (index & 1))) ^ previous[index]!
    previous = block
  }
  return plaintext
}

/** RFC 2268 2: 64 words of 16 bits. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const octets = new Uint8Array(128)
  octets.set(key)
  for (let index = key.length; index < 128; index++)
    octets[index] = permutation[(octets[index - 1]! + octets[index - key.length]!) & 0xff]!
  const effectiveOctets = (effectiveBits + 7) >> 3
  const mask = 0xff >> (8 * effectiveOctets - effectiveBits)
  octets[128 - effectiveOctets] = permutation[octets[128 - effectiveOctets]! & mask]!
  for (let index = 127 - effectiveOctets; index >= 0; index--)
    octets[index] = permutation[octets[index + 1]! ^ octets[index + effectiveOctets]!]!
  return Uint16Array.from({ length: 64 }, (_, index) => octets[2 * index]! | (octets[2 * index + 1]! << 8))
}

/** RFC 2268 4: sixteen mixing rounds undone, with mashing rounds undone after the fifth and the eleventh of them. */
function decryptBlock(schedule: Uint16Array, words: Uint16Array): void {
  for (let round = 15; round >= 0; round--) {
    unmix(words, schedule, round)
    if (round === 11 || round === 5) unmash(words, schedule)
  }
}

function unmix(words: Uint16Array, schedule: Uint16Array, round: number): void {
  for (let index = 3; index >= 0; index--) {
    const before = words[(index + 3) & 3]!
    const twoBefore = words[(index + 2) & 3]!
    const threeBefore = words[(index + 1) & 3]!
    const rotation = rotations[index]!
    const rotated = (words[index]! >> rotation) | (words[index]! << (16 - rotation))
    words[index] = rotated - schedule[4 * round + index]! - (before & twoBefore) - (~before & threeBefore)
  }
}

function unmash(words: Uint16Array, schedule: Uint16Array): void {
  for (let index = 3; index >= 0; index--)
    words[index] = words[index]! - schedule[words[(index + 3) & 3]! & 63]!
}
