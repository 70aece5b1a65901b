/** GUIDs: how Azure names tenants, applications, principals and assignments. */
import type { Random } from './time.ts'

const guidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A random GUID in lower case: RFC 9562 5.4, version 4. */
export function newGuid(random: Random): string {
  const bytes = random(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Whether the text has the form of a GUID, whatever its version; upper case is allowed. */
export function isGuid(text: string): boolean {
  return guidPattern.test(text)
}
