/** Certificates that the authorities of a vault issued: by serial number, or by what was signed. */
import type { IssuedCertificate } from '../../domain/authority.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import type { Reader } from '../../storage/storage.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { findAuthority } from '../authorities/find-authority.ts'

/** More than any vault has. */
const authoritiesMax = 10_000

/** The serial number names it, and the certificate has to be the very one. Undefined when no authority of the vault signed it. */
export async function findIssuedByDer(
  reader: Reader,
  vault: string,
  certificate: Der,
): Promise<IssuedCertificate | undefined> {
  const { serialNumber } = parseCertificate(certificate)
  for (const authority of await reader.authorities.list(vault, { limit: authoritiesMax })) {
    const issued = await reader.authorities.findIssued(authority, serialNumber)
    if (issued?.certificate && Buffer.compare(issued.certificate, certificate) === 0) return issued
  }
  return undefined
}

/** @throws VaultError `NotFound` when there is no such authority, or it never gave this number out. */
export async function findIssuedBySerial(
  reader: Reader,
  vault: string,
  name: string,
  serialNumber: Uint8Array,
): Promise<IssuedCertificate> {
  const authority = await findAuthority(reader, vault, name)
  const issued = await reader.authorities.findIssued(authority, serialNumber)
  if (issued) return issued
  throw new VaultError(
    'NotFound',
    `The authority ${authority.name} issued no certificate with the serial number ${printSerialNumber(serialNumber)}.`,
  )
}

/** At most 20 octets (RFC 5280 4.1.2.2), and perhaps one that only says that the number is positive. */
const digitsMax = 42

/** Hexadecimal in either case, with or without colons and leading zeros, as programs print it. @throws VaultError `BadParameter`. */
export function readSerialNumber(text: string): Uint8Array {
  const digits = text.length > digitsMax * 2 ? '' : text.replaceAll(':', '')
  if (!/^[0-9a-f]+$/i.test(digits) || digits.length > digitsMax)
    throw badParameter(
      'serial_number: send the serial number of the certificate in hexadecimal, such as 1F9A03.',
    )
  const significant = digits.replace(/^0+(?=.)/, '')
  const even = significant.length % 2 === 0 ? significant : `0${significant}`
  return Uint8Array.from(Buffer.from(even, 'hex'))
}

/** As certificates are usually shown: hexadecimal in upper case. */
export function printSerialNumber(serialNumber: Uint8Array): string {
  return Buffer.from(serialNumber).toString('hex').toUpperCase()
}
