/** Serial numbers of the certificates made here. */
import type { Random } from '../domain/time.ts'

/** RFC 5280 4.1.2.2: positive, at most 20 octets. 16 random ones with the two top bits fixed: always the same length. */
export function newSerialNumber(random: Random): Uint8Array {
  const serialNumber = random(16)
  serialNumber[0] = (serialNumber[0]! & 0x3f) | 0x40
  return serialNumber
}

/** 20 octets with the top bit clear, 159 random bits: as much as the INTEGER of RFC 5280 4.1.2.2 takes. */
export function newLongSerialNumber(random: Random): Uint8Array {
  for (;;) {
    const serialNumber = random(20)
    serialNumber[0] = serialNumber[0]! & 0x7f
    // A first octet of zero would be none in DER.
    if (serialNumber[0] > 0) return serialNumber
  }
}
