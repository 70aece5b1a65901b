/** Values of secrets, between the text that callers know and the octets that are sealed. */
import { badParameter } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import { bufferOf } from '../../x509/der.ts'
import { formatPem } from '../../x509/pem.ts'
import { readPfx } from '../../x509/pkcs12.ts'

/** Key Vault's 25 KB, as UTF-8. */
export const valueOctetsMax = 25 * 1024

/** @throws VaultError `BadParameter` for a value that is too long, or that could not be answered as it came. */
export function octetsOf(value: Secret<string>): Secret<Uint8Array> {
  const text = value.reveal()
  if (!text.isWellFormed())
    throw badParameter(
      'value: it has half of a surrogate pair; encode binary values, as base64 for instance.',
    )
  const octets = Buffer.from(text, 'utf8')
  if (octets.length > valueOctetsMax)
    throw badParameter(`value: at most ${valueOctetsMax} octets are kept, ${octets.length} were sent.`)
  return new Secret(octets)
}

/** @param encoding `latin1` for what is known to be ASCII: it is read faster. */
export function textOf(octets: Secret<Uint8Array>, encoding: 'utf8' | 'latin1'): Secret<string> {
  return new Secret(bufferOf(octets.reveal()).toString(encoding))
}

/** The contents of a PFX as they would lie in a PEM secret: the key, if it may leave, and the chain. */
export async function pemOf(pfx: Secret<string>): Promise<Secret<string>> {
  const { privateKeys, certificates } = await readPfx(Buffer.from(pfx.reveal(), 'base64'), undefined)
  const keys = privateKeys.map(({ pkcs8 }) => formatPem('PRIVATE KEY', pkcs8.reveal()))
  return new Secret([...keys, ...certificates.map(({ der }) => formatPem('CERTIFICATE', der))].join(''))
}
