/**
 * `Test`: a CA of our own that really signs, for trying what a named issuer does. Nobody should trust it, and its name says
 * so. It is made when it is first asked and gone with the process: its root cannot come to be relied upon.
 */
import { type Random, seconds, type UnixSeconds } from '../../domain/time.ts'
import { validityFrom } from '../../domain/validity.ts'
import type { Binding, CreatedKey, KeyProtection } from '../../keys/key-protection.ts'
import { assembleSigned, buildTbsCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import {
  basicConstraintsExtension,
  keyUsageExtension,
  subjectKeyIdentifierExtension,
} from '../../x509/extensions.ts'
import { encodeName } from '../../x509/name.ts'
import { subjectKeyIdentifier } from '../../x509/public-key.ts'
import { newSerialNumber } from '../../x509/serial-number.ts'
import { signatureAlgorithm } from '../../x509/signature-algorithm.ts'
import { certificateOf } from '../certificate-of-order.ts'
import type { CertificateOrder, Issuer, IssuerProvider, OrderAnswer } from '../issuer.ts'

const spec = { kty: 'EC', curve: 'P-256' } as const
const { identifier, hash } = signatureAlgorithm(spec)
const commonName = '2.5.4.3'
/** "No well-defined expiration" (RFC 5280 4.1.2.5): a leaf of any life fits below it. */
const endOfTime = seconds(253_402_300_799)

interface Root {
  readonly certificate: Der
  readonly name: Der
  readonly key: CreatedKey
  readonly binding: Binding
}

export function testProvider(parts: { keys: KeyProtection; random: Random }): IssuerProvider {
  let root: Promise<Root> | undefined
  async function issue(order: CertificateOrder): Promise<OrderAnswer> {
    root ??= createRoot(parts, order.created).catch((error) => {
      root = undefined
      throw error
    })
    const { certificate, name, key, binding } = await root
    const tbs = certificateOf(order, { name, publicKey: key.publicKey, signatureAlgorithm: identifier })
    const signature = await parts.keys.sign(key.stored, binding, { hash }, tbs)
    return { state: 'issued', chain: [assembleSigned(tbs, identifier, signature), certificate] }
  }
  const issuer: Issuer = {
    capabilities: { idempotentOrders: true, caCertificates: false },
    order: issue,
    check: issue,
    verifyAccount: async () => [
      {
        subject: 'account',
        inOrder: true,
        details: 'The test CA is part of this service and needs no account.',
      },
    ],
  }
  return { name: 'Test', connect: () => issuer }
}

async function createRoot(
  { keys, random }: { keys: KeyProtection; random: Random },
  firstOrder: UnixSeconds,
): Promise<Root> {
  const serialNumber = newSerialNumber(random)
  const label = Buffer.from(serialNumber).toString('hex').slice(0, 8)
  const binding = { vault: '', name: 'test-ca', version: label }
  const key = await keys.create(spec, binding)
  const name = encodeName([[{ type: commonName, value: `certkeep Test CA ${label} (do not trust)` }]])
  const tbs = buildTbsCertificate({
    serialNumber,
    signatureAlgorithm: identifier,
    issuer: name,
    subject: name,
    notBefore: validityFrom(firstOrder, 0).notBefore,
    notAfter: endOfTime,
    spki: key.publicKey,
    extensions: [
      basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
      keyUsageExtension(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifierExtension(subjectKeyIdentifier(key.publicKey)),
    ],
  })
  const certificate = assembleSigned(tbs, identifier, await keys.sign(key.stored, binding, { hash }, tbs))
  return { certificate, name, key, binding }
}
