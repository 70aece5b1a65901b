import { readFileSync } from 'node:fs'
import type { Der } from '../../src/x509/der.ts'
import { parsePem } from '../../src/x509/pem.ts'

/** The DER of a vector that holds one PEM block, named by its path below `test/vectors` without `.pem`. */
export function vector(name: string): Der {
  const text = readFileSync(new URL(`../vectors/${name}.pem`, import.meta.url), 'utf8')
  const [block] = parsePem(text)
  if (!block) throw new Error(`${name} holds no PEM block`)
  return block.der
}

export const certificateVectors = [
  'keyvault/imported-pem',
  'keyvault/imported-pfx',
  'keyvault/merged',
  'keyvault/named-issuer',
  'keyvault/self-signed-default',
  'keyvault/self-signed-sans',
  'keyvault/self-signed-short',
  'x509/brainpool',
  'x509/ed25519',
  'x509/explicit-curve',
  'x509/p-256',
  'x509/p-384',
  'x509/p-521',
  'x509/pss-key',
  'x509/pss-signature',
  'x509/rfc7468',
  'x509/rsa-1024',
  'x509/rsa-2048',
  'x509/rsa-3072-sha384',
  'x509/secp256k1',
]

export const requestVectors = [
  'keyvault/request-default',
  'keyvault/request-long-subject',
  'keyvault/request-plain',
  'keyvault/request-sans',
  'keyvault/request-unknown',
]
