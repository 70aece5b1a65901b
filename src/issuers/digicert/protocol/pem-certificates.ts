/** Certificates as they come from DigiCert: PEM, one after the other, with whatever line ends. */
import { VaultError } from '../../../domain/errors.ts'
import { parseCertificate } from '../../../x509/certificate.ts'
import type { Der } from '../../../x509/der.ts'
import { parsePem } from '../../../x509/pem.ts'

/** DER, in their order; undefined for what holds none, or one that is damaged. */
export function certificatesIn(text: string): readonly Der[] | undefined {
  try {
    const blocks = parsePem(text).filter(({ label }) => label === 'CERTIFICATE')
    for (const { der } of blocks) parseCertificate(der)
    return blocks.length > 0 ? blocks.map(({ der }) => der) : undefined
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}
